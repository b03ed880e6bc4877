// Rows received under one filter, kept while the reader holds and tries other filters on them. Pure.
//
// A filter that narrows theirs finds among them all that the relay would: their answer is complete up to `lastSeq`. For
// any other filter they are what is here, until the relay sends the rest.

import { gapRow } from "./stream-row.js";

/** Reasons of gaps that count what the filter let through, so that another filter knows no number. */
const COUNTS_MATCHING = new Set(["paused", "sampled", "unloaded"]);

export class KeptRows {
    /** Whether the relay still sends what their filter lets through. */
    isServed = true;
    /** What is shown of them. */
    test = () => true;
    #rows;

    constructor({ rows, coveredFrom, lastSeq }) {
        this.#rows = rows;
        this.coveredFrom = coveredFrom;
        this.lastSeq = lastSeq;
    }

    get length() { return this.#rows.length; }

    push(rows, lastSeq) {
        this.#rows.push(...rows);
        this.lastSeq = lastSeq;
    }

    /** The rows that pass, and gaps and notes between them. */
    chosen(test) {
        return this.#rows.filter((row) => isChosen(row, test)).map((row) => {
            const isUnknown = row.gap && COUNTS_MATCHING.has(row.gap.reason);
            return isUnknown ? gapRow({ ...row.gap, count: undefined }) : row;
        });
    }
}

/** Only events can be left out: what is missing is missing under any filter. */
export function isChosen(row, test) {
    return row.text === undefined || test(row.text);
}
