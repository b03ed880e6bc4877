// An event as its JSON text, read in place: numbers keep their digits, members that are there twice stay twice, and
// only what a filter asks for is looked at. Pure.
//
// The text is minified and valid: it was written by the relay, or by JSON.stringify. A value is { from, to, kind };
// without the quotes of a string, with the brackets of an object or array.

import { endOfString } from "../session/protocol.js";

export class EventText {
    #members = new Map();
    #strings = new Map();

    constructor(text) {
        this.text = text;
        const members = new Members(text, { from: 1, to: text.length - 1 });
        while (members.next()) this.#members.set(members.key, members.value);
        const fields = this.#members.get("fields");
        this.fields = fields ? inside(fields) : { from: 0, to: 0 };
    }

    /** The value of a member of the event itself: text, or another scalar as it is written; "" if it is not there. */
    get(name) {
        let string = this.#strings.get(name);
        if (string === undefined) {
            const value = this.#members.get(name);
            this.#strings.set(name, string = value ? valueText(this.text, value) : "");
        }
        return string;
    }
}

/** A scalar's text, a string's without its escapes. */
export function valueText(text, { from, to, kind }) {
    const written = text.slice(from, to);
    return kind === "string" && written.includes("\\") ? unescaped(written) : written;
}

/** Half a surrogate pair becomes U+FFFD. */
function unescaped(written) {
    return JSON.parse(`"${written}"`).toWellFormed();
}

/** Between the brackets of an object or array. */
export function inside({ from, to }) {
    return { from: from + 1, to: to - 1 };
}

/** Walks the members of an object's inside: `key` and `value` of each after `next()`. */
export class Members {
    key;
    value;
    #text;
    #at;
    #to;

    constructor(text, { from, to }) {
        this.#text = text;
        this.#at = from;
        this.#to = to;
    }

    next() {
        if (this.#at >= this.#to) return false;
        if (this.#text[this.#at] === ",") this.#at += 1;
        const keyEnd = endOfString(this.#text, this.#at);
        this.key = this.#text.slice(this.#at + 1, keyEnd);
        this.value = valueAt(this.#text, keyEnd + 2, this.#to);
        this.#at = this.value.end;
        return true;
    }

    /** Whether the member has this name, which may be written with escapes. */
    isNamed(name) {
        return this.key === name || (this.key.includes("\\") && unescaped(this.key) === name);
    }
}

/** The elements of an array's inside. */
export function* elements(text, { from, to }) {
    let at = from;
    while (at < to) {
        if (text[at] === ",") at += 1;
        const value = valueAt(text, at, to);
        yield value;
        at = value.end;
    }
}

/** All strings, numbers, booleans and nulls at any depth, without recursion. */
export function* scalars(text, { from, to }) {
    let at = from;
    while (at < to) {
        if ("{}[],:".includes(text[at])) {
            at += 1;
            continue;
        }
        const value = valueAt(text, at, to);
        at = value.end;
        const isKey = value.kind === "string" && at < to && text[at] === ":";
        if (!isKey) yield value;
    }
}

const KINDS = { "\"": "string", "{": "object", "[": "array", t: "bool", f: "bool", n: "null" };

/** `end` is where the text goes on behind the value. */
function valueAt(text, at, limit) {
    const kind = KINDS[text[at]] ?? "number";
    if (kind === "string") {
        const to = endOfString(text, at);
        return { from: at + 1, to, kind, end: to + 1 };
    }
    const end = kind === "object" || kind === "array" ? endOfNested(text, at, limit) : endOfScalar(text, at, limit);
    return { from: at, to: end, kind, end };
}

function endOfNested(text, from, limit) {
    let depth = 0;
    for (let at = from; at < limit; at += 1) {
        const code = text.charCodeAt(at);
        if (code === 0x22) at = endOfString(text, at);
        else if (code === 0x7b || code === 0x5b) depth += 1;
        else if (code === 0x7d || code === 0x5d) depth -= 1;
        if (depth === 0) return at + 1;
    }
    return limit;
}

function endOfScalar(text, from, limit) {
    let at = from;
    while (at < limit && text[at] !== "," && text[at] !== "]" && text[at] !== "}") at += 1;
    return at;
}
