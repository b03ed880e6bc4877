// How this reader wants rows shown and copied, and what they bookmarked: kept in this browser. Pure.

import { Stored } from "../parts/stored.js";

const KEY = "tailrace.rows";

const DEFAULTS = {
    columns: [], repeats: "off", detailsPlace: "auto", isDimmed: true,
    copyForm: "text", copyTime: "iso", hasColours: false, bookmarks: [],
};

/** Bookmarks kept, the newest ones: what a person can still tell apart, in less than 20 kB. */
export const MOST_BOOKMARKS = 500;

export class RowChoices extends Stored {
    constructor(storage) {
        super(storage, KEY, DEFAULTS);
    }

    /** Sets or takes away the bookmark on a position, "epoch:seq"; answers whether it is set now. */
    flipBookmark(position) {
        const others = this.get("bookmarks").filter((other) => other !== position);
        const isSet = others.length === this.get("bookmarks").length;
        this.set("bookmarks", isSet ? [...others, position].slice(-MOST_BOOKMARKS) : others);
        return isSet;
    }

    /** Seqs of the bookmarks in the log of this epoch, in its order. */
    bookmarkedIn(epoch) {
        const own = this.get("bookmarks").filter((position) => position.startsWith(`${epoch}:`));
        return own.map((position) => Number(position.slice(epoch.length + 1))).sort((a, b) => a - b);
    }

    get copyChoice() {
        return { form: this.get("copyForm"), time: this.get("copyTime"), hasColours: this.get("hasColours") };
    }
}
