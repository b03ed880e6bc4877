// Decides which rows the page still lacks, so that each row is made and sent once. Pure apart from what it remembers.

/** Rows sent around the anchor of a new list before the page has said what it looks at. */
const AROUND_ANCHOR = 120;

export class RowFeed {
    #view = { follow: true, count: 0 };
    #followedTo = 0;       // rows before this index were sent while following
    #due;                  // { first, end } asked for and not sent
    #touched = new Set();
    #splices = [];
    #generation = 0;
    #isReplaced = false;   // the page does not know this list yet
    #anchorSeq;
    #landing;

    /**
     * What the page wants: { follow: true, count } for the newest rows, or { first, end, missing: { first, end } } for
     * a place in the list and the part of it the page has no rows for.
     */
    look(view) {
        if (view.follow && !(view.count <= this.#view.count)) this.#followedTo = 0;
        this.#view = view;
        this.#due = view.follow ? undefined : union(this.#due, view.missing);
    }

    /**
     * The list was replaced; `anchorSeq` is the event to keep in place if the reader holds. With `landing` it is to come
     * to the "top" of the view or, focused, to its "middle".
     */
    swapped(anchorSeq, landing) {
        this.#generation += 1;
        this.#isReplaced = true;
        this.#splices = [];
        this.#touched.clear();
        this.#followedTo = 0;
        this.#anchorSeq = anchorSeq;
        this.#landing = landing;
        this.#due = undefined;
    }

    /** A list that the page does not know yet is told as it is by then. */
    spliced(index, removed, added) {
        const change = added - removed;
        if (!this.#isReplaced) this.#splices.push({ index, removed, added });
        this.#touched.clear();
        this.#followedTo = 0;
        if (this.#view.follow) return;
        const shift = index < this.#view.first ? change : 0;
        this.#view = { ...this.#view, first: this.#view.first + shift, end: this.#view.end + shift };
        this.#due = { first: this.#view.first, end: this.#view.end };
    }

    /** The row at this index looks different now. */
    touched(index) {
        this.#touched.add(index);
    }

    /** The rows that are looked at look different now. */
    repaintView(ring) {
        const { follow, count, first, end } = this.#view;
        const from = follow ? ring.end - count : first;
        for (let index = Math.max(ring.base, from); index < Math.min(ring.end, end ?? ring.end); index += 1) {
            this.#touched.add(index);
        }
    }

    /** All rows look different now. */
    repaint() {
        this.spliced(Number.MAX_SAFE_INTEGER, 0, 0);
    }

    /** How the list changed since the last time, and the indexes of the rows to send. */
    take(ring) {
        const indexes = new Set(this.#touched);
        const anchor = this.#anchorSeq === undefined ? undefined : ring.indexOfSeq(this.#anchorSeq);
        if (anchor !== undefined) {
            this.#due = union(this.#due, { first: anchor - AROUND_ANCHOR, end: anchor + AROUND_ANCHOR });
        }
        const { first, end } = this.#range(ring);
        for (let index = first; index < end; index += 1) indexes.add(index);
        const change = {
            generation: this.#generation, base: ring.base, end: ring.end, splices: this.#splices,
            anchor, landing: this.#landing,
        };
        this.#isReplaced = false;
        this.#splices = [];
        this.#touched.clear();
        this.#anchorSeq = undefined;
        this.#landing = undefined;
        this.#due = undefined;
        return {
            change,
            indexes: [...indexes].filter((index) => index >= ring.base && index < ring.end).sort((a, b) => a - b),
        };
    }

    #range(ring) {
        if (!this.#view.follow || this.#due) {
            if (!this.#due) return { first: 0, end: 0 };
            return { first: Math.max(ring.base, this.#due.first), end: Math.min(ring.end, this.#due.end) };
        }
        const first = Math.max(ring.base, ring.end - this.#view.count, this.#followedTo);
        this.#followedTo = ring.end;
        return { first, end: ring.end };
    }
}

function union(one, other) {
    if (!one || !other) return one ?? other;
    return { first: Math.min(one.first, other.first), end: Math.max(one.end, other.end) };
}
