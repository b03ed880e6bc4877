// How the filter is understood: with every bracket, and clause by clause with the events of the log that pass it, what
// the focused row says to it, and what can be done to it.

import { Filter } from "../filter/filter.js";
import { count } from "../parts/format.js";
import { ask, load } from "../parts/load.js";
import { h, icon, setText, tool } from "../parts/parts-view.js";
import { ClauseCounts } from "./clause-counts.js";
import { verdictsOf } from "./explained.js";
import { coloured } from "./filter-colours-view.js";
import { invertedAt, switchedAt, withoutClauseAt } from "./filter-text.js";

export class ExplainView {
    #button;
    #element = h("div", { class: "explain", id: "filter-explained", role: "region", "aria-label": "How the filter is understood", hidden: true });
    #counts = new ClauseCounts({ load, changed: () => this.#paint() });
    #edit;
    #fetchFocused;
    #filter = "";
    #verdicts = [];
    #words = "";
    #key;

    /**
     * Below the box `root`, for the button that opens it. `edit(text)` applies another filter; `fetchFocused()` resolves
     * with the focused event, or nothing.
     */
    constructor(root, button, { edit, fetchFocused }) {
        this.#button = button;
        this.#edit = edit;
        this.#fetchFocused = fetchFocused;
        root.append(this.#element);
    }

    get isOpen() { return !this.#element.hidden; }

    toggle(isOpen = !this.isOpen) {
        this.#element.hidden = !isOpen;
        this.#button.setAttribute("aria-expanded", String(isOpen));
        this.#counts.forget();
        this.#key = undefined;
    }

    /** The filter in use, some times a second. */
    show({ stream, filter, focused }) {
        if (!this.isOpen) return;
        const key = JSON.stringify([stream, filter, focused]);
        if (key === this.#key) return;
        this.#key = key;
        this.#filter = filter;
        this.#verdicts = [];
        this.#words = "";
        this.#counts.want({ stream, filter });
        this.#paint();
        this.#askAboutRow(filter, key);
    }

    async #askAboutRow(filter, key) {
        const event = await this.#fetchFocused();
        if (!event || key !== this.#key) return;
        try {
            const answer = await ask("api/v1/explain", `{"filter":${JSON.stringify(filter)},"event":${event.text}}`);
            if (key !== this.#key) return;
            this.#verdicts = verdictsOf(filter, answer, event.text);
            this.#words = answer.matches ? "The focused row passes." : "The focused row does not pass.";
        } catch (error) {
            this.#words = error.message;
        }
        this.#paint();
    }

    #paint() {
        const { clauses } = this.#counts;
        const hasFocus = this.#element.contains(document.activeElement);
        const label = hasFocus ? document.activeElement.getAttribute("aria-label") : undefined;
        this.#element.replaceChildren(
            h("p", { class: "explain-reading" }, h("span", { class: "quiet" }, "Read as "), h("code", null, readingOf(this.#filter))),
            h("div", { class: "clauses", role: "list" }, ...clauses.map((clause, at) => this.#clause(clause, at))),
            h("p", { class: "quiet", role: "status" }, this.#words || "Focus a row to see what it says to each clause."));
        if (label) [...this.#element.querySelectorAll("button")].find((each) => each.getAttribute("aria-label") === label)?.focus();
    }

    #clause(clause, at) {
        const { text, isOff, alone } = clause;
        const change = (edit) => () => this.#edit(edit(this.#filter, at));
        const verdict = this.#verdicts[at];
        const number = h("span", { class: "count num" });
        setText(number, isOff ? "off" : alone === undefined ? "\u2013" : count(alone));
        return h("div", { class: "explain-row", role: "listitem" },
            h("span", { class: "query" }, ...coloured(text)), number,
            verdict ? h("span", { class: `verdict ${verdict.holds ? "holds" : "fails"}`, title: verdict.words },
                icon(verdict.holds ? "check" : "close", "small"), h("span", null, verdict.words)) : h("span"),
            h("span", { class: "tools" },
                h("button", {
                    type: "button", class: "button small", role: "switch", "aria-checked": String(!isOff), "aria-label": text,
                    click: change(switchedAt),
                }, isOff ? "Off" : "On"),
                tool("exclude", `Invert ${text}`, { disabled: isOff, click: change(invertedAt) }),
                tool("close", `Remove ${text}`, { click: change(withoutClauseAt) })));
    }
}

function readingOf(filter) {
    try {
        return new Filter(filter).explanation;
    } catch {
        return filter;
    }
}
