// Cuts filter text into tokens, for colouring and for editing. Pure, and tolerant: whatever is typed has tokens, which
// join to the text again. Whether the text is a filter at all only the server says.

import { rank } from "../parts/levels.js";

const NAME = /[A-Za-z_][A-Za-z0-9_.-]*(?:\[\d*\](?:\.[A-Za-z0-9_.-]+)?)*|\*(?=:)|"[^"]+"(?=[:=<>!])/y;
const OPERATOR = /:=|>=|<=|!=|[:=<>]/y;
const SPACE = /\s+/y;
const QUOTED = /"(?:[^"\\]|\\.)*"?|'[^']*'?/y;
const REGEX = /\/(?:[^/\\\s]|\\.)+\/[iI]?(?=[\s)]|$)/y;
const BARE = /[^\s()"|]+/y;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[a-zA-Z%]{0,3})(?:\.\.-?\d*(?:\.\d+)?)?$/;
const JOINERS = new Map([["OR", "or"], ["or", "or"], ["||", "or"], ["AND", "and"], ["and", "and"], ["&&", "and"]]);

/**
 * Tokens `{ kind, from, to }` with kind one of: space, open, close, or, and, not, off (an opening "#("), field, op,
 * value, number, level, text, bad (a pipe).
 */
export function lex(text) {
    const tokens = [];
    let at = 0;
    let lists = 0;   // open parentheses since a value list began
    const add = (kind, to) => {
        tokens.push({ kind, from: at, to });
        at = to;
    };
    while (at < text.length) {
        const simple = simpleToken(text, at);
        if (simple) {
            const opensList = simple.kind === "open" && tokens.at(-1)?.kind === "op";
            if (simple.kind === "open" && (lists > 0 || opensList)) lists += 1;
            if (simple.kind === "close" && lists > 0) lists -= 1;
            add(simple.kind, simple.to);
        } else if (lists > 0) {
            add(valueKind(text, at, undefined), endOfValue(text, at));
        } else {
            lexClause(text, at, add);
        }
    }
    return tokens;
}

function simpleToken(text, at) {
    const space = match(SPACE, text, at);
    if (space) return { kind: "space", to: at + space.length };
    if (text.startsWith("#(", at)) return { kind: "off", to: at + 2 };
    if (text[at] === "(") return { kind: "open", to: at + 1 };
    if (text[at] === ")") return { kind: "close", to: at + 1 };
    if (text.startsWith("||", at)) return { kind: "or", to: at + 2 };
    if (text[at] === "|") return { kind: "bad", to: at + 1 };
    const word = match(BARE, text, at) ?? "";
    if (JOINERS.has(word)) return { kind: JOINERS.get(word), to: at + word.length };
    if (/^not$/i.test(word) && /^\s+\S/.test(text.slice(at + 3))) return { kind: "not", to: at + 3 };
    if (/^[-!][^\s)]/.test(text.slice(at, at + 2))) return { kind: "not", to: at + 1 };
    return undefined;
}

function lexClause(text, at, add) {
    const name = match(NAME, text, at);
    const op = name === undefined ? undefined : match(OPERATOR, text, at + name.length);
    const rest = op === undefined ? "" : text.slice(at + name.length + op.length);
    const isText = op === undefined || (op === ":" && (rest === "" || /^(?:\s|:|\/\/|\\)/.test(rest)));
    if (isText) {
        const isRegex = match(REGEX, text, at) !== undefined;
        return add(isRegex ? "value" : "text", endOfValue(text, at));
    }
    add("field", at + name.length);
    const valueAt = at + name.length + op.length;
    add("op", valueAt);
    if (rest !== "" && !/^[\s()]/.test(rest)) add(valueKind(text, valueAt, name), endOfValue(text, valueAt));
}

function valueKind(text, at, field) {
    const value = text.slice(at, endOfValue(text, at));
    if (field === "level" && rank(value) >= 0) return "level";
    return NUMBER.test(value) ? "number" : "value";
}

function endOfValue(text, at) {
    const found = match(QUOTED, text, at) ?? match(REGEX, text, at) ?? match(BARE, text, at) ?? text[at];
    return at + found.length;
}

function match(pattern, text, at) {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
}
