// What a note on an event looks like as a row. Pure.

import { count } from "../parts/format.js";

/** Characters of a note in its row; the details show all of it. */
const NOTE_LIMIT = 400;

/** Whether the event is a note: only the relay itself writes these, a line's own `mark` is called otherwise. */
export function isMark(event) {
    return event.source === "tailrace" && event.fields?.mark?.seq !== undefined;
}

/** The title and facts of the row, as plain text; `time` is the clock's second. */
export function markWords(event, time, printable) {
    const { seq, user = "anonymous" } = event.fields.mark;
    const text = printable(event.message ?? "").replaceAll("\n", " ");
    const shown = text.length > NOTE_LIMIT ? `${text.slice(0, NOTE_LIMIT)}\u2026` : text;
    return { title: shown, facts: `${printable(String(user))}, ${time}, on event ${count(Number(seq))}` };
}
