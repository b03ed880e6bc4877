// A tile of the newest events of a filter, newest first.

import { h } from "../parts/parts-view.js";
import { rowOfEvent } from "../list/row-text.js";
import { RowView } from "../rows/row-view.js";

export class LogTile {
    element = h("div", { class: "tile-rows from-top", role: "grid", tabindex: "0" });
    #rows = [];

    show({ events = [], title }, { zone }) {
        this.element.setAttribute("aria-label", title);
        const newest = events.toReversed();
        while (this.#rows.length < newest.length) this.#rows.push(new RowView(undefined));
        newest.forEach((event, at) => {
            const row = rowOfEvent(at, JSON.stringify(event), { zone, above: newest[at - 1]?.time });
            this.#rows[at].show(at, row, at + 1);
        });
        this.element.replaceChildren(...this.#rows.slice(0, newest.length).map(({ element }) => element));
        if (newest.length === 0) this.element.append(h("p", { class: "tile-none quiet" }, "Nothing in this time"));
    }
}
