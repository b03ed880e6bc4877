// How many events of the log pass a filter clause by clause: one search each, one after the other. Holds no elements;
// `load(path)` is given.

import { clausesOf, withoutBounds, withoutClauseAt } from "./filter-text.js";

/** Values that the nearest one is looked for among. */
const VALUES = 200;

export class ClauseCounts {
    /** `[{ text, field, isOff, alone, without, facet }]`, counts undefined until they are there. */
    clauses = [];
    #load;
    #changed;
    #key;
    #round = 0;

    constructor({ load, changed }) {
        this.#load = load;
        this.#changed = changed;
    }

    /** With `isThorough` also without each clause, and the values that fields of empty clauses have. */
    want({ stream, filter, isThorough = false }) {
        const key = JSON.stringify([stream, filter, isThorough]);
        if (key === this.#key) return;
        this.#key = key;
        this.#round += 1;
        this.clauses = clausesOf(filter).map((clause) => ({ ...clause }));
        this.#count({ stream, filter, isThorough });
    }

    forget() {
        this.#key = undefined;
        this.#round += 1;
    }

    async #count({ stream, filter, isThorough }) {
        const round = this.#round;
        const ask = async (clause, name, path, read) => {
            const answer = await this.#load(path);
            if (round !== this.#round) throw new Overtaken();
            clause[name] = read(answer);
            this.#changed();
        };
        try {
            for (const clause of this.clauses.filter(({ isOff }) => !isOff)) {
                await ask(clause, "alone", pathOf("histogram", { stream, filter: clause.text, buckets: 1 }), matched);
                const isEmpty = clause.alone === 0 && clause.field;
                if (isThorough && isEmpty) await ask(clause, "facet", facetPath(stream, clause.field), ({ facets }) => facets[0]);
            }
            if (!isThorough || this.clauses.some(({ alone }) => alone === 0)) return;
            for (const [at, clause] of this.clauses.entries()) {
                const rest = withoutBounds(withoutClauseAt(filter, at));
                await ask(clause, "without", pathOf("histogram", { stream, filter: rest, buckets: 1 }), matched);
            }
        } catch (error) {
            if (error instanceof Overtaken) return;
            // Counts are a help: what could not be counted stays a dash.
            this.#changed();
        }
    }
}

/** Another question was asked meanwhile. */
class Overtaken extends Error {}

const matched = ({ matched: found }) => found;

function facetPath(stream, field) {
    return pathOf("facets", { stream, fields: field, limit: VALUES });
}

function pathOf(route, parameters) {
    const query = Object.entries(parameters).filter(([, value]) => value !== "");
    return `api/v1/${route}?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}
