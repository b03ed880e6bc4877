// The filter as chips, for those who would rather click than write: each clause is switched off and on, turned into its
// opposite, or taken away. All of it edits the text, which stays the only truth.

import { clausesOf, invertedAt, switchedAt, withoutClauseAt } from "../filter-box/filter-text.js";
import { coloured } from "../filter-box/filter-colours-view.js";
import { h, icon, tool } from "../parts/parts-view.js";

export class Part {
    #page;
    #bar = h("div", { class: "filter-chips", role: "group", "aria-label": "Clauses of the filter", keydown: (event) => this.#pressed(event) });
    #text;

    /** `page` is { views, acts, signal }. */
    constructor(page) {
        this.#page = page;
    }

    resume() {
        document.querySelector(".top").after(this.#bar);
        this.#text = undefined;
        this.show();
    }

    chips() {
        const isOn = !this.#bar.isConnected;
        this.#page.views.settings.set("chips", isOn);
        if (!isOn) return this.#bar.remove();
        this.resume();
        return this.#bar.querySelector("button")?.focus();
    }

    show() {
        const { text } = this.#page.views.filter;
        if (!this.#bar.isConnected || text === this.#text) return;
        this.#text = text;
        const clauses = clausesOf(text);
        // What does not parse yet keeps the chips of what is in force.
        if (clauses.length > 0 || text.trim() === "") this.#fill(clauses);
    }

    #fill(clauses) {
        const focused = document.activeElement?.closest(".filter-chips") && document.activeElement.dataset;
        const { at, act } = focused ?? {};
        const add = h(
            "button", { type: "button", class: "chip-add", "data-at": "add", click: () => this.#page.acts.run("filter") },
            icon("include", "small"), clauses.length > 0 ? "Add" : "Add a clause");
        this.#bar.replaceChildren(...clauses.map((clause, index) => this.#chip(clause, index)), add);
        if (focused) this.#refocus(at, act, clauses.length);
    }

    #refocus(at, act, size) {
        const place = Math.min(Number(at), size - 1);
        const wanted = this.#bar.querySelector(`[data-at="${place}"][data-act="${act}"]:not(:disabled)`);
        (wanted ?? this.#bar.querySelector(`[data-at="${place}"]`) ?? this.#bar.querySelector("button"))?.focus();
    }

    #chip({ text, isOff, isNegated }, at) {
        const does = (edit) => () => this.#edit(edit, at, text);
        const data = (act) => ({ "data-at": String(at), "data-act": act });
        const inner = isOff ? text.slice(2, -1).trim() : text;
        const flip = isNegated ? `Take away the minus of ${inner}` : `Turn ${inner} into its opposite`;
        return h(
            "span", { class: `chip${isOff ? " is-off" : ""}${isNegated ? " is-negated" : ""}` },
            h(
                "button", {
                    type: "button", class: "chip-switch", role: "switch", "aria-checked": String(!isOff), "aria-label": inner,
                    title: isOff ? "Off; click: on" : "On; click: off", click: does(switchedAt), ...data("switch"),
                },
                h("span", { class: "tick" }, icon("check")), h("span", { class: "query" }, ...coloured(inner))),
            tool("exclude", flip, { class: "chip-tool", disabled: isOff, click: does(invertedAt), ...data("invert") }),
            tool("close", `Remove ${inner}`, { class: "chip-tool", click: does(withoutClauseAt), ...data("remove") }));
    }

    /** The text may be another than the one the chips were made of: the clause is looked for in it. */
    #edit(edit, at, clause) {
        const { text } = this.#page.views.filter;
        const clauses = clausesOf(text);
        const place = clauses[at]?.text === clause ? at : clauses.findIndex((other) => other.text === clause);
        if (place >= 0) this.#page.acts.editFilter(edit(text, place));
        this.show();
    }

    /** Arrows go along the chips, Delete takes one away. */
    #pressed(event) {
        const { at } = event.target.dataset;
        if (at === undefined) return;
        if (event.key === "Delete" || event.key === "Backspace") {
            this.#bar.querySelector(`[data-at="${at}"][data-act="remove"]`)?.click();
        } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
            const buttons = [...this.#bar.querySelectorAll("button:not(:disabled)")];
            buttons.at((buttons.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : -1)) % buttons.length).focus();
        } else return;
        event.preventDefault();
        event.stopPropagation();
    }
}
