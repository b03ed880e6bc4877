// The list of fields that have a column of their own, and how wide each is. Pure.

import { MOST_COLUMNS } from "../list/row-options.js";

/** Characters of a column: room for a short value, and never most of the line. */
const LEAST_WIDTH = 5;
const MOST_WIDTH = 28;

export function added(names, name) {
    return names.includes(name) ? names : [...names, name].slice(-MOST_COLUMNS);
}

export function removed(names, name) {
    return names.filter((other) => other !== name);
}

/** Moves a name by so many places. */
export function moved(names, name, step) {
    const rest = removed(names, name);
    const at = Math.max(0, Math.min(rest.length, names.indexOf(name) + step));
    return [...rest.slice(0, at), name, ...rest.slice(at)];
}

/** For the address: names with commas; a comma in a name is written twice. */
export function written(names) {
    return names.map((name) => name.replaceAll(",", ",,")).join(",");
}

export function read(text) {
    const names = (text ?? "").replaceAll(",,", "\u0000").split(",").map((name) => name.replaceAll("\u0000", ","));
    return [...new Set(names.filter((name) => name !== ""))].slice(0, MOST_COLUMNS);
}

/** Characters that a column needs for its name and these values. */
export function widthFor(name, values) {
    const longest = values.reduce((most, value) => Math.max(most, value.length), 0);
    return Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, name.length + 1, longest));
}
