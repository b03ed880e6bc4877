// Views that a reader kept under a name. Pure.

import { written } from "../rows/columns.js";

export const MOST_LENSES = 50;
const MOST_LETTERS = 80;

/** What was stored, without anything that is no lens. */
export function lensesFrom(stored) {
    if (!Array.isArray(stored)) return [];
    return stored
        .filter((lens) => [lens?.name, lens?.stream, lens?.filter].every((part) => typeof part === "string"))
        .slice(0, MOST_LENSES);
}

/** With one more; another of the same name gives way. The newest is first. */
export function withLens(lenses, { name, stream, filter, columns }) {
    const kept = { name: name.trim().slice(0, MOST_LETTERS), stream, filter, ...(columns && { columns }) };
    return [kept, ...lenses.filter((lens) => lens.name !== kept.name)].slice(0, MOST_LENSES);
}

export function withoutLens(lenses, name) {
    return lenses.filter((lens) => lens.name !== name);
}

/** What a view opens: its columns too, those of the address if it names none. */
export function lensView({ stream, filter, columns }) {
    const names = Array.isArray(columns) ? written(columns) : columns;
    return names ? { stream, filter, columns: names } : { stream, filter };
}

/** A name to offer for a view. */
export function nameOf({ stream, filter }) {
    const words = filter.trim() === "" ? "everything" : filter.trim();
    return (stream === "all" ? words : `${stream}: ${words}`).slice(0, MOST_LETTERS);
}
