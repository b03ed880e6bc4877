// The lowest level shown, as a clause of the filter's text. Pure.

import { LEVELS, rank } from "../parts/levels.js";
import { FieldChoice } from "./field-choice.js";
import { isEnclosed, partsOf, withoutPart, withPart } from "./filter-parts.js";
import { exclude, include, toggleIncluded, withoutField } from "./value-edits.js";

/** Writes `level>=name` in place of what chooses levels now; undefined takes all conditions on levels away. */
export function withLevel(text, level) {
    if (level === undefined) return withoutField(text, "level");
    const choice = new FieldChoice("level");
    const clause = `level>=${level}`;
    const choosing = choice.partsIn(text).filter((part) => choice.isChoosing(part) || isThreshold(part));
    const [first] = choosing;
    if (choosing.length > 1) return withLevel(withoutPart(text, choosing.at(-1)), level);
    if (first) return withPart(text, first, clause);
    return inFront(text, clause);
}

/** The lowest level the text asks for, if it does so in a clause of its own. */
export function levelOf(text) {
    return threshold(text)?.node.condition.text;
}

/**
 * Shows the events of a level or leaves them out, whichever they are not now; at its end a threshold moves. The only
 * level chosen gives way to all.
 */
export function toggleLevel(text, level) {
    const choice = new FieldChoice("level");
    const parts = choice.partsIn(text);
    const state = choice.stateOf(level, parts);
    const limit = parts.length === 1 ? threshold(text) : undefined;
    const least = limit && rank(limit.node.condition.text);
    const end = state === "in" ? least + 1 : least - 1;
    if (limit && rank(level) === Math.min(least, end) && LEVELS[end]) {
        return withPart(text, limit, `level>=${LEVELS[end]}`);
    }
    if (state === "") return exclude(text, "level", level);
    const toggled = toggleIncluded(text, "level", level);
    const isStillOut = state === "not" && choice.stateOf(level, choice.partsIn(toggled)) === "out";
    return isStillOut ? include(toggled, "level", level) : toggled;
}

function threshold(text) {
    return new FieldChoice("level").partsIn(text).find(isThreshold);
}

function isThreshold({ node }) {
    return node.condition?.kind === "compare" && node.condition.operator === ">=";
}

function inFront(text, clause) {
    const { parts = [], end = text.length } = partsOf(text) ?? {};
    const isOpen = parts.length === 1 && !isEnclosed(parts[0].node);
    const own = isOpen ? `(${text.slice(parts[0].from, parts[0].to)})${text.slice(parts[0].to)}` : text;
    return `${clause} ${parts.length === 0 && end < text.length ? text.slice(end) : own.trim()}`.trim();
}
