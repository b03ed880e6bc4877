// What a screen reader is told of rows that come: a sum now and then, never the rows. Pure.

import { counted } from "../parts/format.js";

/** Often enough to know that something goes on, seldom enough to hear other things. */
export const SPOKEN_EVERY_MS = 5000;

export class Spoken {
    #at;
    #matched;
    #errors;

    /** The sentence that is due, undefined if none is; `matched` and `errors` only grow until another filter is set. */
    next({ isLive, matched, errors, now }) {
        if (!isLive) {
            this.#at = undefined;
            return undefined;
        }
        const isDue = this.#at !== undefined && now - this.#at >= SPOKEN_EVERY_MS;
        if (this.#at !== undefined && !isDue) return undefined;
        const [fresh, bad] = [matched - this.#matched, errors - this.#errors];
        this.#at = now;
        this.#matched = matched;
        this.#errors = errors;
        if (!isDue || !(fresh > 0)) return undefined;
        return `${counted(fresh, "new event")}${bad > 0 ? `, ${counted(bad, "error")}` : ""}`;
    }
}
