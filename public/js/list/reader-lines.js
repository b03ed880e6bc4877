// The lines that a reader drew between rows. They keep their place when another list is shown. Pure.

import { markerRow } from "./stream-row.js";

/** Lines at most; an older one gives way. */
const MOST_LINES = 100;

export class ReaderLines {
    #lines = [];

    /** The row of a new line behind the event of this seq. */
    add(words) {
        const line = markerRow(words);
        this.#lines = [...this.#lines, line].slice(-MOST_LINES);
        return line;
    }

    /** Puts the lines that another list lacks into it, between the same events as before. */
    place(ring) {
        for (const line of this.#lines) {
            if (ring.length === 0 || ring.indexOf(line) !== undefined || line.seq < ring.at(ring.base).seq) continue;
            const isLast = ring.at(ring.end - 1).seq <= line.seq;
            ring.splice(isLast ? ring.end : ring.indexOfSeq(line.seq + 1), 0, [line]);
        }
    }

    /** The log began anew. */
    forget() {
        this.#lines = [];
    }
}
