// From counts to the rows of a facet. Pure.

import { count, share } from "../parts/format.js";
import { LEVELS } from "../parts/levels.js";
import { TOP } from "./facet-counts.js";

/** Letters of a name that is never cut in two, of the end of a longer one, and of the longest name of a file in it. */
const SHORT = 13;
const END = 8;
const LONGEST_END = 16;

/**
 * Rows { value, label, count, share, state, trend }: the most frequent values, those that the filter names, and the events
 * without the field (value null). `before` are the values shown last; with `isStill` they keep their places. `isAll`
 * gives all values there are counts of.
 */
export function rowsOf({ name }, counts, { stateOf, trendOf, named = [], before = [], isStill = false, isAll = false }) {
    const known = new Map(counts?.values.map(({ value, count: found }) => [value, found]));
    const isEmpty = counts?.distinct === 0;      // nothing matches: what was there stays, with none
    const kept = isEmpty ? before.filter((value) => value !== null) : [];
    const order = isAll ? [...new Set([...known.keys(), ...named])]
        : inOrder(known, [...named, ...kept], isStill || isEmpty ? before : []);
    const values = name === "level" ? levelsOf(known, [...named, ...kept]) : order;
    const hasMissing = counts?.missing > 0 || stateOf(null) === "in" || stateOf(null) === "not";
    const all = values.map((value) => [value, known.get(value) ?? (isWhole(counts, known) ? 0 : undefined)]);
    if (hasMissing) all.push([null, counts?.missing ?? 0]);
    const most = Math.max(1, ...all.map(([value, found]) => (value === null ? 0 : found ?? 0)));
    return all.map(([value, found]) => ({
        value, label: labelOf(name, value), count: found, share: Math.min(1, (found ?? 0) / most),
        state: stateOf(value), trend: value === null ? undefined : trendOf?.(value, found),
    }));
}

/** At the right of a facet's head: presence and how many values, `58 % · ≈ 1 320`. */
export function noteOf({ name, presence }, counts) {
    const has = counts && counts.total + counts.missing > 0 ? counts.total / (counts.total + counts.missing) : presence;
    const distinct = counts?.distinct;
    const about = counts?.isEstimate ? "\u2248\u202f" : "";
    const parts = [
        name === "level" || has === undefined || has > 0.995 ? undefined : share(has),
        distinct === undefined ? undefined : `${about}${count(distinct)}`,
    ];
    return parts.filter(Boolean).join(" \u00b7 ");
}

/** How many values are not among the rows. */
export function moreOf({ name }, counts, rows) {
    if (name === "level") return 0;
    return Math.max(0, (counts?.distinct ?? 0) - rows.filter(({ value }) => value !== null).length);
}

/**
 * A name in two parts, of which the first may be cut: a long name keeps its beginning and its end, a path the name of
 * its file.
 */
export function cutParts(text) {
    if (text.length <= SHORT) return [text, ""];
    const file = text.lastIndexOf("/") + 1;
    const isFile = file > 0 && file < text.length && text.length - file <= LONGEST_END;
    const last = isFile ? file : text.length - END;
    return [text.slice(0, last), text.slice(last)];
}

function labelOf(name, value) {
    if (value === null) return name === "level" ? "no level" : "not there";
    if (value === "") return "empty";
    return name === "unit" ? value.replace(/\.service$/, "") : value;
}

function levelsOf(known, named) {
    const wanted = new Set([...known.keys(), ...named, "error", "warn", "info"]);
    return LEVELS.filter((level) => wanted.has(level)).reverse();
}

function inOrder(known, named, before) {
    const byCount = [...known.keys()].slice(0, TOP);
    const wanted = new Set([...byCount, ...named]);
    return [...new Set([...before.filter((value) => wanted.has(value)), ...byCount, ...named])];
}

/** Whether the counts hold every value there is: then one that is not among them has none. */
function isWhole(counts, known) {
    return counts !== undefined && counts.distinct <= known.size;
}
