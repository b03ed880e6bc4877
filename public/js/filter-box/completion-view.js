// The list of completions below the filter box. The focus stays in the box, which names the entry that is meant.

import { h, icon } from "../parts/parts-view.js";

const OPTION = "completion-";

export class CompletionView {
    #input;
    #list = h("div", { class: "complete-list", role: "listbox", id: "completions", "aria-label": "Completions" });
    #element;
    #take;
    #entries = [];
    #active = -1;

    /** `take(entry)` puts an entry into the text. */
    constructor(root, input, { take }) {
        this.#input = input;
        this.#take = take;
        const foot = h("div", { class: "complete-foot" }, h("span", null, h("kbd", null, "Tab"), " take"),
            h("span", null, h("kbd", null, "Alt"), h("kbd", null, "Enter"), " highlight only"));
        this.#element = h("div", { class: "complete", hidden: true }, this.#list, foot);
        this.#element.addEventListener("pointerdown", (event) => this.#pressed(event));
        root.append(this.#element);
        input.setAttribute("aria-autocomplete", "list");
        input.setAttribute("aria-controls", "completions");
    }

    get isOpen() { return !this.#element.hidden; }

    /** The entry that the reader went to. */
    get active() { return this.#entries[this.#active]; }
    get first() { return this.#entries[0]; }

    /** `at` is where in the box the list begins, in pixels. */
    show(entries, at) {
        const before = this.active?.text;
        this.#entries = entries;
        this.#active = before === undefined ? -1 : entries.findIndex(({ text }) => text === before);
        this.#list.replaceChildren(...entries.map((entry, index) => option(entry, index)));
        this.#element.hidden = entries.length === 0;
        this.#showRole();
        this.#element.style.setProperty("inset-inline-start", `${Math.round(at)}px`);
        this.#mark();
    }

    /** Without a list it is a text box like any other, and says so. */
    #showRole() {
        for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"]]) {
            if (this.isOpen) this.#input.setAttribute(name, value);
            else this.#input.removeAttribute(name);
        }
    }

    close() {
        if (this.isOpen) this.show([], 0);
    }

    move(step) {
        const { length } = this.#entries;
        this.#active = this.#active < 0 && step < 0 ? length - 1 : (this.#active + step + length) % length;
        this.#mark();
    }

    #mark() {
        [...this.#list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === this.#active)));
        const row = this.#list.children[this.#active];
        if (row) {
            this.#input.setAttribute("aria-activedescendant", row.id);
            row.scrollIntoView({ block: "nearest" });
        } else {
            this.#input.removeAttribute("aria-activedescendant");
        }
    }

    /** The box keeps the focus. */
    #pressed(event) {
        event.preventDefault();
        const row = event.target.closest("[role=option]");
        if (row) this.#take(this.#entries[Number(row.dataset.at)]);
    }
}

function option({ text, symbol, note, count }, at) {
    return h("div", { role: "option", class: "complete-row", id: `${OPTION}${at}`, "data-at": String(at) },
        icon(symbol, "small"), h("span", { class: "mono name" }, text), h("span", { class: "quiet num" }, note ?? ""),
        h("span", { class: "quiet num" }, count ?? ""));
}
