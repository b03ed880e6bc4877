// Whether a value becomes more frequent or less: its count now against that of a minute before. Pure.

/** Counts are remembered this often, and so many of them: together somewhat more than a minute. */
const EVERY_MS = 10_000;
const REMEMBERED = 8;

/** Shorter ago than this is no trend yet. */
const LEAST_MS = 45_000;

/** A change is one from this share on, and from so many events. */
const LEAST_SHARE = 0.15;
const LEAST_EVENTS = 5;

export class Trends {
    #facets = new Map();     // name → { filter, past: [{ at, counts }] }

    /** The counts of a facet as of now; those under another filter are no past of them. */
    note(name, filter, { values }, now) {
        const known = this.#facets.get(name);
        const past = known?.filter === filter ? known.past : [];
        if (past.length > 0 && now - past.at(-1).at < EVERY_MS) return;
        const counts = new Map(values.map(({ value, count }) => [value, count]));
        this.#facets.set(name, { filter, past: [...past, { at: now, counts }].slice(-REMEMBERED) });
    }

    forget() {
        this.#facets.clear();
    }

    /** "up", "down", or undefined where it stays or nobody knows. */
    of(name, value, count, now) {
        const before = this.#facets.get(name)?.past.find(({ at }) => now - at <= EVERY_MS * REMEMBERED);
        if (!before || now - before.at < LEAST_MS || count === undefined) return undefined;
        const old = before.counts.get(value) ?? 0;
        const change = count - old;
        if (Math.abs(change) < Math.max(LEAST_EVENTS, LEAST_SHARE * Math.max(old, count))) return undefined;
        return change > 0 ? "up" : "down";
    }
}
