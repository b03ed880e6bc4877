// A filter's tree, and the one text form that all its spellings share. Pure.
//
// { kind: "and" | "or", operands }, { kind: "not" | "off", inner }, { kind: "clause", field, condition }. A field is
// { reserved }, { steps } or { any }; none for text. A condition has a kind: present contains equals like regex compare
// within.

import { mustQuoteName } from "./names.js";
import { isPlainPattern, literal, quoted, valueText } from "./spelling.js";

export const and = (operands) => ({ kind: "and", operands });
export const or = (operands) => ({ kind: "or", operands });
export const not = (inner) => ({ kind: "not", inner });
export const off = (inner) => ({ kind: "off", inner });
export const clause = (field, condition) => ({ kind: "clause", field, condition });

export const EVERYTHING = Object.freeze(and([]));

/**
 * Nested lists flattened, operands sorted and without repeats, double negations and switched-off parts gone; undefined
 * if nothing is left that has an effect.
 */
export function simplified(tree) {
    switch (tree.kind) {
        case "clause": return tree;
        case "off": return undefined;
        case "not": {
            const inner = simplified(tree.inner);
            return inner?.kind === "not" ? inner.inner : inner && not(inner);
        }
        default: return joined(tree);
    }
}

function joined({ kind, operands }) {
    const flat = operands.map(simplified).filter(Boolean).flatMap((one) => (one.kind === kind ? one.operands : [one]));
    const byText = new Map();
    for (const operand of flat) {
        const text = canonicalText(operand);
        if (!byText.has(text)) byText.set(text, operand);
    }
    const sorted = [...byText].sort(([left], [right]) => byCodePoints(left, right)).map(([, operand]) => operand);
    return sorted.length > 1 ? { kind, operands: sorted } : sorted[0];
}

/** The order of the texts' UTF-8 bytes, which UTF-16 has not: letters beyond U+FFFF come last. */
function byCodePoints(left, right) {
    const [first, second] = [[...left], [...right]];
    const at = first.findIndex((letter, index) => letter !== second[index]);
    if (at < 0) return first.length - second.length;
    return at >= second.length ? 1 : first[at].codePointAt(0) - second[at].codePointAt(0);
}

/** Parses back to the same tree. Only meant for simplified trees. */
export function canonicalText(tree) {
    switch (tree.kind) {
        case "clause": return clauseText(tree);
        case "off": return `#(${canonicalText(tree.inner)})`;
        case "not": return `-${asOperand(tree.inner, true)}`;
        case "and": return tree.operands.map((operand) => asOperand(operand, false)).join(" ");
        default: return listed(tree.operands).join(" OR ");
    }
}

function asOperand(tree, isNegated) {
    if (tree.kind === "or") {
        const texts = listed(tree.operands);
        return texts.length === 1 ? texts[0] : `(${texts.join(" OR ")})`;
    }
    return tree.kind === "and" && isNegated ? `(${canonicalText(tree)})` : canonicalText(tree);
}

/** The alternatives; those of one field are written as a list, `unit:(nginx OR mysqld)`. */
function listed(operands) {
    const entries = [];
    const lists = new Map();
    for (const operand of operands) {
        const list = operand.field && listText(operand.condition);
        if (!list) {
            entries.push([asOperand(operand, false)]);
            continue;
        }
        const head = fieldText(operand.field) + list.operator;
        if (lists.has(head)) {
            lists.get(head).push(list.value);
        } else {
            const values = [list.value];
            lists.set(head, values);
            entries.push([head, values]);
        }
    }
    return entries.map(([head, values]) => {
        if (!values) return head;
        return values.length > 1 ? `${head}(${values.join(" OR ")})` : head + values[0];
    });
}

export function clauseText({ field, condition }) {
    if (!field) return textOf(condition);
    if (condition.kind === "compare") return fieldText(field) + condition.operator + valueText(condition.text);
    const { operator, value } = listText(condition);
    return fieldText(field) + operator + value;
}

/** Operator and value where they may stand in a list. */
function listText(condition) {
    switch (condition.kind) {
        case "present": return { operator: ":", value: "*" };
        case "contains": return { operator: ":", value: valueText(condition.text) };
        case "equals": return { operator: "=", value: valueText(condition.text) };
        // Parentheses end a pattern such as `/a*`, which might be taken for the start of a regex.
        case "like": {
            const { text } = condition;
            return { operator: ":", value: isPlainPattern(text) ? text : `(${text})` };
        }
        case "regex": return { operator: ":", value: condition.regex.text };
        case "within": return { operator: ":", value: `${condition.low ?? ""}..${condition.high ?? ""}` };
        default: return undefined;
    }
}

/** As a text clause. */
function textOf(condition) {
    if (condition.kind === "regex") return condition.regex.text;
    if (condition.kind !== "like") return literal(condition.text);
    // Stars at either end say nothing in a search, but they keep a pattern from looking like a clause.
    return isPlainPattern(condition.text) ? condition.text : `**${condition.text}`;
}

function fieldText({ reserved, any, steps }) {
    if (reserved) return reserved;
    if (any) return "*";
    if (steps.length === 1 && mustQuoteName(steps[0].name)) return quoted(steps[0].name);
    return steps.reduce((text, { name, element }) => {
        if (name === undefined) return `${text}[${element ?? ""}]`;
        return text === "" ? name : `${text}.${name}`;
    }, "");
}

/** The tree with every bracket: `((level>=warn AND unit:nginx*) OR NOT healthcheck)`. */
export function explanation(tree) {
    switch (tree.kind) {
        case "clause": return clauseText(tree);
        case "not": return `NOT ${explanation(tree.inner)}`;
        case "off": return `#(${explanation(tree.inner)})`;
        default: {
            const parts = tree.operands.map(explanation);
            if (parts.length < 2) return parts[0] ?? "everything";
            return `(${parts.join(tree.kind === "and" ? " AND " : " OR ")})`;
        }
    }
}
