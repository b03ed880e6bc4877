// Clauses of a filter, and what only looks like one. Pure.

import { LIMITS } from "./filter-error.js";
import { isSpace } from "./letters.js";
import { pathName, TIME_NAMES } from "./names.js";
import { clause, not } from "./tree.js";
import { checked, comparisonValue, takePattern, takeValue, valued, valueForm } from "./values.js";
import { quotedAhead, regexEnd, takeQuoted, takeRegex } from "./words.js";

/** In the order in which they are tried: the longer ones first. */
const OPERATORS = [":=", "!=", ">=", "<=", ":", "=", ">", "<"];
const COMPARISONS = [">", ">=", "<", "<="];

/** Operators of other languages, and ours. */
const WRONG_OPERATORS = [
    ["===", "="], ["==", "="], ["!==", "!="], ["=~", ":/regex/"], [":~", ":/regex/"], ["=>", ">="], ["=<", "<="],
    ["<>", "!="], [":>=", ">="], [":<=", "<="], [":>", ">"], [":<", "<"], [":!", "!="], [">>", ">"], ["<<", "<"],
];

/** A clause or a text. */
export function takeClause(scanner) {
    const head = clauseHead(scanner);
    if (!head) return takeText(scanner);
    scanner.index = head.valueStart;
    if (COMPARISONS.includes(head.operator)) {
        const text = comparisonValue(scanner, head);
        const condition = { kind: "compare", operator: head.operator, text };
        return valued(scanner, head.valueStart, checked(scanner, clause(head.field, condition), head.valueStart));
    }
    const value = takeValue(scanner, head);
    value.operator = head.operator;
    return head.operator === "!=" ? not(value) : value;
}

/** Field and operator if a clause begins here; undefined for text. Takes nothing. */
function clauseHead(scanner) {
    const found = fieldName(scanner);
    if (!found) return undefined;
    const { field, end } = found;
    const name = scanner.text(scanner.index, end);
    const operator = OPERATORS.find((candidate) => scanner.isAt(end, candidate));
    if (operator === undefined) {
        if (scanner.isAt(end, "!~")) throw operatorError(scanner, "!~", end, `-${name}:/regex/`);
        return undefined;
    }
    const valueStart = end + operator.length;
    const head = { field, operator, name, valueStart };
    if (isTextAfterAll(scanner, head)) return undefined;
    refuseWrongOperator(scanner, head, end);
    if (operator === ":" && TIME_NAMES.includes(name)) throw scanner.boundsError(scanner.index);
    const next = scanner.letters[valueStart];
    if (next === "|") throw scanner.pipeError(valueStart);
    if (next === undefined || next === ")" || isSpace(next)) {
        throw scanner.error(`${name}${operator} has no value`, {
            at: valueStart, length: 0, expected: valueForm(field),
            suggestion: `"${name}${operator}" in quotes, to search for it`,
        });
    }
    return head;
}

function fieldName(scanner) {
    const first = scanner.peek();
    if (first === "*") return { field: { any: true }, end: scanner.index + 1 };
    if (first === "\"") {
        const name = quotedAhead(scanner);
        return name?.text ? { field: { steps: [{ name: name.text }] }, end: name.end } : undefined;
    }
    const found = pathName(scanner);
    if (!found || found.stepCount <= LIMITS.pathSteps) return found;
    if (!OPERATORS.some((operator) => scanner.isAt(found.end, operator))) return undefined;
    throw scanner.error(`the field's name has more than ${LIMITS.pathSteps} parts`, {
        length: found.end - scanner.index, expected: `at most ${LIMITS.pathSteps}`,
    });
}

/** `error:` before a space, `x://…`, `a::b`, `C:\…`, `name==`: written by programs, not as filters. */
function isTextAfterAll(scanner, { operator, name, valueStart }) {
    const next = scanner.letters[valueStart];
    if (operator === "=") return next === "=" && scanner.wordEnd(valueStart) === valueStart + 1;
    if (operator !== ":") return false;
    return next === undefined || next === ")" || next === ":" || isSpace(next) || scanner.isAt(valueStart, "//")
        || (next === "\\" && [...name].length === 1);
}

function refuseWrongOperator(scanner, { name }, start) {
    const found = WRONG_OPERATORS.find(([wrong]) => scanner.isAt(start, wrong));
    if (!found) return;
    const [wrong, right] = found;
    const valueStart = start + wrong.length;
    const value = right.endsWith("/") ? "" : scanner.text(valueStart, scanner.wordEnd(valueStart));
    throw operatorError(scanner, wrong, start, `${name}${right}${value}`);
}

function operatorError(scanner, wrong, at, suggestion) {
    return scanner.error(`unknown operator ${wrong}`, {
        at, length: wrong.length, expected: ": = != > >= < or <=", suggestion,
    });
}

function takeText(scanner) {
    const start = scanner.index;
    const first = scanner.peek();
    if (first === "\"" || first === "'") return clause(undefined, { kind: "contains", text: takeQuoted(scanner) });
    const regex = regexEnd(scanner);
    if (regex) return clause(undefined, { kind: "regex", regex: takeRegex(scanner, regex) });
    scanner.index = scanner.wordEnd(start);
    const word = scanner.text(start, scanner.index);
    if (OPERATORS.includes(word) && word !== ":") {
        scanner.suggest(
            `"${word}" with spaces around it is searched as text; write field${word}value without spaces`);
    }
    if (!/[*?]/.test(word)) return clause(undefined, { kind: "contains", text: word });
    // A search finds its text anywhere, so stars at the ends say nothing.
    const inner = takePattern(scanner, word, start).replace(/^\*+|\*+$/g, "");
    if (inner === "") return clause(undefined, { kind: "like", text: "*" });
    return clause(undefined, { kind: /[*?]/.test(inner) ? "like" : "contains", text: inner });
}
