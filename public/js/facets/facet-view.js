// One facet: its head, the threshold of levels, its rows, or the distribution of its numbers.

import { LETTERS, THRESHOLDS } from "../parts/levels.js";
import { count } from "../parts/format.js";
import { h, icon, setText, tool } from "../parts/parts-view.js";
import { moreOf, noteOf } from "./facet-rows.js";
import { showRows } from "./facet-row-view.js";
import { ValueSearchView } from "./value-search-view.js";
import { spreadOf } from "./spread.js";
import { SpreadView } from "./spread-view.js";

export class FacetView {
    element;
    name;
    /** Values in the order in which they are shown. */
    values = [];
    #note = h("span", { class: "facet-note num" });
    #list = h("div", { class: "facet-list" });
    #more = h("button", { type: "button", class: "facet-more", tabindex: "-1", "data-act": "more" });
    #threshold;
    #spread;
    #search;

    constructor(facet) {
        this.name = facet.name;
        const head = h("div", { class: "facet-head" },
            !facet.isFixed && icon(facet.isNumber ? "type-number" : "type-text", "small"),
            h("span", { class: "facet-name", title: facet.name }, facet.name),
            tool("more", `What to do with ${facet.name}`, {
                class: "tool small facet-menu-button", tabindex: "-1", "data-act": "menu", "aria-haspopup": "menu",
            }),
            this.#note);
        if (facet.name === "level") {
            this.#threshold = thresholdSlider();
            this.#note.replaceChildren(h("kbd", null, "1"), " \u2013 ", h("kbd", null, String(THRESHOLDS.length)));
        }
        this.element = h(
            "section", { class: "facet", "data-facet": facet.name, role: "group", "aria-label": facet.name },
            head, this.#threshold, this.#list, this.#more);
    }

    get isSearching() { return this.#search !== undefined; }

    /** Opens the search among all values, or closes it. */
    toggleSearch() {
        if (this.#search) {
            const hadFocus = this.#search.element.contains(document.activeElement);
            this.#search.element.remove();
            this.#search = undefined;
            if (hadFocus) this.#more.focus();
        } else {
            this.#search = new ValueSearchView(this.name);
            this.#more.before(this.#search.element);
            this.#search.focus();
        }
        this.#list.hidden = this.isSearching;
    }

    failSearch(message) {
        this.#search?.fail(message);
    }

    /**
     * `least` is the lowest level shown, if the filter names one; `found` the rows of all values while they are
     * searched.
     */
    show(facet, { counts, rows, least, found }) {
        if (!this.#threshold) setText(this.#note, noteOf(facet, counts));
        this.#showThreshold(least);
        const spread = facet.isSpread && counts?.isSearched ? spreadOf(counts.values) : undefined;
        this.#showSpread(spread, facet.name);
        const shown = facet.isSpread ? rows.filter(({ state }) => state !== "" && state !== "out") : rows;
        this.values = shown.map(({ value }) => value);
        showRows(this.#list, shown, { name: facet.name });
        const more = facet.isSpread ? 0 : moreOf(facet, counts, rows);
        this.#more.hidden = more === 0 && !this.isSearching;
        const about = counts?.isEstimate ? "\u2248\u202f" : "";
        setText(this.#more, this.isSearching ? "fewer" : `${about}${count(more)} more`);
        this.#more.setAttribute("aria-expanded", String(this.isSearching));
        if (found) this.#search?.show(found, { name: facet.name });
    }

    #showThreshold(least) {
        if (!this.#threshold) return;
        const at = THRESHOLDS.indexOf(least);
        [...this.#threshold.children].forEach((step, index) => {
            step.classList.toggle("is-on", at >= 0 && index >= at);
            step.classList.toggle("is-edge", index === at);
        });
        this.#threshold.setAttribute("aria-valuenow", String(at + 1));
        this.#threshold.setAttribute("aria-valuetext", least ?? "all levels");
    }

    #showSpread(spread, name) {
        if (spread && !this.#spread) {
            this.#spread = new SpreadView();
            this.#list.before(this.#spread.element);
        }
        if (this.#spread) this.#spread.show(spread, name);
    }
}

/** Five steps; a slider by its role, so the steps themselves are no controls. */
function thresholdSlider() {
    const steps = THRESHOLDS.map((level) => h("span", { "data-level-step": level, title: `${level} and above` }, LETTERS[level]));
    return h("div", {
        class: "threshold", role: "slider", tabindex: "-1", "aria-label": "Lowest level shown", "aria-valuemin": "0",
        "aria-valuemax": String(THRESHOLDS.length), "data-stop": "",
    }, ...steps);
}
