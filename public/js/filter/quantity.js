// Numbers with an optional unit: `504`, `250ms`, `1.5s`, `1m30s`, `10MiB`, `80%`. Pure.
//
// A quantity is { number, integer, scale, dimension }: the number as written, in its unit; `integer` the same where it
// is whole, a BigInt beyond 15 digits, so that identifiers above 2⁵³ are not confused with their neighbours; `scale` is
// nanoseconds or bytes in one unit.

import { byteLength } from "./letters.js";

/** Longer texts are not quantities; keeps a look at a long value cheap. */
const MAX_BYTES = 64;
const MAX_INTEGER = 2n ** 63n - 1n;

const NUMBER = /[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const PARTS = /^([+-]?)(\d*)(\.\d+)?(?:[eE][+-]?(\d+))?$/;
const UNIT = /[^0-9]+/y;

/** Time keeps its case (`m` is a minute), sizes are read in any common one. */
const UNITS = new Map([
    ...scaled("time", {
        ns: 1, us: 1e3, "\u00b5s": 1e3, "\u03bcs": 1e3, ms: 1e6, s: 1e9, sec: 1e9, m: 60e9, min: 60e9, h: 3600e9,
        d: 86_400e9, w: 604_800e9,
    }),
    ...scaled("size", { B: 1, b: 1 }),
    ...["K", "M", "G", "T", "P"].flatMap((upper, at) => {
        const lower = upper.toLowerCase();
        const [decimal, binary] = [1000 ** (at + 1), 1024 ** (at + 1)];
        return scaled("size", {
            [`${upper}B`]: decimal, [`${lower}B`]: decimal, [`${lower}b`]: decimal,
            [`${upper}iB`]: binary, [`${lower}iB`]: binary, [`${lower}ib`]: binary,
        });
    }),
    ...scaled("share", { "%": 1 }),
]);

/** The unit that a field's name says for values without one: `duration_ms`, `size_bytes`. */
const NAME_UNITS = new Map([
    ...scaled("time", { ns: 1, us: 1e3, ms: 1e6, s: 1e9, sec: 1e9, secs: 1e9, seconds: 1e9 }),
    ...scaled("size", { bytes: 1 }),
]);

function scaled(dimension, scales) {
    return Object.entries(scales).map(([name, scale]) => [name, { scale, dimension }]);
}

export function unitInName(name) {
    const underscore = name.lastIndexOf("_");
    return underscore < 0 ? undefined : NAME_UNITS.get(name.slice(underscore + 1));
}

/** Reads the whole text; undefined if it is anything else. */
export function quantityOf(text) {
    if (!/^[0-9.+-]/.test(text) || text.length > MAX_BYTES || byteLength(text) > MAX_BYTES) return undefined;
    const reader = { text, at: 0 };
    const number = takeNumber(reader);
    const unit = number && takeUnit(reader);
    if (!unit) return undefined;
    const first = { ...number, ...unit };
    if (reader.at === text.length) return first;
    return first.dimension === "time" ? sumOfTimes(reader, first) : undefined;
}

/**
 * Orders two quantities: -1, 0 or 1, undefined where their units have nothing in common. A side without a unit takes
 * the other side's.
 */
export function orderOfQuantities(left, right) {
    const isFree = left.dimension === "none" || right.dimension === "none";
    if (!isFree && left.dimension !== right.dimension) return undefined;
    const isSameScale = isFree || left.scale === right.scale;
    if (isSameScale && left.integer !== undefined && right.integer !== undefined) {
        return order(left.integer, right.integer);
    }
    if (isSameScale) return order(left.number, right.number);
    return order(left.number * left.scale, right.number * right.scale);
}

function order(first, second) {
    return first < second ? -1 : first > second ? 1 : 0;
}

function takeNumber(reader) {
    NUMBER.lastIndex = reader.at;
    const written = NUMBER.exec(reader.text)?.[0];
    if (written === undefined) return undefined;
    reader.at += written.length;
    const number = Number(written);
    return Number.isFinite(number) ? { number, integer: wholeNumber(written, number) } : undefined;
}

function wholeNumber(written, number) {
    const [, sign, whole, fraction, exponent] = PARTS.exec(written);
    if (fraction !== undefined || Number(exponent ?? 0) !== 0) return undefined;
    if (whole.length <= 15) return number;
    const size = BigInt(whole);
    if (size > MAX_INTEGER) return undefined;
    return sign === "-" ? -size : size;
}

/** The unit up to the end or the next digit; one space may stand before it. */
function takeUnit(reader) {
    if (reader.at === reader.text.length) return { scale: 1, dimension: "none" };
    if (reader.text[reader.at] === " ") reader.at += 1;
    UNIT.lastIndex = reader.at;
    const name = UNIT.exec(reader.text)?.[0];
    if (name === undefined) return undefined;
    reader.at += name.length;
    return UNITS.get(name);
}

/** The rest of `1h2m3.5s`, in seconds. */
function sumOfTimes(reader, first) {
    let nanoseconds = Math.abs(first.number) * first.scale;
    while (reader.at < reader.text.length) {
        const next = /[0-9]/.test(reader.text[reader.at]) ? takeNumber(reader) : undefined;
        const unit = next && takeUnit(reader);
        if (unit?.dimension !== "time") return undefined;
        nanoseconds += next.number * unit.scale;
    }
    const seconds = (first.number < 0 ? -nanoseconds : nanoseconds) / 1e9;
    return { number: seconds, integer: undefined, scale: 1e9, dimension: "time" };
}
