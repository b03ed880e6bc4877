// What the reader chose for good, kept in this browser.

import { Stored } from "../parts/stored.js";

const KEY = "tailrace";

const DEFAULTS = {
    theme: "system", density: "compact", isWrapped: false, zone: "utc", timeMode: "absolute", isHistogramFolded: false,
    panels: false, charts: [], lenses: [], keys: {},
    chips: false, sound: false, isWelcomed: false, splitShare: 0.5,
};

export class Preferences extends Stored {
    constructor(storage) {
        super(storage, KEY, DEFAULTS);
    }
}

/** The preference after the reader flips the colours: back to the system's when those are the ones flipped to. */
export function flippedTheme(preference, systemTheme) {
    const shown = preference === "system" ? systemTheme : preference;
    const flipped = shown === "dark" ? "light" : "dark";
    return flipped === systemTheme ? "system" : flipped;
}
