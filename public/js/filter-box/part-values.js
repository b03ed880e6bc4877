// One value in or out of a part of the filter, the rest of the part spelled as it was. Pure.

/** The part's text with one alternative more; lists of exact values get `value` among them. */
export function alternativeTo(text, { node, from, to }, condition, value) {
    const own = text.slice(from, to);
    const list = value === undefined ? undefined : exactList(node);
    if (list) return text.slice(from, list.value.from) + withValue(text, list, value) + text.slice(list.value.to, to);
    if (node.isGroup && node.kind === "or") return `${own.slice(0, -1).trimEnd()} OR ${condition})`;
    return `(${own} OR ${condition})`;
}

/**
 * The text of a part's tree without the conditions on just this value, as it was where there are none; undefined if
 * nothing is left.
 */
export function without(text, node, value) {
    if (isAbout(node, value)) return undefined;
    switch (node.kind) {
        case "or": return node.isList ? listWithout(text, node, value) : alternativesWithout(text, node, value);
        case "not": {
            const inner = without(text, node.inner, value);
            const isSame = inner === undefined || inner === textOf(text, node.inner);
            if (isSame) return inner && textOf(text, node);
            return text.slice(node.place.from, node.inner.place.from) + inner;
        }
        default: return textOf(text, node);
    }
}

/** The list or clause `field=…` among the alternatives of a part. */
function exactList(node) {
    const isExact = node.operator === "=" || node.operator === ":=" || node.field?.reserved === "level";
    const isPlain = node.kind === "clause" ? node.condition.kind === "equals" : node.isList;
    if (isPlain) return isExact && node.value ? node : undefined;
    return node.kind === "or" ? node.operands.map(exactList).find(Boolean) : undefined;
}

function withValue(text, { value: { from, to } }, value) {
    const own = text.slice(from, to);
    if (own.startsWith("(")) return `${own.slice(0, -1).trimEnd()} OR ${value})`;
    return `(${/^(?:or|and|not)$/i.test(own) ? `"${own}"` : own} OR ${value})`;
}

function isAbout(node, value) {
    if (value === null) {
        const isAbsence = node.kind === "not" && node.inner.condition?.kind === "present";
        return isAbsence || node.condition?.kind === "present";
    }
    const { condition } = node;
    return (condition?.kind === "equals" || condition?.kind === "contains") && condition.text === String(value);
}

function alternativesWithout(text, node, value) {
    const before = node.operands.map((operand) => textOf(text, operand));
    const left = node.operands.map((operand) => without(text, operand, value));
    if (left.every((each, at) => each === before[at])) return textOf(text, node);
    const kept = left.filter((each) => each !== undefined);
    return kept.length < 2 ? kept[0] : `(${kept.join(" OR ")})`;
}

function listWithout(text, node, value) {
    const values = flat(node);
    const kept = values.filter((each) => !isAbout(each, value));
    if (kept.length === values.length) return textOf(text, node);
    if (kept.length === 0) return undefined;
    const written = kept.map((each) => text.slice(each.value.from, each.value.to));
    const isPlain = kept.length === 1 && /^["\p{L}\p{N}_]/u.test(written[0]);
    return text.slice(node.place.from, node.value.from) + (isPlain ? written[0] : `(${written.join(" OR ")})`);
}

function flat(list) {
    return list.operands.flatMap((each) => (each.isList ? flat(each) : [each]));
}

function textOf(text, { place }) {
    return text.slice(place.from, place.to);
}
