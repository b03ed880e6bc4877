// The rows the page has at hand: those in view and some around them. Pure.

import { HELD_SLACK, LIVE_SLACK } from "./viewport.js";

/** Rows kept ready beyond the window, and the number from which the rest is let go. */
const AROUND = 200;
const LIMIT = 1200;

export class RowCache {
    #rows = new Map();
    #asked = "";           // what the worker was asked for last

    get(index) {
        return this.#rows.get(index);
    }

    set(row) {
        this.#rows.set(row.index, row);
    }

    clear() {
        this.#rows.clear();
    }

    /** Rows took the place of others: `move` answers the new index of an old one. */
    splice({ index, removed }, move) {
        const kept = [...this.#rows].filter(([at]) => at < index || at >= index + removed);
        this.#rows = new Map(kept.map(([at, row]) => [move(at), { ...row, index: move(at) }]));
    }

    /** What to ask the worker for, for this range in view; undefined if it was asked for already. */
    wish({ first, end }, list) {
        const view = list.isHeld
            ? { follow: false, first, end, missing: this.#missing(first, end, list) }
            : { follow: true, count: end - first + LIVE_SLACK };
        const asked = JSON.stringify(view);
        if (asked === this.#asked) return undefined;
        this.#asked = asked;
        return view;
    }

    /** The list or the state of time is another one: the next wish is told in any case. */
    askAgain() {
        this.#asked = "";
    }

    /** Lets go of what is far from a range, once there is much. */
    forget({ first, end }) {
        if (this.#rows.size <= LIMIT) return;
        for (const index of this.#rows.keys()) {
            if (index < first - AROUND || index >= end + AROUND) this.#rows.delete(index);
        }
    }

    /** The rows of a range that are not here, with some more around. */
    #missing(first, end, { base, end: newest }) {
        let from = first;
        let to = end;
        while (from < to && this.#rows.has(from)) from += 1;
        while (to > from && this.#rows.has(to - 1)) to -= 1;
        if (from === to) return undefined;
        return { first: Math.max(base, from - HELD_SLACK), end: Math.min(newest, to + HELD_SLACK) };
    }
}
