// What can be completed at the caret: a field's name, an operator or a value. Pure, and tolerant of what is half typed.

import { lex } from "./filter-lexer.js";

const UNFINISHED = /^((?:"[^"]*"|[A-Za-z_.][A-Za-z0-9_.[\]-]*))(:=|>=|<=|!=|[:=<>])$/;
const NAME = /^[A-Za-z_.][A-Za-z0-9_.[\]-]*$/;

/**
 * `{ kind, from, to, prefix, field, operator, clauseFrom }`: kind "field" or "value", the part of the text to replace,
 * and how it begins; of a value its field and where the clause begins. Undefined where nothing can be completed.
 */
export function placeAt(text, caret) {
    const before = text.slice(0, caret);
    const tokens = lex(before);
    const to = caret + /^[^\s()"|=:<>!]*/.exec(text.slice(caret))[0].length;
    const last = tokens.at(-1);
    const list = openList(before, tokens);
    if (list) return inList(before, last, { ...list, caret, to });
    if (!last || ["space", "open", "off", "not", "or", "and", "close"].includes(last.kind)) {
        return last?.kind === "close" ? undefined : { kind: "field", from: caret, to, prefix: "" };
    }
    const word = before.slice(last.from);
    if (last.kind === "op") {
        return { kind: "value", ...clauseOf(before, tokens, tokens.length - 2), from: caret, to, prefix: "" };
    }
    if (last.kind === "text") return ofWord(word, { from: last.from, caret, to });
    if (tokens.at(-2)?.kind !== "op") return undefined;
    return { kind: "value", ...clauseOf(before, tokens, tokens.length - 3), from: last.from, to, prefix: unquoted(word) };
}

function ofWord(word, { from, caret, to }) {
    const unfinished = UNFINISHED.exec(word);
    if (unfinished) {
        return {
            kind: "value", field: unquoted(unfinished[1]), operator: unfinished[2], clauseFrom: from, from: caret, to,
            prefix: "",
        };
    }
    return NAME.test(word) ? { kind: "field", from, to, prefix: word } : undefined;
}

/** The field and operator of a list that is still open. */
function openList(text, tokens) {
    let list;
    let depth = 0;
    tokens.forEach((token, at) => {
        if (token.kind === "open" && list === undefined && tokens[at - 1]?.kind === "op") {
            list = clauseOf(text, tokens, at - 2);
            depth = 1;
        } else if (list && token.kind === "open") {
            depth += 1;
        } else if (list && token.kind === "close") {
            depth -= 1;
            if (depth === 0) list = undefined;
        }
    });
    return list;
}

function inList(text, last, { caret, to, ...clause }) {
    const isValue = ["value", "number", "level", "text"].includes(last.kind);
    const from = isValue ? last.from : caret;
    return { kind: "value", ...clause, from, to, prefix: unquoted(text.slice(from)), isInList: true };
}

function clauseOf(text, tokens, at) {
    const [name, operator] = [tokens[at], tokens[at + 1]];
    return {
        field: name && unquoted(text.slice(name.from, name.to)), clauseFrom: name?.from,
        operator: operator && text.slice(operator.from, operator.to),
    };
}

function unquoted(word) {
    return word.replace(/^["']|["']$/g, "");
}
