// What is to say about the text in the filter box: what is wrong with it, or how it is understood. Pure.
//
// This page reads the language as the relay does, so most is said without asking; about a text that the relay has
// judged, its word counts.

import { Filter, FilterError } from "../filter/filter.js";
import { characters } from "../filter/letters.js";

/**
 * `{ problem: { at, length, message, expected, suggestion } }`, `{ hint, reading }` for what is probably not meant, or
 * nothing. `refused` is the relay's last error with its `filter`, `accepted` the text of the filter in use.
 */
export function judge(text, { refused, accepted } = {}) {
    if (refused?.filter === text) return { problem: refused };
    try {
        const { hint, explanation } = new Filter(text);
        return hint === undefined ? {} : { hint, reading: explanation };
    } catch (error) {
        if (!(error instanceof FilterError)) throw error;
        if (text === accepted || !error.isCertain) return {};
        const { column, length, message, expected, suggestion } = error;
        return { problem: { at: column, length, message, expected, suggestion } };
    }
}

/** The part of the text that a problem names, in UTF-16 units; columns count characters from 1. */
export function badRange(text, { at, length }) {
    if (at === undefined) return { from: text.length, to: text.length };
    const letters = characters(text);
    const from = letters.slice(0, at - 1).join("").length;
    return { from, to: from + letters.slice(at - 1, at - 1 + Math.max(1, length ?? 1)).join("").length };
}
