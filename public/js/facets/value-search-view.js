// Searches among all values of a facet, beyond the most frequent ones.

import { count } from "../parts/format.js";
import { h, setText } from "../parts/parts-view.js";
import { showRows } from "./facet-row-view.js";

/** Values asked for, and rows shown of them. */
export const SEARCHED = 1000;
const SHOWN = 100;

export class ValueSearchView {
    element;
    #input;
    #list = h("div", { class: "facet-list" });
    #said = h("p", { class: "facet-said", role: "status" }, "Counting\u2026");
    #rows = [];
    #context;

    constructor(name) {
        this.#input = h("input", {
            type: "search", class: "facet-search", "aria-label": `Find a value of ${name}`, placeholder: "Find a value",
            input: () => this.#paint(),
        });
        this.element = h("div", { class: "facet-values" }, this.#input, this.#list, this.#said);
    }

    focus() {
        this.#input.focus();
    }

    /** All rows found; undefined while they are being counted. */
    show(rows, context) {
        this.#rows = rows;
        this.#context = context;
        this.#paint();
    }

    fail(message) {
        setText(this.#said, message);
    }

    #paint() {
        if (!this.#rows || !this.#context) return;
        const wanted = this.#input.value.toLowerCase();
        const found = this.#rows.filter(({ value, label }) => {
            return label.toLowerCase().includes(wanted) || String(value ?? "").toLowerCase().includes(wanted);
        });
        showRows(this.#list, found.slice(0, SHOWN), this.#context);
        setText(this.#said, wordsFor(found.length, this.#rows.length));
    }
}

function wordsFor(found, all) {
    if (found === 0) return "No value has this in it";
    if (found > SHOWN) return `${count(found - SHOWN)} more: type a part of the name`;
    return found === all && all >= SEARCHED ? `The ${count(SEARCHED)} most frequent` : "";
}
