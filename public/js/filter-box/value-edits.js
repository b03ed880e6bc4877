// Values of a field chosen and left out in a filter's text, see filter-text.js. Pure.

import { FieldChoice } from "./field-choice.js";
import { partsOf, withCondition, withoutPart, withPart } from "./filter-parts.js";
import { alternativeTo, without } from "./part-values.js";
import { conditionFor, exclusionOf, writtenValue } from "./written.js";

/** Edits of one click: each step changes one part, and there are at most 64 clauses. */
const MAX_STEPS = 64;

export function include(text, name, value) {
    const choice = new FieldChoice(name);
    const freed = takenBack(text, choice, name, value);
    const isChosen = choice.partsIn(freed).some((part) => choice.isChoosing(part));
    if (!isChosen) return withCondition(freed, conditionFor(name, value));
    const inList = value === null ? undefined : writtenValue(value);
    return repeated(freed, (before) => {
        const part = choice.partsIn(before).find((one) => choice.isChoosing(one) && !choice.passes(one, value));
        return part && withPart(before, part, alternativeTo(before, part, conditionFor(name, value), inList));
    });
}

export function exclude(text, name, value) {
    const choice = new FieldChoice(name);
    const rest = notChosen(text, choice, value);
    const isOut = choice.stateOf(value, choice.partsIn(rest)) === "not";
    return isOut ? rest : withCondition(rest, exclusionOf(name, value));
}

export function only(text, name, value) {
    const choice = new FieldChoice(name);
    const [first] = choice.partsIn(text);
    const condition = conditionFor(name, value);
    if (!first) return withCondition(text, condition);
    const kept = withPart(text, first, condition);
    return repeated(kept, (before) => {
        const other = choice.partsIn(before).findLast((part) => part.from !== first.from);
        return other && withoutPart(before, other);
    });
}

export function pivot(text, name, value) {
    const bounds = text.slice(partsOf(text)?.end ?? text.length);
    return [conditionFor(name, value), bounds].filter(Boolean).join(" ");
}

export function toggleIncluded(text, name, value) {
    const choice = new FieldChoice(name);
    const state = choice.stateOf(value, choice.partsIn(text));
    if (state === "not") return takenBack(text, choice, name, value);
    if (state !== "in") return include(text, name, value);
    const rest = notChosen(text, choice, value);
    const isStillIn = choice.stateOf(value, choice.partsIn(rest)) === "in";
    return isStillIn ? withCondition(rest, exclusionOf(name, value)) : rest;
}

export function toggleExcluded(text, name, value) {
    const choice = new FieldChoice(name);
    const isOut = choice.stateOf(value, choice.partsIn(text)) === "not";
    return isOut ? takenBack(text, choice, name, value) : exclude(text, name, value);
}

export function toggleOnly(text, name, value) {
    const parts = new FieldChoice(name).partsIn(text);
    const isOnly = parts.length === 1 && text.slice(parts[0].from, parts[0].to) === conditionFor(name, value);
    return isOnly ? withoutPart(text, parts[0]) : only(text, name, value);
}

export function withoutField(text, name) {
    const choice = new FieldChoice(name);
    return repeated(text, (before) => {
        const part = choice.partsIn(before).at(-1);
        return part && withoutPart(before, part);
    });
}

/** How the text treats the values of a field, asked one by one. */
export function stateOf(text, name) {
    const choice = new FieldChoice(name);
    const parts = choice.partsIn(text);
    return (value) => choice.stateOf(value, parts);
}

/** Values that the text chooses or leaves out, in its order: those it names exactly. */
export function namedValues(text, name) {
    return [...new Set(new FieldChoice(name).partsIn(text).flatMap(({ node }) => literals(node)))];
}

/** The text without time bounds. */
export function withoutBounds(text) {
    return text.slice(0, partsOf(text)?.end ?? text.length).replace(/\s(?:AND|and|&&)\s*$/, "").trim();
}

function literals(node) {
    if (node.kind === "clause") return node.condition.kind === "equals" ? [node.condition.text] : [];
    return node.kind === "off" ? [] : (node.operands ?? [node.inner]).flatMap(literals);
}

/** Without what leaves the value out; what leaves out others beside it lets it pass from now on. */
function takenBack(text, choice, name, value) {
    return repeated(text, (before) => {
        const part = choice.partsIn(before).find((one) => !choice.isChoosing(one) && !choice.passes(one, value));
        if (!part) return undefined;
        const after = replaced(before, part, without(before, part.node, value));
        const isFree = after !== before && !choice.partsIn(after)
            .some((one) => one.from === part.from && !choice.isChoosing(one) && !choice.passes(one, value));
        if (isFree) return after;
        return withPart(before, part, alternativeTo(before, part, conditionFor(name, value), undefined));
    });
}

/** Without what chooses just this value. */
function notChosen(text, choice, value) {
    return repeated(text, (before) => {
        for (const part of choice.partsIn(before).filter((one) => choice.isChoosing(one))) {
            const after = replaced(before, part, without(before, part.node, value));
            if (after !== before) return after;
        }
        return undefined;
    });
}

function replaced(text, part, by) {
    return by === undefined ? withoutPart(text, part) : withPart(text, part, by);
}

function repeated(text, step) {
    let current = text;
    for (let at = 0; at < MAX_STEPS; at += 1) {
        const next = step(current);
        if (next === undefined || next === current) return current;
        current = next;
    }
    return current;
}
