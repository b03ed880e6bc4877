// Coloured terms, independent of the filter: their chips with counts in the head of the columns, and steps from one
// match to the next.

import { storage } from "../parts/stored.js";
import { count } from "../parts/format.js";
import { h, icon, setText } from "../parts/parts-view.js";
import { wordsOf } from "../filter-box/marked-words.js";
import { HighlightsView } from "./highlights-view.js";
import { MAX_TERMS, Terms } from "./terms.js";

/** Counts are asked for this often while rows come. */
const COUNT_EVERY_MS = 1000;

export class ChipsView {
    #page;
    #terms = new Terms(storage("sessionStorage"));
    #view = new HighlightsView(document.getElementById("rows"));
    #chips = h("span", { class: "terms", role: "list", "aria-label": "Highlights" });
    #countedAt = 0;
    #isCounting = false;
    #isHeld = false;

    /** `page` is { relay, views, acts, signal }. */
    constructor(page) {
        this.#page = page;
        document.querySelector("#columns-head .message-tools > :first-child").after(this.#chips);
        this.refresh();
    }

    follow({ now, time }) {
        this.#isHeld = time.held;
        if (this.#terms.list.length === 0 || this.#isCounting || now - this.#countedAt < COUNT_EVERY_MS) return;
        this.#countedAt = now;
        this.#count();
    }

    add(text) {
        if (!this.#terms.add(text)) this.#page.views.said.say(`${MAX_TERMS} highlights are the most`);
        this.refresh();
    }

    /** Shows the chips and colours of the terms there are. */
    refresh() {
        const { list } = this.#terms;
        this.#chips.replaceChildren(...list.map(({ term, colour }) => this.#chip(term, colour)));
        this.#view.show(list);
        this.#countedAt = 0;
    }

    #chip(term, colour) {
        return h("span", { class: "term", role: "listitem", "data-colour": String(colour) },
            h("button", {
                type: "button", class: "term-step", title: `Next row with ${term} (n); highlight ${colour}, does not filter`,
                click: () => this.jump(1, [term]),
            }, h("i"), h("span", { class: "term-text mono" }, term), h("b", { class: "num" })),
            h("button", {
                type: "button", class: "term-close", "aria-label": `Highlight ${term} no more`, click: () => this.#remove(term),
            }, icon("close", "small")));
    }

    #remove(term) {
        this.#terms.remove(term);
        this.refresh();
    }

    async #count() {
        const { list } = this.#terms;
        this.#isCounting = true;
        const { counts } = await this.#page.relay.ask("countText", { terms: list.map(({ term }) => term) });
        this.#isCounting = false;
        list.forEach(({ colour }, at) => {
            const number = this.#chips.querySelector(`[data-colour="${colour}"] .num`);
            if (number && counts[at] !== undefined) setText(number, count(counts[at]));
        });
    }

    /** To the next row with a highlight or, without any, with a word of the filter. */
    jump(step, only) {
        return this.#page.walk.inTurn(() => this.#jump(step, only));
    }

    async #jump(step, only) {
        const { relay, views, acts } = this.#page;
        const own = this.#terms.list.map(({ term }) => term);
        const terms = only ?? (own.length > 0 ? own : wordsOf(views.filter.text).slice(0, MAX_TERMS));
        if (terms.length === 0) return views.said.say("Nothing is highlighted: Alt Enter in the filter box");
        const { rows } = views;
        const from = rows.focused ?? (step < 0 && !this.#isHeld ? rows.lastIndex + 1 : rows.current);
        acts.happened("moved");
        const { index } = await relay.ask("findText", { from, step, terms });
        if (index === undefined) return views.said.say(`No ${step > 0 ? "later" : "earlier"} match in these rows`);
        rows.focus(index, { isCentred: true });
        return views.details.follow();
    }
}
