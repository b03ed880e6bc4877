// The most frequent values of a field, or how often a text occurs, among the rows that are here. Pure.

import { fieldOf, valueText } from "./event-fields.js";

/** Rows looked at, the newest ones: a tenth of a second's work at most. */
const MOST_ROWS = 20_000;

/** Different values counted; what comes after that is only a sum. */
const MOST_VALUES = 5000;

const TOP = 5;

/** `{ rows, present, distinct, top: [{ value, count }] }` of a field. */
export function fieldStats(rows, field) {
    const counts = new Map();
    let present = 0;
    const looked = newest(rows);
    const key = JSON.stringify(field.split(".").at(-1));
    for (const { text } of looked) {
        if (!text.includes(key)) continue;
        const value = fieldOf(JSON.parse(text), field);
        if (value === undefined) continue;
        present += 1;
        const shown = valueText(value);
        if (counts.has(shown) || counts.size < MOST_VALUES) counts.set(shown, (counts.get(shown) ?? 0) + 1);
    }
    const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, TOP).map(([value, count]) => ({ value, count }));
    return { rows: looked.length, present, distinct: counts.size, top };
}

/** `{ rows, present }`: in how many rows a text occurs. */
export function textStats(rows, text) {
    const looked = newest(rows);
    const written = JSON.stringify(text).slice(1, -1);
    return { rows: looked.length, present: looked.filter((row) => row.text.includes(written)).length };
}

function newest(rows) {
    return rows.slice(-MOST_ROWS).filter((row) => row.text !== undefined);
}
