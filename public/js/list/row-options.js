// What a reader may choose of how rows look and are copied. Here, as the page offers what the worker does. Pure.

/** How alike rows must be to be shown as one, from strict to loose; the texts are what the page calls them. */
export const GRADES = {
    off: "every row", exact: "same text", numbers: "same but for numbers", signature: "same shape",
};

/** What `d` goes through, with the words of the column's head; the first one names its zone. */
export const TIME_MODES = ["absolute", "relative", "delta"];

/** Columns beside each other at most: what a wide screen holds. */
export const MOST_COLUMNS = 12;

/** Forms of a copied row, and of its time. */
export const FORMS = { text: "Text", ndjson: "NDJSON", csv: "CSV", logfmt: "logfmt" };
export const TIMES = { iso: "ISO, UTC", shown: "as shown", epoch: "Unix seconds", none: "no time" };
