// The rows the page keeps: the newest ones, bounded by number and by size. Pure.
//
// A row is an object of any kind with a `cost` in bytes; its index only grows and `base` follows the oldest row kept.
// While the reader holds, nothing is dropped until the slack is used up too, so that what is read stays where it is.

import { apart } from "./repeats.js";

/** Rows kept: half an hour at 50 rows a second, and 2 M pixels of list, far below what browsers can scroll. */
export const MAX_ROWS = 100_000;

/** Bytes of row text kept; set so that the page stays under the memory of an ordinary web mail. */
export const MAX_BYTES = 64 * 1024 * 1024;

/** Share above both limits allowed while the reader holds: the rows that arrive until the server stops sending. */
export const HELD_SLACK = 0.25;

/** Rows at the dropped end of the array that may lie unused before it is compacted. */
const COMPACT_AT = 8192;

export class Ring {
    #rows = [];
    #head = 0;
    #base;
    #bytes = 0;
    #maxRows;
    #maxBytes;

    constructor({ maxRows = MAX_ROWS, maxBytes = MAX_BYTES, base = 0 } = {}) {
        this.#maxRows = maxRows;
        this.#maxBytes = maxBytes;
        this.#base = base;
    }

    get base() { return this.#base; }
    get end() { return this.#base + this.length; }
    get length() { return this.#rows.length - this.#head; }
    get bytes() { return this.#bytes; }
    get isFull() { return this.length >= this.#maxRows || this.#bytes >= this.#maxBytes; }

    /** All rows, oldest first, as they came. */
    get rows() { return apart(this.#rows.slice(this.#head)); }

    at(index) {
        return index < this.#base ? undefined : this.#rows[this.#head + index - this.#base];
    }

    push(row) {
        this.#rows.push(row);
        this.#bytes += row.cost;
    }

    /** Puts a row behind the last one instead of after it. */
    absorb(row) {
        const last = this.#rows.at(-1);
        (last.repeats ??= []).push(row);
        last.absorbed = (last.absorbed ?? 0) + row.cost;
        this.#bytes += row.cost;
    }

    /** Drops the oldest rows until the limits hold; the newest row always stays. */
    trim(slack = 0) {
        const rows = this.#maxRows * (1 + slack);
        const size = this.#maxBytes * (1 + slack);
        while (this.length > 1 && (this.length > rows || this.#bytes > size)) {
            this.#bytes -= weight(this.#rows[this.#head]);
            this.#rows[this.#head] = undefined;
            this.#head += 1;
            this.#base += 1;
        }
        if (this.#head > COMPACT_AT && this.#head * 2 > this.#rows.length) this.#compact();
    }

    /** Puts `rows` in place of `removed` rows at `index`; the rows behind get new indexes. */
    splice(index, removed, rows) {
        this.#compact();
        const at = index - this.#base;
        for (const row of this.#rows.slice(at, at + removed)) this.#bytes -= weight(row);
        for (const row of rows) this.#bytes += weight(row);
        this.#rows = [...this.#rows.slice(0, at), ...rows, ...this.#rows.slice(at + removed)];
    }

    indexOf(row) {
        const at = this.#rows.indexOf(row, this.#head);
        return at < 0 ? undefined : at - this.#head + this.#base;
    }

    /** The next index from `from` in direction `step` (±1), not counting `from`, whose row satisfies `test`. */
    find(from, step, test) {
        for (let index = from + step; index >= this.#base && index < this.end; index += step) {
            if (test(this.at(index))) return index;
        }
        return undefined;
    }

    /** The first index whose event has at least this seq; the last row if none has. Undefined when empty. */
    indexOfSeq(seq) {
        for (let index = this.#base; index < this.end; index += 1) {
            const row = this.at(index);
            if (row.seq >= seq || row.repeats?.at(-1).seq >= seq) return index;
        }
        return this.length > 0 ? this.end - 1 : undefined;
    }

    #compact() {
        this.#rows = this.#rows.slice(this.#head);
        this.#head = 0;
    }
}

function weight(row) {
    return row.cost + (row.absorbed ?? 0);
}
