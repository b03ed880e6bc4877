// What a clause asks of one value. Pure.
//
// `passes(value, kind)`: the text of a string, or another scalar as JSON writes it; kind is string, number, bool or
// null. `used(value, kind)` names how the two were compared, for people.

import { addressOf, holds, networkOf } from "./address.js";
import { Glob } from "./glob.js";
import { covers, instantOf } from "./instant.js";
import { folded, hasCapital } from "./letters.js";
import { kindInCommon, operandOf, orderOf } from "./operand.js";
import { orderOfQuantities, quantityOf, unitInName } from "./quantity.js";

export class PresenceCheck {
    isPresence = true;

    passes() { return true; }
    used() { return "presence"; }
}

/** A text to find: exact, or with smart case ignoring case. */
class Needle {
    #text;
    #ignoresCase;

    constructor(text) {
        this.#ignoresCase = !hasCapital(text);
        this.#text = this.#ignoresCase ? folded(text) : text;
    }

    isIn(value) {
        return (this.#ignoresCase ? folded(value) : value).includes(this.#text);
    }
}

/** `field:value`: strings contain, numbers, booleans and addresses equal, networks hold. */
export class ContainsCheck {
    #needle;
    #lowercased;
    #quantity;
    #address;
    #network;

    constructor(text) {
        this.#needle = new Needle(text);
        this.#lowercased = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        this.#quantity = quantityOf(text);
        this.#address = addressOf(text);
        this.#network = networkOf(text);
    }

    passes(value, kind) {
        if (kind === "bool" || kind === "null") return value === this.#lowercased;
        if (kind === "number") {
            const other = this.#quantity && quantityOf(value);
            return other !== undefined && orderOfQuantities(this.#quantity, other) === 0;
        }
        const address = this.#addressIn(value);
        if (address === undefined) return this.#needle.isIn(value);
        return this.#network ? holds(this.#network, address) : this.#address === address;
    }

    used(value, kind) {
        if (kind !== "string") return kind;
        if (this.#addressIn(value) === undefined) return "text";
        return this.#network ? "network" : "address";
    }

    #addressIn(value) {
        return this.#address !== undefined || this.#network ? addressOf(value) : undefined;
    }
}

/** Text: a substring whatever the kind. In `*:text` a network also holds addresses. */
export class TextCheck {
    #needle;
    #network;

    constructor(text) {
        this.#needle = new Needle(text);
        this.#network = networkOf(text);
    }

    passes(value) {
        const address = this.#network && addressOf(value);
        return address === undefined ? this.#needle.isIn(value) : holds(this.#network, address);
    }

    used(value) { return this.#network && addressOf(value) !== undefined ? "network" : "text"; }
}

/** `field=value`: the same text, or the same number without a unit. */
export class EqualsCheck {
    #text;
    #quantity;

    constructor(text) {
        const quantity = quantityOf(text);
        this.#text = text;
        this.#quantity = quantity?.dimension === "none" ? quantity : undefined;
    }

    passes(value, kind) {
        if (value === this.#text) return true;
        const other = kind === "number" && this.#quantity ? quantityOf(value) : undefined;
        return other !== undefined && orderOfQuantities(this.#quantity, other) === 0;
    }

    used(_, kind) { return kind === "string" ? "exact text" : kind; }
}

export class LikeCheck {
    #glob;

    constructor(pattern, isAnchored) { this.#glob = new Glob(pattern, isAnchored); }

    passes(value) { return this.#glob.matches(value); }
    used() { return "pattern"; }
}

export class RegexCheck {
    #regex;

    constructor(regex) { this.#regex = regex; }

    passes(value) { return this.#regex.finds(value); }
    used() { return "regex"; }
}

/** `> >= < <=` and `low..high`: numbers, times and levels in their order, anything else is never in it. */
export class OrderCheck {
    #low;
    #high;
    #unit;

    /** Bounds are { text, isIncluded } or undefined; the field's name may say the unit of numbers without one. */
    constructor(low, high, fieldName) {
        this.#low = low && { operand: operandOf(low.text), isIncluded: low.isIncluded };
        this.#high = high && { operand: operandOf(high.text), isIncluded: high.isIncluded };
        this.#unit = unitInName(fieldName);
    }

    passes(value, kind) {
        return (kind === "string" || kind === "number") && this.holds(this.#operand(value));
    }

    used(value, kind) {
        const bound = (this.#low ?? this.#high).operand;
        const isOrdered = kind === "string" || kind === "number";
        return (isOrdered && kindInCommon(this.#operand(value), bound)) || "nothing to compare";
    }

    holds(operand) {
        return isBeyond(operand, this.#low, 1) && isBeyond(operand, this.#high, -1);
    }

    #operand(value) {
        const operand = operandOf(value);
        if (this.#unit && operand.quantity?.dimension === "none") Object.assign(operand.quantity, this.#unit);
        return operand;
    }
}

function isBeyond(operand, bound, direction) {
    if (!bound) return true;
    const order = orderOf(operand, bound.operand);
    return order === direction || (order === 0 && bound.isIncluded);
}

/** `time:2026-11-22`: within the day, minute or second that was written; `=` the very instant. */
export class InstantCheck {
    #instant;
    #isExact;

    constructor(instant, isExact) {
        this.#instant = instant;
        this.#isExact = isExact;
    }

    passes(value) {
        const time = instantOf(value)?.nanoseconds;
        if (time === undefined) return false;
        return this.#isExact ? time === this.#instant.nanoseconds : covers(this.#instant, time);
    }

    used() { return "time"; }
}
