// Which joined lines the reader has opened in place. Pure.

/** Lines shown of an open event before the rest is asked for: a long trace leaves room for the rows around it. */
const FIRST_LINES = 24;

/** Lines laid out of one event at most; the details have all of it. */
const MOST_LINES = 2000;

/** Events remembered as opened or closed one by one. */
const MOST_CHOICES = 5000;

export class Unfolded {
    #isAll = false;
    #others = new Set();    // seqs that are not as all are
    #whole = new Set();     // seqs shown to their end

    get isAll() { return this.#isAll; }

    toggle(seq) {
        this.#whole.delete(seq);
        if (this.#others.delete(seq)) return;
        if (this.#others.size >= MOST_CHOICES) this.#others.clear();
        this.#others.add(seq);
    }

    showWhole(seq) {
        this.#whole.add(seq);
    }

    setAll(isAll) {
        this.#isAll = isAll;
        this.#others.clear();
        this.#whole.clear();
    }

    /** How many lines of this event to show below its first; 0 while it is closed. */
    linesOf(seq) {
        if (this.#isAll === this.#others.has(seq)) return 0;
        return this.#whole.has(seq) ? MOST_LINES : FIRST_LINES;
    }
}
