// How names, values and conditions are written so that the filter reads them back as what they are. Pure.

import { TIME_NAMES } from "../filter/names.js";
import { quoted } from "../filter/spelling.js";

const PLAIN_NAME = /^\.?[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;
const PLAIN_VALUE = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.:@/%+,=-]*$/u;
const KEYWORD = /^(?:or|and|not)$/i;

/** `unit`, `user.name`, `.level` for a member that is called like a short name, `"a b"`. */
export function writtenName(name) {
    const isPlain = PLAIN_NAME.test(name) && !name.endsWith("-") && !TIME_NAMES.includes(name);
    return isPlain ? name : quoted(name);
}

/** Behind `=`. */
export function writtenValue(value) {
    const text = String(value);
    const isPlain = PLAIN_VALUE.test(text) && !text.includes("..") && !KEYWORD.test(text);
    return isPlain ? text : quoted(text);
}

/** That the field has this value; null: that it is not there. */
export function conditionFor(name, value) {
    return value === null ? `-${writtenName(name)}:*` : `${writtenName(name)}=${writtenValue(value)}`;
}

export function exclusionOf(name, value) {
    return value === null ? `${writtenName(name)}:*` : `-${conditionFor(name, value)}`;
}
