// The filters that a reader settled on, newest last, kept in this browser; Up and Down walk through them. Works without
// storage too, then until the page closes.

const KEY = "tailrace.filters";

/** Entries kept, and letters of one: what a list that is walked by key can be used for. */
const MAX_ENTRIES = 100;
const MAX_LENGTH = 4096;

export class FilterHistory {
    #storage;
    #entries;
    #at;             // the entry shown, undefined for the reader's own text
    #draft = "";

    constructor(storage) {
        this.#storage = storage;
        this.#entries = stored(storage);
    }

    get entries() { return [...this.#entries]; }

    /** The reader settled on this text. */
    add(text) {
        const entry = text.trim();
        this.#at = undefined;
        if (entry === "" || entry.length > MAX_LENGTH) return;
        this.#entries = [...this.#entries.filter((other) => other !== entry), entry].slice(-MAX_ENTRIES);
        try {
            this.#storage?.setItem(KEY, JSON.stringify(this.#entries));
        } catch {
            // A full or forbidden storage must not stop the page; the history lasts until it is closed.
        }
    }

    /** The reader typed: the next step begins at this text. */
    leave() {
        this.#at = undefined;
    }

    /** One entry older (−1) or newer (+1), and beyond the newest the reader's own text; undefined at the ends. */
    step(direction, text) {
        if (this.#at === undefined) {
            if (direction > 0) return undefined;
            this.#draft = text;
        }
        const from = this.#at ?? this.#entries.length;
        let to = from + direction;
        if (direction < 0 && this.#entries[to] === this.#draft.trim()) to -= 1;
        if (to < 0 || to > this.#entries.length) return undefined;
        this.#at = to === this.#entries.length ? undefined : to;
        return this.#at === undefined ? this.#draft : this.#entries[to];
    }
}

function stored(storage) {
    try {
        const entries = JSON.parse(storage?.getItem(KEY) ?? "[]");
        if (!Array.isArray(entries)) return [];
        return entries.filter((entry) => typeof entry === "string" && entry.length <= MAX_LENGTH).slice(-MAX_ENTRIES);
    } catch {
        return [];
    }
}
