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
    #since = 0;

    /** The kind for an attempt that begins now: "socket", "stream" or "poll". */
    next(now) {
        if (this.#kind !== "socket" && now - this.#since >= RETRY_AFTER_MS) this.retry();
        return this.#kind;
    }

    /** The relay has spoken over this kind. */
    said(kind) {
        if (kind === this.#kind) this.#failures = 0;
        if (kind === "socket") this.#fallback = "stream";
    }

    /**
     * An attempt ended before the relay had said anything, and a plain request was answered. A stream that was held back
     * (`isSilent`) needs no second try; one that was refused may have met a relay that was just starting.
     */
    failed(kind, now, isSilent = false) {
        if (kind !== this.#kind) return;
        this.#failures += 1;
        if (this.#failures < FAILURES && !(kind === "stream" && isSilent)) return;
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
        this.#since = now;
    }

    /** Nothing works: it is not known what does. */
    #begin() {
        this.#kind = "socket";
        this.#fallback = "stream";
        this.#failures = 0;
    }
}
