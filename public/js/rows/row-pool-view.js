// The elements of the rows in view, always in the order in which they are shown, so that selecting, copying and screen
// readers see the list as it looks. Elements move from one end to the other instead of being made anew.

import { h } from "../parts/parts-view.js";
import { RowView } from "./row-view.js";

/** Pixels of the date above a row that begins a day. */
const DAY_HEIGHT = 24;

export class RowPoolView {
    element = h("div", { class: "rows-window", role: "rowgroup" });
    #views = [];
    #placed;               // { view, element } of what stands in a row
    #lastId = 0;
    #isReversed = false;   // the newest row stands first

    /** By index, whatever the order on the screen. */
    get views() { return this.#views; }

    get focused() { return this.#views.find((view) => view.isFocused); }

    /** From top to bottom. */
    get shownViews() { return this.#isReversed ? [...this.#views].reverse() : this.#views; }

    reverse(isReversed) {
        if (isReversed === this.#isReversed) return;
        this.#isReversed = isReversed;
        for (const view of this.#views) view.forget();
        this.element.replaceChildren(...this.shownViews.map((view) => view.element));
    }

    of(target) {
        const element = target.closest?.("[role=row]");
        return element === null ? undefined : this.#views.find((view) => view.element === element);
    }

    /** Shows the rows of a range; answers the views that show another row than before. */
    show({ first, end }, { base, newEnd, focused, rowAt }) {
        this.#rotate(first);
        this.#resize(end - first);
        return this.#views.filter((view, at) => {
            const index = first + at;
            const row = rowAt(index);
            const isFresh = view.index !== index || view.row !== row;
            if (isFresh) view.show(index, row, index - base + 1);
            if (this.#isReversed) view.showBelow(rowAt(index + 1), newEnd - index);
            view.focus(index === focused);
            return isFresh;
        });
    }

    /** Tells a screen reader of the grid how many rows there are, and which one has the focus. */
    describe(grid, rows) {
        const { focused } = this;
        if (focused) grid.setAttribute("aria-activedescendant", focused.element.id);
        else grid.removeAttribute("aria-activedescendant");
        if (grid.getAttribute("aria-rowcount") !== String(rows)) grid.setAttribute("aria-rowcount", rows);
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
        if (shift > 0) this.#views.push(...moved);
        else this.#views.unshift(...moved);
        if (this.#isReversed) elements.reverse();
        if (shift > 0 === this.#isReversed) this.element.prepend(...elements);
        else this.element.append(...elements);
    }

    #resize(needed) {
        while (this.#views.length > needed) this.#views.pop().element.remove();
        while (this.#views.length < needed) {
            const view = new RowView(`row-${this.#lastId += 1}`);
            this.#views.push(view);
            if (this.#isReversed) this.element.prepend(view.element);
            else this.element.append(view.element);
        }
    }
}
