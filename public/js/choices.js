// A changed filter while the reader holds: the rows that are here are filtered at once, and the relay is asked only for
// what is not here. Pure.
//
//   rows of the filter that was served ──(choose)──▶ shown at once ──(the relay's answer)──▶ the rows of the new filter
//
// A filter that narrows the one served finds everything among the rows that are here, so the relay goes on behind them.

import { Filter, FilterError } from "./filter/filter.js";
import { wordsOf } from "./filter-text.js";

export class Choices {
    #rows;
    #kept;        // KeptRows since the first choice of this hold
    #filter;      // of which they are the rows; undefined if this page cannot read it

    constructor(rows) {
        this.#rows = rows;
    }

    /** Shows what passes the filter of `lens` of the rows served for `served`, with an event kept in its place. */
    show(lens, served, anchorSeq) {
        const filter = filterOf(lens.filter);
        if (lens.stream !== served?.stream || !filter?.isAnswerable || this.#rows.isWaiting) return false;
        if (!this.#kept) {
            this.#kept = this.#rows.keep();
            this.#filter = filterOf(served.filter);
        }
        if (!this.#kept) return false;
        this.#rows.choose(this.#kept, (text) => filter.matches(text), wordsOf(lens.filter), anchorSeq);
        return true;
    }

    /**
     * Where the relay may go on: { kept, test }, if the kept rows hold all that the lens would show up to
     * `kept.lastSeq`. `seq` is the place up to which the served lens was read.
     */
    continuation(lens, served, seq) {
        const filter = filterOf(lens.filter);
        const isComplete = this.#kept && lens.stream === served?.stream && filter?.isAnswerable && this.#filter
            && filter.narrows(this.#filter);
        if (!isComplete) return undefined;
        if (this.#kept.isServed) this.#kept.lastSeq = seq;
        return { kept: this.#kept, test: (text) => filter.matches(text) };
    }

    /** The relay sends another lens from now on; rows that it does not go on from are of no use any more. */
    answered(continuation) {
        if (this.#kept) this.#kept.isServed = false;
        if (!continuation) this.end();
    }

    /** The relay refused the lens: the rows of the one it serves come back. */
    takeBack(served, anchorSeq) {
        if (this.#kept) this.show(served, served, anchorSeq);
    }

    end() {
        this.#kept = undefined;
    }
}

function filterOf(text) {
    try {
        return new Filter(text);
    } catch (error) {
        if (error instanceof FilterError) return undefined;
        throw error;
    }
}
