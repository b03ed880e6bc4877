// What POST /api/v1/explain says of an event, for each part of the text. Pure.

import { Filter } from "../filter/filter.js";
import { characters } from "../filter/letters.js";
import { clausesOf } from "./filter-text.js";

/** Letters of a value that are shown. */
const VALUE_LIMIT = 60;

/** For each clause of clausesOf `{ holds, words }`; undefined where it is off. */
export function verdictsOf(filter, { clauses }, event) {
    return clausesOf(filter).map((part) => {
        if (part.isOff) return undefined;
        const from = characters(filter.slice(0, part.from)).length + 1;
        const to = from + characters(part.text).length;
        const own = clauses.filter(({ at, off }) => at >= from && at < to && !off);
        if (own.length === 1) return { holds: own[0].holds, words: wordsFor(own[0]) };
        return { holds: new Filter(part.text).matches(event), words: own.map(wordsFor).join(", ") };
    });
}

function wordsFor({ result, type, value = "" }) {
    if (result === "missing") return "not there";
    const shown = value.length > VALUE_LIMIT ? `${value.slice(0, VALUE_LIMIT)}\u2026` : value;
    return type === "text" || type === undefined ? shown : `${shown} (${type})`;
}
