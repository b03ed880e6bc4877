// Rows that repeat the one before are shown as one with a count, if the reader wants that. For display only: what was
// joined comes apart again. Pure.

import { GRADES } from "./row-options.js";

/** Rows behind one row at most, so that what is kept stays bounded even if a line repeats for days. */
const MOST_JOINED = 10_000;

/** Characters of a message that are compared. */
const COMPARED = 2000;

export class Repeats {
    #grade = "off";

    get grade() { return this.#grade; }

    set grade(grade) {
        this.#grade = Object.hasOwn(GRADES, grade) ? grade : "off";
    }

    /** Puts a row behind the last one of the ring if it repeats it; answers whether it did. */
    join(ring, row) {
        if (this.#grade === "off" || row.text === undefined) return false;
        const last = ring.at(ring.end - 1);
        if (last?.text === undefined || last.severity !== row.severity) return false;
        if (last.repeats?.length >= MOST_JOINED || this.#likeness(last) !== this.#likeness(row)) return false;
        ring.absorb(row);
        return true;
    }

    #likeness(row) {
        if (row.alike?.grade !== this.#grade) row.alike = { grade: this.#grade, text: likeness(row.text, this.#grade) };
        return row.alike.text;
    }
}

/** What rows of a grade have in common, as text; an event that is not a plain one is like no other. */
export function likeness(eventText, grade) {
    const { source, level, message = "", fields, seq } = JSON.parse(eventText);
    if (fields?.gap || fields?.mark) return String(seq);
    return [source, level, FORMS[grade](message.slice(0, COMPARED))].join("\u0000");
}

const FORMS = {
    exact: (message) => message,
    numbers: (message) => message.replace(/\d+/g, "#"),
    signature: (message) => message
        .replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "*")
        .replace(/[^\s=,;()[\]{}<>:]*\d[^\s=,;()[\]{}<>:]*/g, "*")
        .replace(/=[^\s,;)\]}]+/g, "=*")
        .replace(/\*(?:[:.,]\*)+/g, "*"),
};

/** Rows as they came, with those that were joined on their own again. */
export function apart(rows) {
    return rows.flatMap((row) => (row.repeats ? [{ ...row, repeats: undefined, absorbed: 0 }, ...row.repeats] : [row]));
}
