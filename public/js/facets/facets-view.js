// The column of facets: its head, the search for fields, and the facets in their order.

import { h, setText, tool } from "../parts/parts-view.js";
import { share } from "../parts/format.js";
import { FacetView } from "./facet-view.js";

export class FacetsView {
    #root;
    #base = h("span", { class: "num facets-base" });
    #search = h("input", {
        type: "search", class: "facet-search", "aria-label": "Find a field", placeholder: "Find a field", hidden: true,
    });
    #found = h("div", { class: "field-list", hidden: true });
    #list = h("div", { class: "facets-list" });
    #views = new Map();

    /** `close()` folds the column away. */
    constructor(root, { close, signal }) {
        this.#root = root;
        const find = tool("search", "Find a field", { "aria-expanded": "false", click: () => this.toggleSearch() });
        this.#root.replaceChildren(
            h("div", { class: "facets-head" }, this.#base, h("span", { class: "tools" },
                find, tool("chevron-left", "Fold facets (f)", { click: close }))),
            this.#search, this.#found, this.#list,
            h("div", {
                class: "facets-edge", role: "separator", "aria-orientation": "vertical", "aria-label": "Width of facets",
                tabindex: "0",
            }));
        this.#search.addEventListener("input", () => this.#paintFound(), { signal });
        this.#search.addEventListener("keydown", (event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            this.toggleSearch();
            find.focus();
        }, { signal });
    }

    get list() { return this.#list; }
    get edge() { return this.#root.lastElementChild; }

    view(name) {
        return this.#views.get(name);
    }

    /** Values that a facet shows now, in their order. */
    valuesOf(name) {
        return this.#views.get(name)?.values ?? [];
    }

    showBase(words, isAttention) {
        setText(this.#base, words);
        this.#base.classList.toggle("is-attention", isAttention === true);
        this.#base.title = words;
    }

    /** `facets` is a list of [facet, what FacetView shows]. */
    show(facets) {
        for (const name of [...this.#views.keys()]) {
            if (facets.some(([facet]) => facet.name === name)) continue;
            this.#views.get(name).element.remove();
            this.#views.delete(name);
        }
        facets.forEach(([facet, shown], at) => {
            if (!this.#views.has(facet.name)) this.#views.set(facet.name, new FacetView(facet));
            const view = this.#views.get(facet.name);
            if (this.#list.children[at] !== view.element) this.#list.insertBefore(view.element, this.#list.children[at]);
            view.show(facet, shown);
        });
    }

    /** Fields that have no facet, to be found by name. */
    showRest(rest) {
        this.rest = rest;
        if (!this.#found.hidden) this.#paintFound();
    }

    toggleSearch() {
        const isOpen = this.#search.hidden;
        this.#search.hidden = !isOpen;
        this.#found.hidden = !isOpen;
        this.#root.querySelector("[aria-expanded]").setAttribute("aria-expanded", String(isOpen));
        if (!isOpen) return;
        this.#search.value = "";
        this.#paintFound();
        this.#search.focus();
    }

    #paintFound() {
        const wanted = this.#search.value.toLowerCase();
        const found = (this.rest ?? []).filter(({ name }) => name.toLowerCase().includes(wanted));
        const rows = found.map(({ name, presence }) => h(
            "button", { type: "button", class: "field-found", "data-act": "pin", "data-field": name },
            h("span", { class: "name" }, name), h("span", { class: "quiet num" }, presence === undefined ? "" : share(presence))));
        this.#found.replaceChildren(...(rows.length > 0 ? rows : [
            h("p", { class: "facet-said" }, wanted === "" ? "Every field is shown" : "No other field is called so"),
        ]));
    }
}
