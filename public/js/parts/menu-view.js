// A menu of a button: entries under it, walked by the arrow keys, one open at a time.

import { h, icon, showPopover } from "./parts-view.js";

export class MenuView {
    #popover = h("div", { class: "popover menu", popover: "auto", role: "menu" });
    #control;

    constructor() {
        this.#popover.addEventListener("keydown", (event) => this.#key(event));
        this.#popover.addEventListener("toggle", ({ newState }) => {
            if (newState === "closed") this.#control?.focus({ preventScroll: true });
        });
    }

    /** `entries` are [icon, words, function] or a string, a heading. */
    open(control, label, entries) {
        this.#control = control;
        this.#popover.setAttribute("aria-label", label);
        // Beside the control in the document: a menu behind a modal dialog could not be reached.
        (control.closest("dialog") ?? document.body).append(this.#popover);
        showPopover(this.#popover, control, entries.map((entry) => (typeof entry === "string"
            ? h("div", { class: "menu-title", role: "presentation" }, entry)
            : this.#entry(entry))));
        this.#buttons[0]?.focus();
    }

    get #buttons() { return [...this.#popover.querySelectorAll("button")]; }

    #entry([sign, words, act]) {
        const chosen = () => {
            this.#popover.hidePopover();
            act();
        };
        return h("button", { type: "button", role: "menuitem", tabindex: -1, click: chosen }, icon(sign, "small"), h("span", null, words));
    }

    #key(event) {
        const buttons = this.#buttons;
        const at = buttons.indexOf(document.activeElement);
        const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
        if (event.key === "Tab") this.#popover.hidePopover();
        if (next === undefined) return;
        buttons.at(next % buttons.length)?.focus();
        event.preventDefault();
        event.stopPropagation();
    }
}
