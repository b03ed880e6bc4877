// A changed filter while the reader holds: the rows that are here are filtered at once, and the relay is asked only for
// what is not here. Pure.
//
//   rows of the filter that was served ──(choose)──▶ shown at once ──(the relay's answer)──▶ the rows of the new filter
//
// A filter that narrows the one served finds everything among the rows that are here, so the relay goes on behind them.

import { wordsOf } from "../filter-box/marked-words.js";

/** The filter language, which comes with the first hold; until then the relay filters. */
let language;

/** Loads what is needed to choose rows here. */
export async function prepareToChoose() {
    language ??= await import("../filter/filter.js");
}

export class Choices {
    #rows;
    #kept;        // KeptRows since the first choice of this hold

    constructor(rows) {
        this.#rows = rows;
    }

    /** Shows what passes the filter of `lens` of the rows served for `served`, with an event kept in its place. */
    show(lens, served, anchorSeq) {
        const filter = filterOf(lens.filter);
        if (lens.stream !== served?.stream || !filter?.isAnswerable || this.#rows.isWaiting) return false;
        this.#kept ??= this.#rows.keep(filterOf(served.filter));
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
        const kept = this.#kept;
        const isComplete = lens.stream === served?.stream && filter?.isAnswerable && kept?.filter
            && filter.narrows(kept.filter);
        if (!isComplete) return undefined;
        if (kept.isServed) kept.lastSeq = seq;
        return { kept, test: (text) => filter.matches(text) };
    }

    /** The relay sends another lens from now on; rows that it does not go on from are of no use any more. */
    answered(continuation) {
        if (this.#kept) this.#kept.isServed = false;
        if (!continuation) this.#kept = undefined;
    }

    /** The relay goes on with the lens it serves: its rows come back. */
    takeBack(served, anchorSeq) {
        if (!this.#rows.isChoosing) return;
        const kept = this.#rows.keep();
        const filter = kept.isServed ? undefined : filterOf(served.filter);
        const test = (text) => filter === undefined || filter.matches(text);
        this.#rows.choose(kept, test, wordsOf(served.filter), anchorSeq);
    }

    /** The rows shown are all there is under their filter: the next choice is made of them. */
    end() {
        if (!this.#rows.isChoosing) this.#kept = undefined;
    }
}

function filterOf(text) {
    if (!language) return undefined;
    try {
        return new language.Filter(text);
    } catch (error) {
        if (error instanceof language.FilterError) return undefined;
        throw error;
    }
}
