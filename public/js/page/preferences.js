// What the reader chose for good, kept in this browser. Works without storage too, then only until the page closes.

const KEY = "tailrace";

const DEFAULTS = {
    theme: "system", density: "compact", isWrapped: false, zone: "utc", timeMode: "absolute", isHistogramFolded: false,
    panels: false, charts: [], lenses: [], keys: {},
};

export class Preferences {
    #values;
    #storage;

    constructor(storage) {
        this.#storage = storage;
        this.#values = { ...DEFAULTS, ...this.#read() };
    }

    get(name) {
        return this.#values[name];
    }

    set(name, value) {
        this.#values[name] = value;
        try {
            this.#storage?.setItem(KEY, JSON.stringify(this.#values));
        } catch {
            // A full or forbidden storage must not stop the page; the choice holds until it is closed.
        }
    }

    #read() {
        try {
            const stored = JSON.parse(this.#storage?.getItem(KEY) ?? "{}");
            return Object.fromEntries(Object.entries(stored).filter(([name]) => Object.hasOwn(DEFAULTS, name)));
        } catch {
            return {};
        }
    }
}

/** The preference after the reader flips the colours: back to the system's when those are the ones flipped to. */
export function flippedTheme(preference, systemTheme) {
    const shown = preference === "system" ? systemTheme : preference;
    const flipped = shown === "dark" ? "light" : "dark";
    return flipped === systemTheme ? "system" : flipped;
}

/** Where choices are kept; undefined where the browser's settings forbid it. */
export function storage() {
    try {
        return globalThis.localStorage;
    } catch {
        return undefined;
    }
}
