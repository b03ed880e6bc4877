// How many events a range of the past has in all, for the line above the rows, the filter box and the legend: bars at the
// ends of the range count more than is in it.

import { isoOf } from "../time/iso.js";
import { namesIn } from "./counts.js";
import { fetchCounts } from "./history-client.js";

export class PastCount {
    /** By value of what divides the bars: `{ named, all }`, the latter without the filter; undefined until it is known. */
    values;
    #tell;
    #key = "";

    /** `tell({ matched, seen })` is called when they are known. */
    constructor(tell) {
        this.#tell = tell;
    }

    /** Counts a range { since, until } of a lens by a field, once. */
    async want({ stream, filter }, { since, until }, by) {
        const key = JSON.stringify([stream, filter, since, until, by]);
        if (key === this.#key) return;
        this.#key = key;
        this.values = undefined;
        const range = { stream, since: isoOf(since), until: isoOf(until), buckets: 1, by };
        const count = async (each) => {
            const parts = await fetchCounts({ ...range, filter: each });
            return { total: parts.reduce((sum, { matched }) => sum + matched, 0), named: namesIn(parts) };
        };
        try {
            const [matched, seen] = await Promise.all([count(filter), count("")]);
            if (key !== this.#key) return;
            this.values = { named: matched.named, all: seen.named };
            this.#tell({ matched: matched.total, seen: seen.total });
        } catch {
            this.forget();   // the relay is away; counted with the next look
        }
    }

    forget() {
        this.#key = "";
        this.values = undefined;
    }
}
