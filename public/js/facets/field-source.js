// Which fields the events of a stream have, asked for now and then. Holds no elements; `load(path)` is given.

import { fieldsPath } from "./facet-counts.js";

/** New fields appear seldom; what is asked reads a part of the log each time. */
const AGAIN_MS = 60_000;
const RETRY_MS = 3000;

export class FacetFields {
    list = [];
    #load;
    #changed;
    #key;
    #dueAt = 0;
    #round = 0;

    constructor({ load, changed }) {
        this.#load = load;
        this.#changed = changed;
    }

    /** `range` is { since, until } of the past; live ones are asked for again. */
    want({ stream, range, isLive }, now) {
        const key = JSON.stringify([stream, range]);
        const isNew = key !== this.#key;
        if (!isNew && (!isLive && this.list.length > 0 || now < this.#dueAt)) return;
        if (isNew && this.#key !== undefined) this.list = [];
        this.#key = key;
        this.#dueAt = now + AGAIN_MS;
        this.#ask(stream, range ?? { since: "15m" }, now);
    }

    async #ask(stream, range, now) {
        const round = this.#round += 1;
        try {
            let found = await this.#load(fieldsPath(stream, range));
            // A log of last week has none in the last minutes.
            if (found.total === 0 && range.since === "15m") found = await this.#load(fieldsPath(stream, {}));
            if (round !== this.#round) return;
            this.list = found.fields ?? [];
            if (found.total === 0) this.#dueAt = now + RETRY_MS;
            this.#changed();
        } catch {
            if (round === this.#round) this.#dueAt = now + RETRY_MS;
        }
    }
}
