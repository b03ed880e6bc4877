// The reader holds: whether the relay was told, and how many events came or were kept back meanwhile. Pure.

import { Missed } from "./missed.js";

const NONE = Object.freeze({ matched: 0, errors: 0 });

export class Hold {
    #isOn = false;
    #isDue = false;
    #isSent = false;
    #arrived = NONE;       // since the reader holds
    #missed = new Missed();

    get isOn() { return this.#isOn; }

    /** Matched events and errors among them that the reader has not seen. */
    get news() {
        const missed = this.#isSent ? this.#missed.value : NONE;
        return { matched: this.#arrived.matched + missed.matched, errors: this.#arrived.errors + missed.errors };
    }

    /** Events that the relay looked at since it was told. */
    get seen() { return this.#missed.value.seen; }

    begin() {
        if (this.#isOn) return false;
        this.#isOn = true;
        this.#arrived = NONE;
        return true;
    }

    /** The reader still holds after a short moment: from now on only counts should come. */
    due() {
        this.#isDue = this.#isOn;
    }

    /** Back to the newest events; answers whether the relay has to be told. */
    end() {
        const wasSent = this.#isSent;
        this.#isOn = false;
        this.#isDue = false;
        this.#isSent = false;
        return wasSent;
    }

    /** The message that asks to hold, once there are statistics to count from. */
    ask() {
        if (!this.#isDue || this.#isSent || !this.#missed.isAnchored) return [];
        return this.askNow();
    }

    askNow() {
        this.#isSent = true;
        return [{ type: "hold" }];
    }

    arrived(rows, message) {
        this.#missed.arrived(rows, message);
        if (this.#isOn) this.#arrived = added(this.#arrived, rows);
    }

    counted(stats, isLive) {
        if (this.#isSent) this.#missed.update(stats);
        else if (isLive) this.#missed.anchor(stats);
    }

    /** The relay sends a lens from now on: a new one, or the same again after a break. */
    opened(isResume) {
        if (!isResume) this.#isSent = false;
        this.#missed.forget();
    }

    /** Other rows are shown now: what came before counts no more. */
    replaced() {
        this.#arrived = NONE;
    }

    disconnected() {
        this.#arrived = this.news;
        this.#isSent = false;
    }
}

/** Numbers of matched events and of errors among them, with some more rows. */
function added({ matched, errors }, rows) {
    return { matched: matched + rows.length, errors: errors + rows.filter((row) => row.severity === "error").length };
}
