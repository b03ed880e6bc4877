// How many matching events the reader has not seen because the server was asked to hold. Pure.
//
// The server's statistics count the lens since anybody opened it, so only differences mean something: what it matched
// since the last statistics that came while rows still arrived, less the rows that arrived after those. When the hold
// ends the server names the exact number in a gap; until then this is the number on the button.

import { errorsIn } from "./levels.js";

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

    arrived({ matched, seen, errors }) {
        const { matched: m, seen: s, errors: e } = this.#arrived;
        this.#arrived = { matched: m + matched, seen: s + seen, errors: e + errors };
    }

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
    return { matched: stats.matched ?? 0, seen: stats.seen ?? 0, errors: errorsIn(stats.levels?.matched) };
}
