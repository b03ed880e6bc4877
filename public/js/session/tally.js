// What is told in numbers of an open stream: events matched and looked at, and gaps. Pure.

export class Tally {
    #counts = { matched: 0, seen: 0 };
    #gaps = { count: 0, events: 0 };

    get value() { return { ...this.#counts, gaps: this.#gaps }; }

    /** Another lens: counted anew, from what is here of it already. */
    begin(counts) {
        this.#counts = counts;
    }

    add(matched, seen) {
        this.#counts = { matched: this.#counts.matched + matched, seen: this.#counts.seen + seen };
    }

    missing(count) {
        this.#gaps = { count: this.#gaps.count + 1, events: this.#gaps.events + (count ?? 0) };
    }
}
