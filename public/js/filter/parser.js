// Reads a filter's text by recursive descent; the limits bound every recursion. Pure.
//
// query = [ or ] ;  or = and , { OR , and } ;  and = not , { [ AND ] , not } ;  not = [ "-" | "!" | NOT ] , atom ;
// atom  = "(" , or , ")" | "#(" , or , ")" | clause | text ;

import { takeClause } from "./clauses.js";
import { FilterError, LIMITS } from "./filter-error.js";
import { byteLength, characters, isDigit, isSpace } from "./letters.js";
import { AND, NOT, OR, Scanner } from "./scanner.js";
import { takeTimeBound } from "./time-bounds.js";
import { and, EVERYTHING, not, off, or } from "./tree.js";

/**
 * The tree as written, with what was read beside it: `{ tree, hint, bounds, boundsStart, hasUnknown }`. Operands have
 * their `place` in the text, clauses and lists the place of their `value` too: { from, to } in code points. Throws a
 * FilterError.
 */
export function parse(text) {
    const bytes = byteLength(text);
    if (bytes > LIMITS.textBytes) {
        throw new FilterError({
            message: `the filter is ${bytes} bytes long`, column: 1, length: characters(text).length,
            expected: `at most ${LIMITS.textBytes} bytes`,
        });
    }
    const scanner = new Scanner(text);
    const tree = query(scanner);
    const { hint, bounds, boundsStart, hasUnknown } = scanner;
    return { tree, hint, bounds, boundsStart, hasUnknown };
}

function query(scanner) {
    scanner.skipSpace();
    if (scanner.isAtEnd) return EVERYTHING;
    const tree = alternatives(scanner);
    if (scanner.isAtEnd) return tree;
    throw scanner.error("nothing is open that \")\" could close", { length: 1, expected: "a clause or the end" });
}

function alternatives(scanner) {
    const found = [];
    let isMixed = false;
    for (;;) {
        const operands = conjunction(scanner, found.length === 0);
        isMixed ||= operands.length > 1;
        found.push(operands.length === 1 ? operands[0] : and(operands));
        const word = scanner.keyword(OR);
        if (word === undefined) break;
        if (scanner.boundsStart !== undefined) throw scanner.boundsError(scanner.boundsStart);
        if (operands.length === 0) throw missingBefore(scanner, word);
        scanner.index += word.length;
    }
    if (found.length > 1 && isMixed) {
        scanner.suggest("AND binds tighter than OR; write parentheses to say which belong together");
    }
    return found.length === 1 ? found[0] : or(found);
}

/** The operands; none only where the query is nothing but time bounds. */
function conjunction(scanner, isFirst) {
    const operands = [];
    let isWanted = !isFirst || scanner.depth > 0;
    for (;;) {
        scanner.skipSpace();
        if (scanner.isAtOperandEnd) break;
        const word = scanner.keyword(AND);
        if (word !== undefined) {
            if (operands.length === 0 || isWanted) throw missingBefore(scanner, word);
            scanner.index += word.length;
            isWanted = true;
            continue;
        }
        if (takeTimeBound(scanner, isWanted && operands.length === 0)) {
            isWanted = false;
            continue;
        }
        if (scanner.boundsStart !== undefined) throw scanner.boundsError(scanner.boundsStart);
        operands.push(negation(scanner));
        isWanted = false;
    }
    if (isWanted) throw missingHere(scanner);
    return operands;
}

function negation(scanner) {
    const start = scanner.index;
    return placed(scanner, start, signed(scanner));
}

function placed(scanner, start, node) {
    node.place = { from: start, to: scanner.index };
    return node;
}

function signed(scanner) {
    const word = scanner.keyword(NOT);
    if (word !== undefined) return negatedByWord(scanner, word);
    const sign = scanner.peek();
    if (sign !== "-" && sign !== "!") return atom(scanner);
    const next = scanner.peek(1);
    // `--verbose`, `->` and `!!` are what programs print; nobody means them as negations.
    if (next === sign || (sign === "-" && next === ">")) return atom(scanner);
    if (sign === "!" && next === "=") {
        throw scanner.error(
            "!= has no field before it", { length: 2, expected: "field!=value without spaces" });
    }
    if (next === undefined || isSpace(next) || next === ")") {
        throw scanner.error(`"${sign}" stands alone`, {
            length: 1, expected: "what it excludes directly behind it",
            suggestion: `"${sign}" in quotes to search for it`,
        });
    }
    scanner.index += 1;
    if (next === "-" || next === "!") {
        throw scanner.error(`"${sign}${next}" negates twice`, { length: 1, expected: "one \"-\" or \"!\"" });
    }
    if (isDigit(next)) {
        scanner.suggest("a leading - excludes; write \"-1\" in quotes to search for a negative number");
    }
    return not(atom(scanner));
}

function negatedByWord(scanner, word) {
    const start = scanner.index;
    scanner.index += word.length;
    scanner.skipSpace();
    if (scanner.isAtOperandEnd || scanner.keyword(AND) !== undefined) {
        throw scanner.error(`${word} has nothing to negate`, {
            at: start, length: word.length, expected: `a clause after ${word}`,
            suggestion: `"${word}" to search for the word`,
        });
    }
    const sign = scanner.peek();
    if ((sign === "-" || sign === "!") && scanner.peek(1) !== sign) {
        throw scanner.error(`${word} ${sign} negates twice`, { length: 1, expected: "a clause" });
    }
    return not(atom(scanner));
}

function atom(scanner) {
    return placed(scanner, scanner.index, group(scanner) ?? single(scanner));
}

function single(scanner) {
    if (scanner.peek() === "|") throw scanner.pipeError();
    const start = scanner.index;
    const clause = takeClause(scanner);
    scanner.countClause(start);
    return clause;
}

function group(scanner) {
    if (scanner.peek() === "(") return enclosed(scanner, 1);
    return scanner.peek() === "#" && scanner.peek(1) === "(" ? off(enclosed(scanner, 2)) : undefined;
}

function enclosed(scanner, opening) {
    const start = scanner.index;
    scanner.depth += 1;
    if (scanner.depth > LIMITS.depth) {
        throw scanner.error(`parentheses nest deeper than ${LIMITS.depth}`, {
            length: 1, expected: `at most ${LIMITS.depth} levels`,
        });
    }
    scanner.index += opening;
    const tree = alternatives(scanner);
    if (scanner.peek() !== ")") {
        throw scanner.error(
            `"(" in column ${scanner.column(start)} is not closed`, { length: 0, expected: "\")\"" });
    }
    scanner.index += 1;
    scanner.depth -= 1;
    return tree;
}

function missingBefore(scanner, word) {
    return scanner.error(`${word} has nothing before it`, {
        length: word.length, expected: `a clause before ${word}`, suggestion: `"${word}" to search for the word`,
    });
}

function missingHere(scanner) {
    const word = scanner.keyword(OR);
    if (word !== undefined) return missingBefore(scanner, word);
    const length = scanner.peek() === ")" ? 1 : 0;
    return scanner.error("a clause is missing", { length, expected: "a word, a field:value or \"(\"" });
}
