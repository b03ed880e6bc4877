// How many matching events the reader has not seen because the server was asked to hold. Pure.
//
// The server's statistics count the lens since anybody opened it, so only differences mean something: what it matched
// since the last statistics that came while rows still arrived, less the rows behind their head that arrived. When the
// hold ends the server names the exact number in a gap; until then this is the number on the button.

import { errorsIn } from "../parts/levels.js";

const NONE = Object.freeze({ matched: 0, seen: 0, errors: 0 });

export class Missed {
    #anchor;
    #arrived = NONE;
    #latest;

    /** Statistics while rows arrive: from here on is counted. */
    anchor(stats) {
        this.#anchor = totals(stats);
        this.#latest = this.#anchor;
        this.#arrived = NONE;
    }

    /** Statistics while the server holds. The first ones of a lens can only be an anchor. */
    update(stats) {
        if (this.#anchor === undefined) this.anchor(stats);
        this.#latest = totals(stats);
    }

    /** Rows of an `events` message, of which some may be in the last statistics already. */
    arrived(rows, { first, last, seen }) {
        const after = this.#anchor?.head ?? 0;
        const fresh = rows.filter((row) => row.seq > after);
        const share = Math.max(0, Math.min(1, (last - after) / (last - first + 1)));
        this.#arrived = {
            matched: this.#arrived.matched + fresh.length,
            seen: this.#arrived.seen + Math.round((seen ?? fresh.length) * share),
            errors: this.#arrived.errors + fresh.filter((row) => row.severity === "error").length,
        };
    }

    /** Whether there is something to count from. */
    get isAnchored() { return this.#anchor !== undefined; }

    forget() {
        this.#anchor = undefined;
        this.#latest = undefined;
    }

    get value() {
        if (this.#latest === undefined) return NONE;
        const since = (name) => Math.max(0, this.#latest[name] - this.#anchor[name] - this.#arrived[name]);
        return { matched: since("matched"), seen: since("seen"), errors: since("errors") };
    }
}

function totals(stats) {
    return {
        head: stats.head ?? 0,
        matched: stats.matched ?? 0,
        seen: stats.seen ?? 0,
        errors: errorsIn(stats.levels?.matched),
    };
}
