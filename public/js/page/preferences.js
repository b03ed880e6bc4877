// What the reader chose for good, kept in this browser.

import { Stored } from "../parts/stored.js";

const KEY = "tailrace";

const DEFAULTS = {
    theme: "system", density: "compact", isWrapped: false, zone: "utc", timeMode: "absolute", isHistogramFolded: false,
    isNewestFirst: false, textSize: 0, thrift: "auto",
    panels: false, charts: [], lenses: [], keys: {},
    chips: false, sound: false, isWelcomed: false, splitShare: 0.5,
};

export class Preferences extends Stored {
    constructor(storage) {
        super(storage, KEY, DEFAULTS);
    }
}

/** Sizes of the text of rows, from that of the page to one that is read across a room; css/rows.css has them. */
export const TEXT_SIZES = 4;

/** A size of text, so many steps larger or smaller. */
export function resized(size, step) {
    const known = Number.isInteger(size) && size >= 0 && size < TEXT_SIZES ? size : 0;
    return Math.max(0, Math.min(TEXT_SIZES - 1, known + step));
}

/** The preference after the reader flips the colours: back to the system's when those are the ones flipped to. */
export function flippedTheme(preference, systemTheme) {
    const shown = preference === "system" ? systemTheme : preference;
    const flipped = shown === "dark" ? "light" : "dark";
    return flipped === systemTheme ? "system" : flipped;
}
