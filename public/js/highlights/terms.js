// The texts that a reader has coloured: up to eight, whatever the filter is. Pure; kept for the session of the tab.

export const MAX_TERMS = 8;

/** Letters of one: longer ones are no words that an eye looks for. */
const MAX_LENGTH = 200;

const KEY = "tailrace.highlights";

export class Terms {
    #storage;
    #slots;      // of each colour its term; undefined where it is free

    constructor(storage) {
        this.#storage = storage;
        this.#slots = stored(storage);
    }

    /** `[{ term, colour }]`, colours from 1, in the order of the colours. */
    get list() {
        return this.#slots.map((term, at) => ({ term, colour: at + 1 })).filter(({ term }) => term !== undefined);
    }

    /** False if there is no colour left, or nothing to colour. */
    add(text) {
        const term = text.trim().slice(0, MAX_LENGTH);
        if (term === "" || this.#slots.includes(term)) return term !== "";
        const free = Array.from({ length: MAX_TERMS }, (_, at) => at).find((at) => this.#slots[at] === undefined);
        if (free === undefined) return false;
        this.#slots[free] = term;
        this.#keep();
        return true;
    }

    remove(term) {
        this.#slots = this.#slots.map((other) => (other === term ? undefined : other));
        this.#keep();
    }

    #keep() {
        try {
            this.#storage?.setItem(KEY, JSON.stringify(this.#slots));
        } catch {
            // A full or forbidden storage must not stop the page; the colours last until it is closed.
        }
    }
}

/** Where a term stands in a text, as [from, to]: case is ignored unless the term has a capital. */
export function placesOf(term, text) {
    const isExact = term !== term.toLowerCase();
    const [wanted, within] = isExact ? [term, text] : [term.toLowerCase(), text.toLowerCase()];
    // A letter that gets longer in lower case would shift the places behind it.
    if (within.length !== text.length) return exactPlaces(term, text);
    return exactPlaces(wanted, within);
}

function exactPlaces(term, text) {
    const places = [];
    for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) places.push([at, at + term.length]);
    return places;
}

function stored(storage) {
    try {
        const slots = JSON.parse(storage?.getItem(KEY) ?? "[]");
        if (!Array.isArray(slots)) return [];
        return slots.slice(0, MAX_TERMS).map((term) => (typeof term === "string" && term !== "" ? term : undefined));
    } catch {
        return [];
    }
}
