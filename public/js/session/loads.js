// Fetching what is not here: the events of a gap, or those before the first row. One at a time, in the order
// asked. Pure.

import { newestFew } from "../list/stream-row.js";

/** Seqs searched by the first "Load older"; grows fourfold while nothing in them matches. */
const OLDER_STEP = 5000;
const OLDER_STEP_LIMIT = 320_000;

export class Loads {
    #rows;
    #queue = [];
    #olderStep = OLDER_STEP;

    constructor(rows) {
        this.#rows = rows;
    }

    get isLoadingOlder() { return this.#queue.some((load) => load.isOlder); }

    /** Loads the gap at this index; answers the messages to send now. */
    gap(index) {
        return this.#begin(this.#rows.startLoading(index));
    }

    /** Loads the newest events of the gap at the end of the list. */
    newest() {
        return this.#begin(this.#rows.startLoading(this.#rows.end - 1, newestFew));
    }

    /** Loads events before the first row, none older than `oldest`, the first one the log has. */
    older(oldest) {
        const to = (this.#rows.coveredFrom ?? 1) - 1;
        if (to < oldest || this.isLoadingOlder) return [];
        return this.#enqueue({ isOlder: true, from: Math.max(oldest, to - this.#olderStep + 1), to, messages: [] });
    }

    /** Whether a gap is part of what is being fetched: it lies in its range. */
    expects(gap) {
        const load = this.#queue[0];
        return load !== undefined && gap.from >= load.from && gap.to <= load.to;
    }

    /** A part of the answer to the first load: events or a gap. */
    collect(message) {
        this.#queue[0]?.messages.push(message);
    }

    /** The answer to the first load is over; `reached` is the last seq of it. */
    finish(reached) {
        const load = this.#queue.shift();
        if (!load) return [];
        if (!load.isOlder) {
            this.#rows.finishLoading(load, reached);
        } else {
            const added = this.#rows.prepend(load, reached);
            this.#olderStep = added > 0 ? OLDER_STEP : Math.min(OLDER_STEP_LIMIT, this.#olderStep * 4);
        }
        return this.#next();
    }

    /** The first load was refused. */
    fail() {
        const load = this.#queue.shift();
        if (load?.row) this.#rows.stopLoading(load);
        return this.#next();
    }

    /** Another list, or no connection: nothing of what was asked will come. */
    cancel() {
        for (const load of this.#queue) if (load.row) this.#rows.stopLoading(load);
        this.#queue = [];
        this.#olderStep = OLDER_STEP;
    }

    #begin(load) {
        return load ? this.#enqueue({ ...load, messages: [] }) : [];
    }

    #enqueue(load) {
        this.#queue.push(load);
        return this.#queue.length === 1 ? this.#next() : [];
    }

    #next() {
        const load = this.#queue[0];
        return load ? [{ type: "fetch", from: load.from, to: load.to }] : [];
    }
}
