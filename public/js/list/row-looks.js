// What decides how rows look beside their text: zone of times, columns, what is opened, bookmarked or noted. Pure.

import { ownAlong } from "../rows/ruler-marks.js";
import { painted } from "./stream-row.js";
import { silenceLimit } from "./time-look.js";
import { Unfolded } from "./unfolded.js";

/** Noted events remembered: as many as the relay lists notes. */
const MOST_NOTED = 1000;

export class RowLooks {
    zone = "utc";
    columns = [];
    unfolded = new Unfolded();
    #times;                   // { mode, now, limit } unless rows show the clock
    #bookmarks = new Set();
    #noted = new Map();       // seq of an event → number of notes on it

    /** Seqs of the events this reader marked. */
    set bookmarks(seqs) { this.#bookmarks = new Set(seqs); }

    isBookmarked(seq) { return this.#bookmarks.has(seq); }

    /** A note on an event came. */
    note(seq) {
        if (this.#noted.size >= MOST_NOTED) this.#noted.delete(this.#noted.keys().next().value);
        this.#noted.set(seq, (this.#noted.get(seq) ?? 0) + 1);
    }

    /** The log began anew: its seqs mean other events. */
    forget() {
        this.#noted.clear();
        this.#bookmarks.clear();
    }

    /** What the column of times shows, see time-look.js; answers whether it showed that already. */
    setTimes(mode, now, ring) {
        const isSame = mode === (this.#times?.mode ?? "absolute");
        this.#times = mode === "absolute" ? undefined : { mode, now, limit: silenceLimit(ring) };
        return isSame;
    }

    /** The row at this index as the page shows it; `words` are those of the filter, to mark. */
    paint(ring, index, words) {
        const row = ring.at(index);
        const above = ring.at(index - 1);
        return painted(index, row, {
            zone: this.zone, columns: this.columns, lines: this.unfolded.linesOf(row.seq), mark: this.markOf(row.seq),
            words, above: above?.time, times: this.#times,
            sourceAbove: () => (above?.text === undefined ? undefined : JSON.parse(above.text).source),
        });
    }

    /** Where the reader's own marks and everybody's notes are. */
    marksAlong(ring) { return ownAlong(ring, (seq) => this.markOf(seq)); }

    /** The sign in the mark column. */
    markOf(seq) {
        if (this.#bookmarks.has(seq)) return "bookmark-on";
        return this.#noted.has(seq) ? "note" : undefined;
    }
}
