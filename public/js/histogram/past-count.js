// How many events a range of the past has in all, for the line above the rows and the filter box.

import { isoOf } from "../time/iso.js";
import { fetchCounts } from "./history-client.js";

export class PastCount {
    #tell;
    #key = "";

    /** `tell({ matched, seen })` is called when they are known. */
    constructor(tell) {
        this.#tell = tell;
    }

    /** Counts a range { since, until } of a lens, once. */
    async want({ stream, filter }, { since, until }) {
        const key = JSON.stringify([stream, filter, since, until]);
        if (key === this.#key) return;
        this.#key = key;
        const range = { stream, since: isoOf(since), until: isoOf(until), buckets: 1 };
        const count = async (each) => {
            const parts = await fetchCounts({ ...range, filter: each });
            return parts.reduce((sum, { matched }) => sum + matched, 0);
        };
        try {
            const [matched, seen] = await Promise.all([count(filter), count("")]);
            if (key === this.#key) this.#tell({ matched, seen });
        } catch {
            this.forget();   // the relay is away; counted with the next look
        }
    }

    forget() {
        this.#key = "";
    }
}
