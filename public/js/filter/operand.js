// What can be put in order: a number with an optional unit, a time, or a level. Pure.

import { rank } from "../parts/levels.js";
import { instantOf } from "./instant.js";
import { levelNamed } from "./level-names.js";
import { byteLength } from "./letters.js";
import { orderOfQuantities, quantityOf } from "./quantity.js";

/** `emergency` is the longest name. */
const MAX_LEVEL_BYTES = 9;

export function operandOf(text) {
    const isShort = text.length <= MAX_LEVEL_BYTES && byteLength(text) <= MAX_LEVEL_BYTES;
    return {
        quantity: quantityOf(text), instant: instantOf(text), level: isShort ? levelNamed(text) : undefined,
    };
}

export function isOrdered({ quantity, instant, level }) {
    return quantity !== undefined || instant !== undefined || level !== undefined;
}

/** What the two have in common: "number", "time" or "level"; undefined if nothing. */
export function kindInCommon(left, right) {
    if (left.quantity && right.quantity) return "number";
    if (left.instant && right.instant) return "time";
    return left.level && right.level ? "level" : undefined;
}

/** -1, 0 or 1; undefined where the two have no kind in common. */
export function orderOf(left, right) {
    switch (kindInCommon(left, right)) {
        case "number": return orderOfQuantities(left.quantity, right.quantity);
        case "time": return sign(left.instant.nanoseconds, right.instant.nanoseconds);
        case "level": return sign(rank(left.level), rank(right.level));
        default: return undefined;
    }
}

function sign(first, second) {
    return first < second ? -1 : first > second ? 1 : 0;
}
