// The clauses of a filter as a list, for chips and explanations, and what can be done to each. Pure.

import { isEnclosed, partsOf, withoutPart, withPart } from "./filter-parts.js";

/** Letters that a sign before them cannot change the meaning of. */
const PLAIN_START = /^["'/*\p{L}_.]/u;

/**
 * The parts of the text that must all hold: `{ from, to, text, isNegated, isOff, isAlternative }`, and of a clause or a
 * list on a field `{ field, operator, values }`, all as they mean. None for a text that is no filter.
 */
export function clausesOf(text) {
    return (partsOf(text)?.parts ?? []).map(({ node, from, to }) => ({
        from, to, text: text.slice(from, to), isNegated: node.kind === "not", isOff: node.kind === "off",
        isAlternative: node.kind === "or" && !node.isList, ...aboutField(text, node),
    }));
}

/** The text without the clause at this place. */
export function withoutClauseAt(text, at) {
    const part = partAt(text, at);
    return part ? withoutPart(text, part) : text;
}

/** The text with another condition in the place of the clause. */
export function withPartAt(text, at, condition) {
    const part = partAt(text, at);
    return part ? withPart(text, part, condition) : text;
}

/** The clause kept but switched off, `#(…)`, or on again. */
export function switchedAt(text, at) {
    const part = partAt(text, at);
    if (!part) return text;
    const own = text.slice(part.from, part.to);
    if (part.node.kind !== "off") return withPart(text, part, part.node.isGroup ? `#${own}` : `#(${own})`);
    const inside = own.slice(2, -1).trim();
    const isAlone = part.node.inner.kind === "clause" || part.node.inner.kind === "not" || isList(part.node.inner);
    return withPart(text, part, isAlone ? inside : `(${inside})`);
}

/** The clause with the opposite meaning. */
export function invertedAt(text, at) {
    const part = partAt(text, at);
    if (!part || part.node.kind === "off") return text;
    const { node } = part;
    const own = text.slice(part.from, part.to);
    if (node.kind !== "not") return withPart(text, part, `-${isSignable(node, own) ? own : `(${own})`}`);
    const { inner } = node;
    if (inner.operator === "!=") {
        const name = text.slice(part.from, inner.value.from).replace(/!=$/, "=");
        return withPart(text, part, name + text.slice(inner.value.from, inner.value.to));
    }
    return withPart(text, part, text.slice(inner.place.from, inner.place.to));
}

/** The text without the words that `wordsOf` tells, as far as each is a condition of its own. */
export function withoutWords(text) {
    const part = partsOf(text)?.parts.find(({ node }) => node.kind === "clause" && !node.field);
    return part ? withoutWords(withoutPart(text, part)) : text.trim();
}

function partAt(text, at) {
    return partsOf(text)?.parts[at];
}

function isSignable(node, own) {
    return isEnclosed(node) && (own.startsWith("(") || PLAIN_START.test(own));
}

function isList(node) {
    return node.isList === true;
}

function aboutField(text, node) {
    if (node.kind === "not" || node.kind === "off") return aboutField(text, node.inner);
    const clauses = node.isList ? flat(node) : [node];
    if (!clauses[0].field || !node.value) return {};
    const head = text.slice(node.place.from, node.value.from).replace(/^\(+\s*/, "");
    const operator = /(?::=|!=|>=|<=|[:=<>])$/.exec(head)[0];
    const field = head.slice(0, -operator.length).replace(/^"(.*)"$/, "$1");
    return { field, operator, values: clauses.map(({ condition }) => condition.text).filter((value) => value !== undefined) };
}

function flat(list) {
    return list.operands.flatMap((each) => (each.isList ? flat(each) : [each]));
}
