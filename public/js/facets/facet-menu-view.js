// The menu of a facet or of one of its values: all that keys and modified clicks do, for fingers and for screen readers.

export { facetEntries, valueEntries } from "./facet-menu-entries.js";
import { h, icon } from "../parts/parts-view.js";

export class FacetMenuView {
    #element;
    #opener;

    constructor(signal) {
        this.#element = h("div", { class: "popover facet-menu", popover: "auto", role: "menu" });
        document.body.append(this.#element);
        this.#element.addEventListener("keydown", (event) => this.#pressed(event), { signal });
        this.#element.addEventListener("toggle", ({ newState }) => {
            if (newState === "closed" && this.#element.contains(document.activeElement)) this.#opener?.focus();
        }, { signal });
    }

    get isOpen() { return this.#element.matches(":popover-open"); }

    close() {
        this.#opener?.focus();
        this.#element.hidePopover();
    }

    /** `entries` are [symbol, label, key, act]; undefined draws a line. */
    open(opener, title, entries) {
        this.#opener = opener;
        const items = entries.map((entry) => entry ? this.#item(entry) : h("hr"));
        this.#element.setAttribute("aria-label", title);
        this.#element.replaceChildren(
            h("div", { class: "menu-title mono" }, title), h("div", { class: "menu" }, ...items));
        this.#element.showPopover();
        this.#place(opener.getBoundingClientRect());
        this.#items[0]?.focus();
    }

    get #items() { return [...this.#element.querySelectorAll("[role=menuitem]")]; }

    #item([symbol, label, key, act]) {
        const choose = () => {
            this.close();
            act();
        };
        return h("button", { type: "button", role: "menuitem", tabindex: "-1", click: choose },
            icon(symbol, "small"), h("span", null, label), key ? h("kbd", null, key) : h("span"));
    }

    #place(at) {
        const size = this.#element.getBoundingClientRect();
        const left = Math.max(8, Math.min(at.left + 28, innerWidth - size.width - 8));
        const top = Math.max(8, Math.min(at.bottom + 2, innerHeight - size.height - 8));
        this.#element.style.setProperty("inset-inline-start", `${Math.round(left)}px`);
        this.#element.style.setProperty("inset-block-start", `${Math.round(top)}px`);
    }

    #pressed(event) {
        const items = this.#items;
        const at = items.indexOf(document.activeElement);
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
        event.stopPropagation();
        if (to !== undefined) {
            event.preventDefault();
            items.at(to % items.length)?.focus();
        } else if (event.key === "Tab" || event.key === "Escape") {
            event.preventDefault();
            this.close();
        }
    }
}
