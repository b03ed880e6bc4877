// Choices that a browser keeps. They work without storage too, then only until the page closes. Pure.

export class Stored {
    #storage;
    #key;
    #defaults;
    #values;

    /** `defaults` are all names with what they are at first; `storage` may be missing or refuse. */
    constructor(storage, key, defaults) {
        this.#storage = storage;
        this.#key = key;
        this.#defaults = defaults;
        this.#values = { ...defaults, ...this.#read() };
    }

    get(name) {
        return this.#values[name];
    }

    /** Other names are taken as another page of this browser left them. */
    set(name, value) {
        this.#values = { ...this.#values, ...this.#read(), [name]: value };
        try {
            this.#storage?.setItem(this.#key, JSON.stringify(this.#values));
        } catch {
            // A full or forbidden storage must not stop the page; the choice holds until it is closed.
        }
    }

    #read() {
        try {
            const stored = Object.entries(JSON.parse(this.#storage?.getItem(this.#key) ?? "{}"));
            return Object.fromEntries(stored.filter(([name, value]) => isLike(value, this.#defaults[name])));
        } catch {
            return {};
        }
    }
}

/** Where choices are kept, for good or (`sessionStorage`) for a tab; undefined where the browser's settings forbid it. */
export function storage(kind = "localStorage") {
    try {
        return globalThis[kind];
    } catch {
        return undefined;
    }
}

function isLike(value, wanted) {
    return typeof value === typeof wanted && Array.isArray(value) === Array.isArray(wanted) && value !== null;
}
