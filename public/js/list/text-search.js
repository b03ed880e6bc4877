// Which rows have which of some texts in their message, in the worker. Each row is read once for a set of texts. Pure.

import { placesOf } from "../highlights/terms.js";
import { parseEvent } from "../session/protocol.js";

export class TextSearch {
    #terms = [];
    #found = new WeakMap();    // row → places of the terms in the list, as bits

    /** Other texts to look for, up to eight. */
    set terms(terms) {
        if (JSON.stringify(terms) === JSON.stringify(this.#terms)) return;
        this.#terms = terms;
        this.#found = new WeakMap();
    }

    has(row) {
        return this.#bitsOf(row) !== 0;
    }

    /** Rows that have each of the texts. */
    counts(rows) {
        const counts = this.#terms.map(() => 0);
        for (const row of rows) {
            const bits = this.#bitsOf(row);
            for (let at = 0; bits >> at > 0; at += 1) if ((bits >> at) & 1) counts[at] += 1;
        }
        return counts;
    }

    #bitsOf(row) {
        if (row.text === undefined) return 0;
        let bits = this.#found.get(row);
        if (bits === undefined) this.#found.set(row, bits = this.#read(row.text));
        return bits;
    }

    /** Most rows have none, and their JSON tells so without being read. */
    #read(text) {
        const likely = this.#terms.map((term) => placesOf(JSON.stringify(term).slice(1, -1), text).length > 0);
        if (!likely.includes(true)) return 0;
        const message = parseEvent(text).message ?? "";
        return this.#terms.reduce((bits, term, at) => (
            likely[at] && placesOf(term, message).length > 0 ? bits | (1 << at) : bits), 0);
    }
}
