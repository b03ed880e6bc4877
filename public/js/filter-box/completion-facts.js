// What completion knows: fields of the stream and values of a field, asked for when they are needed and kept for a
// moment. Holds no elements; `load(path)` is given.

/** Answers are used again this long: typing asks often, and counts need not be of this very second. */
const KEPT_MS = 15_000;

/** Values asked for; completion narrows them down itself. */
const VALUES = 200;

/** Answers kept. */
const MAX_KEPT = 50;

export class CompletionFacts {
    #load;
    #changed;
    #kept = new Map();    // path → { at, answer }

    constructor({ load, changed }) {
        this.#load = load;
        this.#changed = changed;
    }

    /** Fields as GET /api/v1/fields tells them; none until they are there. */
    fields(stream, now) {
        return this.#answer(`api/v1/fields?since=1h&stream=${encodeURIComponent(stream)}`, now)?.fields ?? [];
    }

    /** `[{ value, count }]` of a field under a filter; undefined until they are there. */
    values({ stream, field, filter }, now) {
        const query = { since: "1h", stream, filter, fields: field, limit: VALUES };
        const parts = Object.entries(query).filter(([, value]) => value !== "");
        const path = `api/v1/facets?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
        const answer = this.#answer(path, now);
        return answer && (answer.facets?.[0]?.values ?? []).filter(({ value }) => value !== null)
            .map(({ value, count }) => ({ value: String(value), count }));
    }

    #answer(path, now) {
        const kept = this.#kept.get(path);
        if (!kept || now - kept.at > KEPT_MS) this.#ask(path, now, kept?.answer);
        return this.#kept.get(path)?.answer;
    }

    async #ask(path, now, before) {
        this.#kept.delete(path);
        this.#kept.set(path, { at: now, answer: before });
        if (this.#kept.size > MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value);
        try {
            this.#kept.set(path, { at: now, answer: await this.#load(path) });
        } catch {
            // Completion is a help: without an answer it offers what it has.
            this.#kept.set(path, { at: now, answer: before ?? {} });
        }
        this.#changed();
    }
}
