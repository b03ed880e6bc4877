// Asking the relay for a lens: one open at a time, and of those wanted meanwhile only the last. Pure.

import { BACKLOG_ROWS, formatPosition, openMessage } from "./protocol.js";

/** Seqs that may lie between a held place and the newest event for a changed filter to be shown at that place. */
const REFILL_REACH = 50_000;
const REFILL_BEFORE = 5000;

export class Opens {
    /** The lens the reader asked for last, and the event to keep in place: { lens, anchorSeq }. */
    wanted;
    /** Each byte counts: what is asked for is little. */
    isThrifty = false;
    /** What is wrong with the filter that the relay refused last. */
    problem;
    #asked;                // the open without an answer yet; there is never a second one
    #next;                 // what to open after that answer

    get isAsked() { return this.#asked !== undefined; }
    get hasNext() { return this.#next !== undefined; }

    /** Whether the relay refused this filter. */
    isRefused(filter) {
        return this.problem !== undefined && this.problem.filter === filter;
    }

    /** Wants a lens; answers whether to ask for it now. */
    want(lens, anchorSeq, isConnected) {
        this.wanted = { lens, anchorSeq };
        if (isConnected && this.isAsked) this.#next = this.wanted;
        return isConnected && !this.isAsked;
    }

    /** The message for an open; `start` as in `openMessage`, all else comes back with the answer. */
    ask({ start, ...asked }) {
        this.#asked = asked;
        return openMessage(asked.lens, start, this.isThrifty);
    }

    newest(lens, isStandIn = false) {
        return this.ask({ lens, isStandIn, start: { last: BACKLOG_ROWS } });
    }

    resume(lens, position) {
        return this.ask({ lens, isResume: true, start: { from: formatPosition(position) } });
    }

    /** Whether the place to keep lies too far back to be reached by a stream: it is read in the past then. */
    isBeyondReach({ anchorSeq }, { isHeld, continuation, head }) {
        return isHeld && !continuation && anchorSeq !== undefined && head - anchorSeq >= REFILL_REACH;
    }

    /** So that the screen fills: behind the rows that are here, around a held place, or at the newest. */
    around({ lens, anchorSeq }, { isHeld, continuation, epoch, head }) {
        const place = continuation?.kept.lastSeq ?? anchorSeq;
        const seq = continuation ? place : Math.max(0, anchorSeq - REFILL_BEFORE);
        const isNear = isHeld && head - place < REFILL_REACH;
        const start = isNear ? { from: formatPosition({ epoch, seq }) } : { last: BACKLOG_ROWS };
        return this.ask({ lens, anchorSeq, continuation, start });
    }

    /** The open that an answer is about; undefined if none was asked for. */
    answered() {
        const asked = this.#asked;
        this.#asked = undefined;
        return asked;
    }

    /** What the reader asked for while another open was under way. */
    takeNext() {
        const next = this.#next;
        this.#next = undefined;
        return next;
    }

    refused(lens, { message, at, length, expected, suggestion }) {
        this.problem = { filter: lens.filter, message, at, length, expected, suggestion };
    }

    disconnected() {
        this.#asked = undefined;
        this.#next = undefined;
    }
}
