// The sheet of keys.

import { h, tool } from "../parts/parts-view.js";
import { HELP } from "./keys.js";

export class HelpView {
    #dialog;

    constructor(dialog, { signal } = {}) {
        this.#dialog = dialog;
        const close = tool("close", "Close (Esc)", { click: () => dialog.close(), autofocus: true });
        dialog.append(
            h(
                "div",
                { class: "dialog-head" },
                h("h2", { id: "help-title" }, "Keys"),
                h("span", { class: "quiet" }, "everywhere except while typing"),
                h("span", { class: "push" }, close),
            ),
            h("div", { class: "keys" }, ...HELP.map(group)),
            h(
                "div",
                { class: "dialog-foot" },
                "Include and exclude in the details edit the filter text; the text is the only truth.",
            ));
        dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(), { signal });
    }

    get isOpen() { return this.#dialog.open; }

    toggle() {
        if (this.#dialog.open) this.#dialog.close();
        else this.#dialog.showModal();
    }
}

function group([title, rows]) {
    return h("section", null, h("h3", null, title), h("ul", null, ...rows.map(([keys, meaning]) =>
        h(
            "li",
            null,
            h("span", null, ...keys.map((key) => (key === "\u2026" ? key : h("kbd", null, key)))),
            h("span", null, meaning),
        ))));
}
