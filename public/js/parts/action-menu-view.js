// The menu that answers a click or a key: opens at a place, is walked by arrows or the letters of its keys, and gives the
// keyboard back when it closes. The page has one.

import { h, icon } from "./parts-view.js";

export class ActionMenuView {
    #menu = h("div", { class: "action-menu", role: "menu", popover: "auto", tabindex: "-1" });
    #entries = [];
    #closed;
    #back;

    constructor({ signal } = {}) {
        this.#menu.addEventListener("keydown", (event) => this.#pressed(event), { signal });
        this.#menu.addEventListener("toggle", ({ newState }) => newState === "closed" && this.#ended(), { signal });
    }

    get isOpen() { return this.#menu.matches(":popover-open"); }

    /**
     * Opens below `rect`. `entries` are { symbol, label, key, act, isChecked, isOff }, a string for a heading or undefined for
     * a rule; `title` are the nodes above them; `closed` is called when it is gone; `opener` gets the keyboard back, where
     * that is not what has it now.
     */
    open(rect, { title, label, entries, closed, opener }) {
        if (this.isOpen) this.close();
        this.#back = opener ?? document.activeElement;
        // Beside the opener in the document: a menu behind a modal dialog could not be reached.
        (this.#back?.closest("dialog") ?? document.querySelector("main") ?? document.body).append(this.#menu);
        this.#entries = entries;
        this.#menu.setAttribute("aria-label", label);
        this.#menu.replaceChildren(
            ...(title ? [h("div", { class: "menu-title" }, ...title)] : []), ...entries.map((entry) => this.#entry(entry)),
        );
        this.#menu.showPopover();
        this.#closed = closed;
        this.#put(rect);
        this.#buttons[0]?.focus();
    }

    close() {
        if (this.isOpen) this.#menu.hidePopover();
    }

    /** Shows nodes below the entries, such as an answer that took a moment. */
    answer(...nodes) {
        this.#menu.querySelector(".menu-foot")?.remove();
        this.#menu.append(h("div", { class: "menu-foot", role: "status" }, ...nodes));
    }

    get #buttons() { return [...this.#menu.querySelectorAll("button:not(:disabled)")]; }

    #entry(entry) {
        if (!entry) return h("hr", { role: "separator" });
        if (typeof entry === "string") return h("div", { class: "menu-heading", role: "presentation" }, entry);
        const { symbol, label, key, isChecked, isSwitch, isOff } = entry;
        const role = isChecked === undefined ? "menuitem" : isSwitch ? "menuitemcheckbox" : "menuitemradio";
        return h(
            "button",
            {
                type: "button", role, "aria-checked": isChecked === undefined ? null : String(isChecked), disabled: isOff,
                tabindex: "-1", click: () => this.#choose(entry),
            },
            icon(isChecked ? "check" : symbol, "small"), h("span", null, label), key ? h("kbd", null, key) : h("span"),
        );
    }

    #choose({ act, staysOpen }) {
        if (!staysOpen) this.close();
        act();
    }

    #pressed(event) {
        event.stopPropagation();
        const buttons = this.#buttons;
        const at = buttons.indexOf(document.activeElement);
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        // Enter chooses what has the focus, also where it is the key of an entry outside of the menu.
        const byKey = event.key !== "Enter" && this.#entries.find((entry) => entry?.key === event.key && !entry.isOff);
        if (step !== undefined) buttons.at((at + step + buttons.length) % buttons.length).focus();
        else if (event.key === "Home") buttons[0].focus();
        else if (event.key === "End") buttons.at(-1).focus();
        else if (event.key === "Escape" || event.key === "Tab") this.close();
        else if (byKey && !event.ctrlKey && !event.metaKey) this.#choose(byKey);
        else return;
        event.preventDefault();
    }

    #put(rect) {
        const { width, height } = this.#menu.getBoundingClientRect();
        const left = Math.max(8, Math.min(rect.left - 8, innerWidth - width - 8));
        const isBelow = rect.bottom + height + 8 < innerHeight;
        const top = isBelow ? rect.bottom + 2 : Math.max(8, rect.top - height - 2);
        this.#menu.style.setProperty("inset-inline-start", `${Math.round(left)}px`);
        this.#menu.style.setProperty("inset-block-start", `${Math.round(top)}px`);
    }

    #ended() {
        const { activeElement } = document;
        if (activeElement === document.body || this.#menu.contains(activeElement)) this.#back?.focus({ preventScroll: true });
        this.#closed?.();
        this.#closed = undefined;
    }
}
