// Filter edits for a value a reader points at: on its field, or, if it has none, on the text of the message. Pure.

import { withCondition } from "../filter-box/filter-parts.js";
import { clausesOf, exclude, include, only, pivot, writtenName } from "../filter-box/filter-text.js";

/** The filter text after an edit; `value` is { field, value } or { value }. */
export const EDITS = {
    include: (text, { field, value }) => (field ? include(text, field, value) : once(text, quoted(value))),
    exclude: (text, { field, value }) => (field ? exclude(text, field, value) : once(text, `-${quoted(value)}`)),
    only: (text, { field, value }) => (field ? only(text, field, value) : once(text, quoted(value))),
    pivot: (text, { field, value }) => (field ? pivot(text, field, value) : quoted(value)),
    exists: (text, { field }) => once(text, `${writtenName(field)}:*`),
};

function once(text, condition) {
    return clausesOf(text).some((own) => own.text === condition) ? text : withCondition(text, condition);
}

function quoted(value) {
    return JSON.stringify(value);
}
