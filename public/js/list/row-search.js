// Finding rows of a list by what they are or say. Pure.

import { TextSearch } from "./text-search.js";
import { findSlowDown } from "./time-look.js";

export class RowSearch {
    #rows;
    #found = new TextSearch();
    #counted = new TextSearch();

    /** `rows` has the `ring` to search in, which may become another one, and the `looks` of its rows. */
    constructor(rows) {
        this.#rows = rows;
    }

    /** Index of the next row from `from` with one of the terms in its message. */
    findText(from, step, terms) {
        this.#found.terms = terms;
        return this.#find(from, step, (row) => this.#found.has(row));
    }

    /** How many rows have each of the terms. */
    countText(terms) {
        this.#counted.terms = terms;
        return this.#counted.counts(this.#rows.ring.rows);
    }

    /** Index of the first event with a time from `since` to before `until`, milliseconds. */
    findWithin(since, until) {
        return this.#find(-Infinity, 1, (row) => {
            const time = Date.parse(row.time);
            return time >= since && time < until;
        });
    }

    /** Index of the next bookmark or line of the reader's own. */
    findOwn(from, step) {
        const { looks } = this.#rows;
        return this.#find(from, step, (row) => row.marker || looks.isBookmarked(row.seq));
    }

    /** Index of the next row from `from` that came after a long silence. */
    findSlowDown(from, step) {
        return findSlowDown(this.#rows.ring, this.#within(from), step);
    }

    #find(from, step, test) {
        return this.#rows.ring.find(this.#within(from), step, test);
    }

    #within(from) {
        const { base, end } = this.#rows.ring;
        return Math.min(Math.max(from, base - 1), end);
    }
}
