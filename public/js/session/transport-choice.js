// Which way to the relay is tried next: a WebSocket, a stream over HTTP, or polls. Pure: the worker tells what became
// of each attempt, and asks before the next one.

/** So many attempts in a row that said nothing, while plain HTTP is answered, and it is the way and not the relay. */
const FAILURES = 2;

/** A network may mend, or the reader may move to another one. */
const RETRY_AFTER_MS = 5 * 60_000;

export class TransportChoice {
    #kind = "socket";
    #fallback = "stream";
    #failures = 0;
    #hasWorked = false;      // the kind that is tried now, once
    #since = 0;

    /** The kind for an attempt that begins now: "socket", "stream" or "poll". */
    next(now) {
        if (this.#kind !== "socket" && now - this.#since >= RETRY_AFTER_MS) this.retry();
        return this.#kind;
    }

    /** The relay has spoken over this kind. */
    said(kind) {
        if (kind === this.#kind) {
            this.#failures = 0;
            this.#hasWorked = true;
        }
        if (kind === "socket") this.#fallback = "stream";
    }

    /**
     * An attempt came to nothing, and a plain request was answered. `why` is "refused" if it ended by itself before the
     * relay had said anything, "silent" if nothing came in time, "held back" if nothing came after the first words. A silent
     * stream needs no second try, unless streams have worked: then, as with one that was refused, it may have met a relay
     * that was just starting.
     */
    failed(kind, now, why = "refused") {
        if (kind !== this.#kind) return;
        this.#failures += 1;
        const isDecided = kind === "stream" && (why === "held back" || (why === "silent" && !this.#hasWorked));
        if (this.#failures < FAILURES && !isDecided) return;
        if (kind === "socket") this.#fallBack(this.#fallback, now);
        else if (kind === "stream") this.#fallBack("poll", now);
        else this.#begin();
    }

    /** A WebSocket next time; one failure is enough to come back to what is known to work. */
    retry() {
        if (this.#kind === "socket") return;
        this.#kind = "socket";
        this.#failures = FAILURES - 1;
    }

    #fallBack(kind, now) {
        this.#kind = kind;
        this.#fallback = kind;
        this.#failures = 0;
        this.#hasWorked = false;
        this.#since = now;
    }

    /** Nothing works: it is not known what does. */
    #begin() {
        this.#kind = "socket";
        this.#fallback = "stream";
        this.#failures = 0;
    }
}
