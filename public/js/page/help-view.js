// The sheet of keys, and where they are changed.

import { h, tool } from "../parts/parts-view.js";
import { keycap, PRESETS } from "./keys.js";
import { keyOf } from "./keymap.js";

const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph"]);

export class HelpView {
    #dialog;
    #keymap;
    #changed;
    #body = h("div", { class: "keys" });
    #asking;          // the button whose command waits for a key

    /** `changed()` is called after another key was chosen. */
    constructor(dialog, { keymap, changed, signal } = {}) {
        this.#dialog = dialog;
        this.#keymap = keymap;
        this.#changed = changed;
        const close = tool("close", "Close (Esc)", { click: () => dialog.close(), autofocus: true });
        const presets = ["as they are made", ...Object.keys(PRESETS)].map((name) => h(
            "button", { type: "button", class: "button small", click: () => this.#reset(name) }, name));
        dialog.append(
            h(
                "div",
                { class: "dialog-head" },
                h("h2", { id: "help-title" }, "Keys"),
                h("span", { class: "quiet" }, "everywhere except while typing; press one here to change it"),
                h("span", { class: "push" }, close),
            ),
            this.#body,
            h("div", { class: "dialog-foot" }, "Keys ", ...presets));
        dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(), { signal });
        dialog.addEventListener("keydown", (event) => this.#pressed(event), { signal, capture: true });
        this.#fill();
    }

    get isOpen() { return this.#dialog.open; }

    toggle() {
        if (this.#dialog.open) return this.#dialog.close();
        this.#fill();
        return this.#dialog.showModal();
    }

    #fill() {
        this.#asking = undefined;
        this.#body.replaceChildren(...this.#keymap.groups.map(([title, entries]) => h(
            "section", null, h("h3", null, title), h("ul", null, ...entries.map((entry) => this.#row(entry))))));
    }

    #row({ command, keys, words }) {
        const caps = keys.length > 0 ? keys.map((key) => h("kbd", null, keycap(key))) : [h("span", { class: "quiet" }, "none")];
        const button = h(
            "button",
            { type: "button", class: "key-button", "aria-label": `${words}: ${keys.map(keycap).join(", ") || "no key"}; change`, click: () => this.#ask(button) },
            ...caps);
        button.dataset.command = command;
        return h("li", null, h("span", null, button), h("span", null, words));
    }

    #ask(button) {
        if (this.#asking) this.#fill();
        const again = this.#body.querySelector(`[data-command="${button.dataset.command}"]`);
        this.#asking = again;
        again.replaceChildren(h("span", { class: "asking" }, "press a key"));
        again.focus();
    }

    #pressed(event) {
        if (!this.#asking || MODIFIERS.has(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        const { command } = this.#asking.dataset;
        if (event.key !== "Escape") {
            this.#keymap.bind(command, keyOf(event));
            this.#changed?.();
        }
        this.#fill();
        this.#body.querySelector(`[data-command="${command}"]`)?.focus();
    }

    #reset(name) {
        this.#keymap.reset(name);
        this.#changed?.();
        this.#fill();
    }
}
