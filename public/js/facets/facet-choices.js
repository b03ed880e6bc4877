// What the reader chose about facets, kept in this browser: pinned and hidden ones, their order, width, open or not.
// Works without storage too, then until the page closes.

const KEY = "tailrace.facets";

const DEFAULTS = { isOpen: true, width: 240, pinned: [], hidden: [], order: [] };

/** Names kept of each kind. */
const MAX_NAMES = 100;

export const WIDTHS = { least: 180, most: 480 };

export class FacetChoices {
    #storage;
    #values;

    constructor(storage) {
        this.#storage = storage;
        this.#values = { ...DEFAULTS, ...stored(storage) };
    }

    get isOpen() { return this.#values.isOpen; }
    get width() { return this.#values.width; }
    get arrangement() {
        const { pinned, hidden, order } = this.#values;
        return { pinned, hidden, order };
    }

    isPinned(name) {
        return this.#values.pinned.includes(name);
    }

    open(isOpen) {
        this.#set({ isOpen });
    }

    resize(width) {
        this.#set({ width: Math.round(Math.min(WIDTHS.most, Math.max(WIDTHS.least, width))) });
    }

    /** Also shows a facet that was hidden or found by search. */
    pin(name, isPinned) {
        const { pinned, hidden } = this.#values;
        const others = pinned.filter((other) => other !== name);
        this.#set({ pinned: isPinned ? [...others, name] : others, hidden: hidden.filter((other) => other !== name) });
    }

    hide(name) {
        const { pinned, hidden } = this.#values;
        this.#set({ pinned: pinned.filter((other) => other !== name), hidden: [...hidden, name].slice(-MAX_NAMES) });
    }

    arrange(order) {
        this.#set({ order: order.slice(0, MAX_NAMES) });
    }

    #set(changes) {
        this.#values = { ...this.#values, ...changes };
        try {
            this.#storage?.setItem(KEY, JSON.stringify(this.#values));
        } catch {
            // A full or forbidden storage must not stop the page; the choice holds until it is closed.
        }
    }
}

function stored(storage) {
    try {
        const values = JSON.parse(storage?.getItem(KEY) ?? "{}");
        const isLike = (name) => typeof values[name] === typeof DEFAULTS[name]
            && Array.isArray(values[name]) === Array.isArray(DEFAULTS[name]);
        return Object.fromEntries(Object.keys(DEFAULTS).filter(isLike).map((name) => [name, values[name]]));
    } catch {
        return {};
    }
}
