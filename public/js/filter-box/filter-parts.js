// The parts of a filter's text that must all hold, each with its place, and cutting one out. Pure.
//
// A part is { node, from, to, siblings, at, parent }: its tree, where it stands, and among which others. Groups that
// are joined by AND are looked into, `(a b) c` has three parts.

import { FilterError } from "../filter/filter-error.js";
import { parse } from "../filter/parser.js";

/** `{ parts, end }`, `end` where conditions end and time bounds begin; undefined for a text that is no filter. */
export function partsOf(text) {
    const parsed = parsedOrNothing(text);
    if (!parsed) return undefined;
    const offsets = offsetsOf(text);
    const end = parsed.boundsStart === undefined ? text.length : offsets(parsed.boundsStart);
    if (parsed.tree.operands?.length === 0) return { parts: [], end };
    place(parsed.tree, offsets);
    return { parts: conjunction(parsed.tree), end };
}

/** The text without the part, and without the AND that joined it. */
export function withoutPart(text, part) {
    const { siblings, at, parent, from, to } = part;
    if (at > 0) return text.slice(0, siblings[at - 1].to) + text.slice(to);
    if (siblings.length > 1) return text.slice(0, from) + text.slice(siblings[1].from);
    if (parent) return withoutPart(text, parent);
    return text.slice(partsOf(text).end);
}

export function withPart(text, part, by) {
    return text.slice(0, part.from) + by + text.slice(part.to);
}

/** The text with one condition more, behind all others. */
export function withCondition(text, condition) {
    const found = partsOf(text);
    if (!found) return [text.trim(), condition].filter(Boolean).join(" ");
    const bounds = text.slice(found.end);
    const own = text.slice(0, found.end).replace(/\s(?:AND|and|&&)\s+$/, " ").trim();
    const [only] = found.parts;
    const isOpen = found.parts.length === 1 && !isEnclosed(only.node);
    return [isOpen ? `(${own})` : own, condition, bounds].filter(Boolean).join(" ");
}

/** False for alternatives that need parentheses beside other conditions. */
export function isEnclosed(node) {
    return node.kind !== "or" || node.isList || node.isGroup;
}

function parsedOrNothing(text) {
    try {
        return parse(text.toWellFormed());
    } catch (error) {
        if (error instanceof FilterError) return undefined;
        throw error;
    }
}

function conjunction(tree, parent) {
    if (tree.kind !== "and") return [part(tree, parent)];
    const siblings = [];
    return tree.operands.flatMap((node, at) => {
        const one = part(node, parent, siblings, at);
        siblings.push(one);
        return node.kind === "and" ? conjunction(node, one) : [one];
    });
}

function part(node, parent, siblings, at = 0) {
    const one = { node, from: node.place.from, to: node.place.to, siblings, at, parent };
    one.siblings ??= [one];
    return one;
}

/** From code points to places in the string; an ungrouped list of operands spans these. */
function place(node, offsets) {
    if (node.kind === "not") node.inner.place ??= node.place;
    const inner = node.operands ?? (node.inner ? [node.inner] : []);
    for (const each of inner) place(each, offsets);
    node.isGroup = node.place !== undefined && node.operands !== undefined && !node.isList;
    if (node.place) node.place = moved(node.place, offsets);
    else if (inner.length > 0) node.place = { from: inner[0].place.from, to: inner.at(-1).place.to };
    if (node.value) node.value = moved(node.value, offsets);
}

function moved({ from, to }, offsets) {
    return { from: offsets(from), to: offsets(to) };
}

function offsetsOf(text) {
    const letters = [...text];
    if (letters.length === text.length) return (at) => at;
    const starts = [0];
    for (const letter of letters) starts.push(starts.at(-1) + letter.length);
    return (at) => starts[at];
}
