// "Clear from here": the rows above a line of the reader's own are put aside and can be shown again. Pure.

import { MAX_BYTES } from "./ring.js";

export class Clearing {
    #line;                 // the row above which others are hidden

    /** Rows that are hidden, oldest first. */
    get rows() { return this.#line?.marker.cleared ?? []; }

    /** Hides what is above the line at `index`, or shows it again; answers the splice [index, removed, rows]. */
    flip(ring, index) {
        const line = ring.at(index);
        if (line.marker.cleared !== undefined) return this.undo(ring);
        const above = [...this.rows];
        for (let at = ring.base; at < index; at += 1) above.push(ring.at(at));
        if (this.#line) this.#line.marker.cleared = undefined;
        line.marker.cleared = newest(above);
        this.#line = line;
        return [ring.base, index - ring.base, []];
    }

    /** The splice that shows again what is hidden. */
    undo(ring) {
        const { rows } = this;
        this.forget();
        return [ring.base, 0, rows];
    }

    /** Another list is shown, which has all rows. */
    forget() {
        if (this.#line) this.#line.marker.cleared = undefined;
        this.#line = undefined;
    }
}

/** The newest rows of a list, as many as a ring may hold. */
function newest(rows) {
    let size = 0;
    let first = rows.length;
    while (first > 0 && size < MAX_BYTES) {
        first -= 1;
        size += rows[first].cost;
    }
    return rows.slice(first);
}
