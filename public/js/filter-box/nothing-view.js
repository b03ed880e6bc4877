// In place of rows when nothing matches: clause by clause how many events pass, which one is to blame, what was
// probably meant, and one button that helps.

import { count } from "../parts/format.js";
import { h, icon } from "../parts/parts-view.js";
import { load } from "../parts/load.js";
import { ClauseCounts } from "./clause-counts.js";
import { culpritsOf, nearestTo } from "./culprit.js";
import { coloured } from "./filter-colours-view.js";
import { switchedAt, withPartAt } from "./filter-text.js";

export class NothingView {
    #element;
    #setFilter;
    #counts = new ClauseCounts({ load, changed: () => this.#paint() });
    #filter = "";

    /** `setFilter(text)` applies another filter. */
    constructor(element, { setFilter }) {
        this.#element = element;
        this.#setFilter = setFilter;
    }

    show({ stream, filter }) {
        this.#filter = filter;
        this.#counts.want({ stream, filter, isThorough: true });
        this.#paint();
    }

    #paint() {
        const { clauses } = this.#counts;
        const culprits = culpritsOf(clauses);
        const rows = clauses.map((clause, at) => this.#clause(clause, at, culprits.includes(at)));
        const hadFocus = this.#element.contains(document.activeElement);
        this.#element.replaceChildren(
            ...(rows.length > 0 ? [h("div", { class: "clauses" }, ...rows)] : []), this.#actions(clauses, culprits));
        if (hadFocus) this.#element.querySelector(".primary")?.focus();
    }

    #clause(clause, at, isCulprit) {
        const { text, alone, isOff } = clause;
        const change = () => this.#setFilter(switchedAt(this.#filter, at));
        return h("div", { class: `clause-row${isCulprit ? " is-culprit" : ""}` },
            h("span", { class: "query" }, ...coloured(text)),
            h("span", { class: "count num" }, isOff ? "off" : alone === undefined ? "\u2013" : count(alone)),
            h("span", { class: "quiet" }, isOff ? "" : alone === 1 ? "event" : "events"),
            h("button", { type: "button", class: "button small", click: change, "aria-label": `${isOff ? "On" : "Off"}: ${text}` },
                isOff ? "On" : "Off"),
            isCulprit && this.#why(clause, at));
    }

    #why(clause, at) {
        const near = nearestTo(clause, clause.facet);
        if (!near) {
            return clause.alone > 0 && h("p", { class: "why" }, `${count(clause.without)} events pass all the others.`);
        }
        const { words, condition, count: found, isText } = near;
        const take = () => this.#setFilter(withPartAt(this.#filter, at, condition));
        const offer = condition && h("button", { type: "button", class: "link mono", click: take }, condition);
        const rest = found === undefined ? "" : ` with ${count(found)} event${found === 1 ? "" : "s"}.`;
        return h("p", { class: "why" }, words, offer && (isText ? " Search it as text: " : " Nearest: "), offer, offer ? rest || "." : "");
    }

    #actions(clauses, culprits) {
        const clear = (kind) => h(
            "button", { type: "button", class: kind, click: () => this.#setFilter("") }, "Clear filter");
        const isOneOfMany = culprits.length > 0 && clauses.filter(({ isOff }) => !isOff).length > culprits.length;
        if (!isOneOfMany) return h("div", { class: "actions" }, clear("button primary"));
        const off = () => this.#setFilter(culprits.reduce((text, at) => switchedAt(text, at), this.#filter));
        const words = culprits.length > 1 ? "Switch those clauses off" : "Switch that clause off";
        return h("div", { class: "actions" },
            h("button", { type: "button", class: "button primary", click: off }, icon("exclude", "small"), words), clear("button"));
    }
}
