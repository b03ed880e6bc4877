// The elements of the rows in view, always in the order of the rows, so that selecting, copying and screen readers see
// the list as it looks. Elements move from one end to the other instead of being made anew.

import { h } from "../parts/parts-view.js";
import { RowView } from "./row-view.js";

export class RowPoolView {
    element = h("div", { class: "rows-window", role: "rowgroup" });
    #views = [];
    #lastId = 0;

    get views() { return this.#views; }

    of(target) {
        const element = target.closest?.("[role=row]");
        return element === null ? undefined : this.#views.find((view) => view.element === element);
    }

    /** Shows the rows of a range; answers the views that show another row than before. */
    show({ first, end }, { base, focused, rowAt }) {
        this.#rotate(first);
        this.#resize(end - first);
        return this.#views.filter((view, at) => {
            const row = rowAt(first + at);
            const isFresh = view.index !== first + at || view.row !== row;
            if (isFresh) view.show(first + at, row, first + at - base + 1);
            view.focus(view.index === focused);
            return isFresh;
        });
    }

    /** Brings the elements of rows that left at one end to the other. */
    #rotate(first) {
        const shift = this.#views.length === 0 ? 0 : first - this.#views[0].index;
        if (shift === 0 || Math.abs(shift) >= this.#views.length) return;
        const moved = shift > 0 ? this.#views.splice(0, shift) : this.#views.splice(shift);
        const elements = moved.map((view) => view.element);
        if (shift > 0) {
            this.#views.push(...moved);
            this.element.append(...elements);
        } else {
            this.#views.unshift(...moved);
            this.element.prepend(...elements);
        }
    }

    #resize(needed) {
        while (this.#views.length > needed) this.#views.pop().element.remove();
        while (this.#views.length < needed) {
            const view = new RowView(`row-${this.#lastId += 1}`);
            this.#views.push(view);
            this.element.append(view.element);
        }
    }
}
