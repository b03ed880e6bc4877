// What stands behind a field's operator. Pure.

import { LEVELS } from "../parts/levels.js";
import { LIMITS } from "./filter-error.js";
import { levelNamed } from "./level-names.js";
import { byteLength } from "./letters.js";
import { isOrdered, operandOf, orderOf } from "./operand.js";
import { OR } from "./scanner.js";
import { nearest } from "./spelling.js";
import { clause, or } from "./tree.js";
import { regexEnd, takeQuoted, takeRegex } from "./words.js";

/** One value or a list of them, each as a clause of its own. */
export function takeValue(scanner, head, listDepth = 0) {
    if (scanner.peek() === "(") return takeList(scanner, head, listDepth + 1);
    const start = scanner.index;
    const condition = takeCondition(scanner, head);
    if (listDepth > 0) scanner.countClause(start);
    return valued(scanner, start, checked(scanner, clause(head.field, condition), start));
}

/** Notes where the value of a clause or list stands. */
export function valued(scanner, start, node) {
    node.value = { from: start, to: scanner.index };
    return node;
}

/** `( value { OR value } )` */
function takeList(scanner, head, depth) {
    if (depth > LIMITS.depth) {
        throw scanner.error(`lists nest deeper than ${LIMITS.depth}`, {
            length: 1, expected: `at most ${LIMITS.depth} levels`,
        });
    }
    const start = scanner.index;
    scanner.index += 1;
    const values = [];
    for (;;) {
        scanner.skipSpace();
        if (scanner.isAtOperandEnd) {
            throw scanner.error(`a value is missing in the list of ${head.name}`, {
                length: scanner.isAtEnd ? 0 : 1, expected: valueForm(head.field),
            });
        }
        values.push(takeValue(scanner, head, depth));
        scanner.skipSpace();
        if (scanner.peek() === ")") break;
        const word = scanner.keyword(OR);
        if (word === undefined) throw listError(scanner, head);
        scanner.index += word.length;
    }
    scanner.index += 1;
    return valued(scanner, start, values.length === 1 ? values[0] : { ...or(values), isList: true });
}

function listError(scanner, head) {
    const expected = "OR or \")\"";
    if (scanner.isAtEnd) return scanner.error(`the list of ${head.name} is not closed`, { length: 0, expected });
    return scanner.error("the values of a list are joined by OR", {
        length: Math.max(1, scanner.wordEnd(scanner.index) - scanner.index), expected,
        suggestion: `${head.name}${head.operator}(a OR b)`,
    });
}

function takeCondition(scanner, head) {
    const isExact = head.operator !== ":";
    const next = scanner.peek();
    if (next === "\"" || next === "'") return { kind: isExact ? "equals" : "contains", text: takeQuoted(scanner) };
    const regex = isExact ? undefined : regexEnd(scanner);
    if (regex) return { kind: "regex", regex: takeRegex(scanner, regex) };
    const start = scanner.index;
    const word = bareValue(scanner, head);
    const isWild = /[*?]/.test(word);
    if (isExact) {
        if (isWild) {
            scanner.suggest(`${head.operator} compares exactly, "*" and "?" too; use : for wildcards`);
        }
        return { kind: "equals", text: word };
    }
    if (!isWild) return range(scanner, word, start) ?? { kind: "contains", text: word };
    const pattern = takePattern(scanner, word, start);
    return pattern === "*" ? { kind: "present" } : { kind: "like", text: pattern };
}

export function comparisonValue(scanner, head) {
    const next = scanner.peek();
    if (next === "\"" || next === "'") return takeQuoted(scanner);
    if (next !== "(") return bareValue(scanner, head);
    throw scanner.error(
        `${head.operator} compares with one value`, { length: 1, expected: "a number, time or level" });
}

function bareValue(scanner, head) {
    const start = scanner.index;
    const end = scanner.wordEnd(start);
    if (end === start) {
        if (scanner.peek() === "|") throw scanner.pipeError();
        throw scanner.error("a value is missing", { length: 0, expected: valueForm(head.field) });
    }
    const word = scanner.text(start, end);
    if (/^(?:!|-(?![0-9.]))/.test(word)) {
        throw scanner.error(`a value cannot begin with "${word[0]}"`, {
            length: 1, expected: "a value, or quotes around it",
            suggestion: `-${head.name}${head.operator}${word.slice(1)} to exclude it`,
        });
    }
    scanner.index = end;
    return word;
}

/** `low..high` with one end open at most; undefined if it is text that holds two dots. */
function range(scanner, word, start) {
    const dots = word.indexOf("..");
    if (dots < 0) return undefined;
    const [low, high] = [word.slice(0, dots), word.slice(dots + 2)];
    const ends = [low, high].filter((end) => end !== "").map(operandOf);
    if (ends.length === 0 || !ends.every(isOrdered)) return undefined;
    if (ends.length === 2 && orderOf(ends[0], ends[1]) > 0) {
        throw scanner.error(`the range ${word} is empty`, {
            at: start, length: [...word].length, expected: "the smaller end first", suggestion: `${high}..${low}`,
        });
    }
    return { kind: "within", low: low === "" ? undefined : low, high: high === "" ? undefined : high };
}

/** The clause itself, if its value is one that the field can have. */
export function checked(scanner, made, start) {
    const reserved = made.field?.reserved;
    const { condition } = made;
    if (reserved === "level") return checkedLevel(scanner, made, start);
    if (reserved === "seq" || reserved === "time" || reserved === "late") {
        const wrong = literals(condition, reserved === "time").find((text) => !fits(operandOf(text), reserved));
        if (wrong === undefined) return made;
        throw scanner.error(`${reserved} cannot be "${wrong}"`, {
            at: start, length: scanner.index - start, expected: valueForm(made.field),
        });
    }
    if (condition.kind === "compare" && !isOrdered(operandOf(condition.text))) {
        scanner.suggest(`${condition.operator} compares numbers, times and levels; "${condition.text}" is none: `
            + "nothing matches");
    }
    return made;
}

function checkedLevel(scanner, { field, condition }, start) {
    const level = (name) => {
        const known = levelNamed(name);
        if (known) return known;
        throw scanner.error(`unknown level "${name}"`, {
            at: start, length: scanner.index - start, expected: valueForm(field), suggestion: nearest(name, LEVELS),
        });
    };
    switch (condition.kind) {
        case "contains":
        case "equals": return clause(field, { kind: "equals", text: level(condition.text) });
        case "compare": return clause(field, { ...condition, text: level(condition.text) });
        case "within": {
            const [low, high] = [condition.low, condition.high].map((end) => end && level(end));
            return clause(field, { kind: "within", low, high });
        }
        default: return clause(field, condition);
    }
}

/** The values that are compared; with `comparedOnly`, not those that may also be looked for as text. */
function literals(condition, comparedOnly) {
    switch (condition.kind) {
        case "contains": return comparedOnly ? [] : [condition.text];
        case "equals":
        case "compare": return [condition.text];
        case "within": return [condition.low, condition.high].filter((end) => end !== undefined);
        default: return [];
    }
}

function fits({ instant, quantity }, field) {
    if (field === "time") return instant !== undefined;
    return quantity?.dimension === "none" || (field === "late" && quantity?.dimension === "time");
}

export function valueForm(field) {
    switch (field.reserved) {
        case "level": return `one of ${LEVELS.join(" ")}`;
        case "time": return "a time such as 2026-11-22T14:30Z";
        case "late": return "a duration such as 5s";
        case "seq": return "a number";
        default: return "a value";
    }
}

/** A wildcard pattern without repeated stars. */
export function takePattern(scanner, word, start) {
    if (byteLength(word) <= LIMITS.patternBytes) return word.replace(/\*+/g, "*");
    throw scanner.error(`the pattern is longer than ${LIMITS.patternBytes} bytes`, {
        at: start, length: [...word].length, expected: "at most 1 KiB with wildcards",
    });
}
