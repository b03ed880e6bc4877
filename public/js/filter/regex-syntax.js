// Reads a regex into a tree: the part of the server's syntax whose meaning this page knows for sure. Pure.
//
// { kind: "set", set }, { kind: "seq" | "any", parts }, { kind: "repeat", part, min, max }, { kind: "assert", what }
// with what: start, end (also before a last line end), fullEnd, boundary, inside.

import { anySet, escapedItem, writtenItem } from "./regex-class.js";
import { takeCharacterClass } from "./regex-class-syntax.js";
import { RegexProblem, RegexReader } from "./regex-reader.js";

export { OnlyServerKnows, RegexProblem } from "./regex-reader.js";

const REPEAT = /^\{(\d+)(?:(,)(\d*))?\}/;
const ASSERTIONS = { "^": "start", $: "end", A: "start", Z: "end", z: "fullEnd", b: "boundary", B: "inside" };
const FLAGS = /^([is]*)(?:-([is]+))?([:)])/;

/** The most that the server's engine repeats, which is beyond its other limits. */
const MAX_REPEAT = 32_767;

/**
 * The tree of a pattern. Throws a RegexProblem where the server would refuse the pattern, OnlyServerKnows where it
 * might take it and mean something that is not told here.
 */
export function parseRegex(pattern, ignoresCase) {
    const reader = new RegexReader(pattern, ignoresCase);
    const tree = alternatives(reader);
    if (!reader.isAtEnd) throw new RegexProblem("unmatched parentheses", reader.at);
    if (reader.unsupported.size > 1) reader.leaveToServer();
    for (const message of reader.unsupported) throw new RegexProblem(message);
    return tree;
}

function alternatives(reader) {
    const parts = [sequence(reader)];
    while (reader.peek() === "|") {
        reader.at += 1;
        parts.push(sequence(reader));
    }
    return parts.length === 1 ? parts[0] : { kind: "any", parts };
}

function sequence(reader) {
    const parts = [];
    while (!reader.isAtEnd && reader.peek() !== "|" && reader.peek() !== ")") {
        const part = atom(reader);
        parts.push(repeated(reader, part));
    }
    return { kind: "seq", parts };
}

function atom(reader) {
    const letter = reader.next();
    switch (letter) {
        case "(": return group(reader);
        case "[": return takeCharacterClass(reader);
        case "\\": return escape(reader);
        case ".": return { kind: "set", set: anySet(reader.isDotAll) };
        case "^":
        case "$": return { kind: "assert", what: ASSERTIONS[letter] };
        case "*":
        case "+":
        case "?": throw new RegexProblem("invalid repeat", reader.at - 1);
        case "{": if (REPEAT.test(reader.rest(-1))) reader.leaveToServer(); break;
        default: break;
    }
    return letterNode(reader, letter.codePointAt(0));
}

function letterNode(reader, code) {
    return { kind: "set", set: { items: [writtenItem(code)], isNegated: false, ignoresCase: reader.ignoresCase } };
}

function group(reader) {
    const start = reader.at - 1;
    const flags = { ignoresCase: reader.ignoresCase, isDotAll: reader.isDotAll };
    if (reader.peek() === "*") reader.leaveToServer();
    if (reader.peek() === "?") {
        reader.at += 1;
        if (groupStart(reader) === "flags only") return { kind: "flags" };
    } else {
        reader.groups += 1;
    }
    const tree = alternatives(reader);
    if (reader.isAtEnd) throw new RegexProblem("missing close parenthesis for group started", start);
    reader.at += 1;
    Object.assign(reader, flags);
    return tree;
}

/** Behind `(?`. */
function groupStart(reader) {
    const rest = reader.rest();
    const look = /^<?[=!]|^>/.exec(rest)?.[0];
    const name = /^P?<[A-Za-z_]\w*>/.exec(rest)?.[0];
    const flags = FLAGS.exec(rest);
    if (look) {
        reader.unsupported.add(
            look === ">" ? "atomic groups are unsupported" : "zero-width assertions are not supported");
        reader.at += look.length;
    } else if (name) {
        reader.groups += 1;
        reader.at += name.length;
    } else if (flags) {
        reader.setFlags(flags[1], true);
        reader.setFlags(flags[2] ?? "", false);
        reader.at += flags[0].length;
        return flags[3] === ")" ? "flags only" : "group";
    } else reader.leaveToServer();
    return "group";
}

/** Behind a backslash. */
function escape(reader) {
    const letter = reader.peek();
    if (letter === undefined) return reader.leaveToServer();
    const item = escapedItem(letter);
    if (item) {
        reader.at += 1;
        return { kind: "set", set: { items: [item], isNegated: false, ignoresCase: false } };
    }
    if (/^[AZzbB]$/.test(letter)) {
        reader.at += 1;
        return { kind: "assert", what: ASSERTIONS[letter] };
    }
    if (/^[1-7](?!\d)/.test(reader.rest())) return backReference(reader);
    return letterNode(reader, reader.escapedCode());
}

function backReference(reader) {
    const number = Number(reader.next());
    if (number > reader.groups) reader.leaveToServer();
    reader.unsupported.add("back-references are unsupported");
    return { kind: "seq", parts: [] };
}

function repeated(reader, part) {
    const bounds = takeBounds(reader);
    if (!bounds) return part.kind === "flags" ? { kind: "seq", parts: [] } : part;
    const { at, min, max } = bounds;
    if (part.kind === "assert" || part.kind === "flags" || max === 0 || max < min) {
        throw new RegexProblem("invalid repeat", at);
    }
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Infinity)) reader.leaveToServer();
    if (reader.peek() === "+") {
        reader.unsupported.add("possessive quantifiers are not supported");
        reader.at += 1;
    } else if (reader.peek() === "?") {
        reader.at += 1;   // lazy: finds the same texts
    }
    const again = reader.at;
    if (takeBounds(reader)) throw new RegexProblem("invalid repeat", again);
    return { kind: "repeat", part, min, max };
}

function takeBounds(reader) {
    const { at } = reader;
    const sign = reader.peek();
    if (sign === "*" || sign === "+" || sign === "?") {
        reader.at += 1;
        return { at, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity };
    }
    const found = sign === "{" ? REPEAT.exec(reader.rest()) : null;
    if (!found) return undefined;
    reader.at += found[0].length;
    const min = Number(found[1]);
    return { at, min, max: found[2] ? (found[3] === "" ? Infinity : Number(found[3])) : min };
}
