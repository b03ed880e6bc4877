// The elements of the rows in view, always in the order of the rows, so that selecting, copying and screen readers see
// the list as it looks. Elements move from one end to the other instead of being made anew.

import { h } from "../parts/parts-view.js";
import { RowView } from "./row-view.js";

/** Pixels of the date above a row that begins a day. */
const DAY_HEIGHT = 24;

export class RowPoolView {
    element = h("div", { class: "rows-window", role: "rowgroup" });
    #views = [];
    #placed;               // { view, element } of what stands in a row
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

    /** Notes the heights of fresh rows that may differ from the estimate. The only place that reads layout. */
    measure(fresh, { port, isUniform, inline }) {
        for (const { row, index, element } of new Set([...fresh, ...this.#place(inline)])) {
            if (row === undefined) continue;
            const isPlain = isUniform && row.kind === "event" && !row.day && !row.frames && inline?.seq !== row.seq;
            const day = row.day ? DAY_HEIGHT : 0;
            port.measure(index, isPlain ? port.estimate : element.getBoundingClientRect().height + day);
        }
    }

    /** Puts an element into the row of a seq, out of any other; answers the views that changed. */
    #place(wanted) {
        const view = wanted && this.#views.find(({ row }) => row?.seq === wanted.seq && row.kind === "event");
        const before = this.#placed;
        const isSame = before?.view === view && before?.element === wanted?.element;
        if (isSame && (view === undefined || view.element.lastChild === wanted.element)) return [];
        if (before && before.element.parentElement === before.view.element) before.element.remove();
        before?.view.element.classList.remove("has-inline");
        view?.element.append(wanted.element);
        view?.element.classList.add("has-inline");
        this.#placed = view && { view, element: wanted.element };
        return [before?.view, view].filter((changed) => changed !== undefined && this.#views.includes(changed));
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
