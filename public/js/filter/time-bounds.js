// The `since: until: around:` clauses at the end of a filter: where to read, not what to pass. Pure.

import { instantOf } from "./instant.js";
import { TIME_NAMES } from "./names.js";
import { quantityOf } from "./quantity.js";
import { endsWord } from "./scanner.js";

/** Where `around:` gives no `±`. */
const DEFAULT_RADIUS = 20n;

const MAX_AGO = 2 ** 63;

/** Takes a bound where it may stand: outside everything, at the end. Answers whether it did. */
export function takeTimeBound(scanner, isWanted) {
    const start = scanner.index;
    const name = TIME_NAMES.find((candidate) => scanner.isAt(start, `${candidate}:`));
    if (name === undefined) return false;
    const valueStart = start + name.length + 1;
    const first = scanner.letters[valueStart];
    if (first === undefined || endsWord(first)) {
        if (scanner.boundsStart === undefined && first !== undefined) return false;
        throw scanner.error(`${name}: has no value`, { at: valueStart, length: 0, expected: formOf(name) });
    }
    if (scanner.depth > 0 || isWanted) throw scanner.boundsError(start);
    scanner.index = scanner.wordEnd(valueStart);
    const text = scanner.text(valueStart, scanner.index);
    const bound = name === "around" ? neighbourhoodOf(text) : edgeOf(text);
    if (bound === undefined) {
        throw scanner.error(`${name}: cannot be "${text}"`, {
            at: valueStart, length: scanner.index - valueStart, expected: formOf(name),
        });
    }
    scanner.bounds[name] = bound;
    scanner.boundsStart ??= start;
    return true;
}

/** `15m`, `1h30m`, `14:30`, `14:30:05` or a date with or without a time. */
function edgeOf(text) {
    const instant = instantOf(text);
    if (instant) return { instant: instant.nanoseconds };
    const quantity = quantityOf(text);
    if (quantity?.dimension === "time" && quantity.number >= 0 && quantity.number * quantity.scale < MAX_AGO) {
        return { ago: quantity.number * quantity.scale };
    }
    const parts = text.split(":");
    if (parts.length < 2 || parts.length > 3 || !parts.every((part) => /^(?:\d\d|\+\d|-0)$/.test(part))) {
        return undefined;
    }
    const [hour, minute, second = 0] = parts.map(Number);
    return hour < 24 && minute < 60 && second < 60 ? { secondOfDay: hour * 3600 + minute * 60 + second } : undefined;
}

/** `#1842`, `#1842±20` or `#1842+-20`; the `#` may be left out. */
function neighbourhoodOf(text) {
    const digits = text.startsWith("#") ? text.slice(1) : text;
    const separator = digits.includes("\u00b1") ? "\u00b1" : "+-";
    const at = digits.indexOf(separator);
    const seq = wholeNumber(at < 0 ? digits : digits.slice(0, at));
    const radius = at < 0 ? DEFAULT_RADIUS : wholeNumber(digits.slice(at + separator.length));
    return seq === undefined || radius === undefined ? undefined : { seq, radius };
}

function wholeNumber(text) {
    if (!/^(?:\+?\d+|-0+)$/.test(text)) return undefined;
    const number = BigInt(text.replace(/^[+-]/, ""));
    return number < 2n ** 64n ? number : undefined;
}

function formOf(name) {
    return name === "around" ? "an event and a radius such as #1842\u00b120" : "15m, 14:30 or 2026-11-22T14:30Z";
}
