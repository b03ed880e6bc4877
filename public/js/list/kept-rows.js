// Rows received under one filter, kept while the reader holds and tries other filters on them. Pure.
//
// A filter that narrows theirs finds among them all that the relay would: they are complete up to `lastSeq`. For any
// other filter they are what is here, until the relay sends the rest.

import { gapRow } from "./stream-row.js";

/** Reasons of gaps that count what the filter let through, so that another filter knows no number. */
const COUNTS_MATCHING = new Set(["paused", "hidden", "sampled", "unloaded"]);

export class KeptRows {
    /** Whether the relay still sends what their filter lets through. */
    isServed = true;
    /** What is shown of them. */
    test = () => true;
    #rows;
    #behind = [];      // rows of the filter served after theirs

    /** `filter` is the one they came through, undefined if this page cannot read it. */
    constructor({ rows, filter, coveredFrom, lastSeq }) {
        this.#rows = rows;
        this.filter = filter;
        this.coveredFrom = coveredFrom;
        this.lastSeq = lastSeq;
    }

    /** Rows that arrive while others are shown. */
    push(rows, lastSeq) {
        if (!this.isServed) return void this.#behind.push(...rows);
        this.#rows.push(...rows);
        this.lastSeq = lastSeq;
        return undefined;
    }

    /** Takes over from a list those that came after these, under another filter. */
    follow(rows) {
        if (!this.isServed) this.#behind = rows.filter((row) => row.seq > this.lastSeq);
    }

    /** The rows that pass, and gaps and notes between them. */
    chosen(test) {
        return this.#rows.filter((row) => isChosen(row, test)).map(withoutCount);
    }

    /** The same with what came later. */
    shown(test) {
        return [...this.chosen(test), ...this.#behind.filter((row) => isChosen(row, test))];
    }
}

/** Only events can be left out: what is missing is missing under any filter. */
export function isChosen(row, test) {
    return row.text === undefined || test(row.text);
}

function withoutCount(row) {
    return COUNTS_MATCHING.has(row.gap?.reason) ? gapRow({ ...row.gap, count: undefined }) : row;
}
