// Quoted text and regexes in a filter. Pure.

import { FilterError, LIMITS } from "./filter-error.js";
import { byteLength, isSpace } from "./letters.js";
import { regexWeight } from "./regex-budget.js";
import { Regex } from "./regex.js";
import { RegexProblem } from "./regex-syntax.js";

const ESCAPES = { "\"": "\"", "\\": "\\", n: "\n", r: "\r", t: "\t" };

/** At `"` or `'`; ends behind the closing one. */
export function takeQuoted(scanner) {
    const start = scanner.index;
    const quote = scanner.peek();
    scanner.index += 1;
    let text = "";
    while (!scanner.isAtEnd) {
        const next = scanner.peek();
        scanner.index += 1;
        if (next === quote) return text;
        text += next === "\\" && quote === "\"" ? takeEscaped(scanner) : next;
    }
    throw scanner.error(`the quote ${quote} in column ${scanner.column(start)} is not closed`, {
        at: start, length: scanner.index - start, expected: `a closing ${quote}`,
    });
}

/** Behind a backslash inside `"…"`. */
function takeEscaped(scanner) {
    const next = scanner.peek();
    if (next === undefined) throw scanner.error("the quote is not closed", { length: 0, expected: "a closing \"" });
    scanner.index += 1;
    if (Object.hasOwn(ESCAPES, next)) return ESCAPES[next];
    throw scanner.error(`unknown escape \\${next}`, {
        at: scanner.index - 2, length: 2, expected: "\\\" \\\\ \\n \\r or \\t",
        suggestion: "'…', where a backslash is only a backslash",
    });
}

/** The quoted text at the scanner's place and where it ends, without moving; undefined if it is not closed. */
export function quotedAhead(scanner) {
    const start = scanner.index;
    try {
        return { text: takeQuoted(scanner), end: scanner.index };
    } catch (error) {
        if (error instanceof FilterError) return undefined;
        throw error;
    } finally {
        scanner.index = start;
    }
}

/**
 * Where the regex that begins here ends: its closing slash, and behind its flag; undefined for text such as `/api/v1`.
 *
 * The next slash that is neither escaped nor inside `[ ]` must be the last character of the word. A parenthesis that
 * closes more than the regex opened ends the search, so that `(path:/api OR x/)` stays text.
 */
export function regexEnd(scanner) {
    const { letters } = scanner;
    if (scanner.peek() !== "/") return undefined;
    let depth = 0;
    let isInClass = false;
    for (let at = scanner.index + 1; at < letters.length; at += 1) {
        const letter = letters[at];
        if (letter === "\\") at += 1;
        else if (letter === "]") isInClass = false;
        else if (isInClass) continue;
        else if (letter === "[") {
            isInClass = true;
            if (letters[at + 1] === "^") at += 1;
            // A bracket that closes at once is a member: `[]a]`.
            if (letters[at + 1] === "]") at += 1;
        } else if (letter === "(") depth += 1;
        else if (letter === ")") {
            depth -= 1;
            if (depth < 0) return undefined;
        } else if (letter === "/") return closedAt(scanner, at);
    }
    return undefined;
}

function closedAt(scanner, slash) {
    const { letters } = scanner;
    const end = slash + (letters[slash + 1] === "i" || letters[slash + 1] === "I" ? 2 : 1);
    if (slash <= scanner.index + 1) return undefined;
    const isWordEnd = end >= letters.length || letters[end] === ")" || isSpace(letters[end]);
    return isWordEnd ? { slash, end } : undefined;
}

/** Reads the regex whose end is known; ends behind it. */
export function takeRegex(scanner, { slash, end }) {
    const start = scanner.index + 1;
    const pattern = scanner.text(start, slash);
    const fail = (message, expected, at = start, length = slash - start) => {
        throw scanner.error(message, { at, length, expected });
    };
    if (byteLength(pattern) > LIMITS.patternBytes) {
        fail(`the regex is longer than ${LIMITS.patternBytes} bytes`, "at most 1 KiB");
    }
    if (pattern.includes("\0")) fail("a regex cannot hold a NUL", "\\x00 for it");
    if (regexWeight(pattern) > LIMITS.regexWeight) {
        fail("the regex repeats too much: its bounded repeats {n,m} unroll to too many states",
            "smaller bounds, or * and +");
    }
    try {
        const regex = new Regex(pattern, end > slash + 1);
        scanner.hasUnknown ||= !regex.isKnown;
        return regex;
    } catch (problem) {
        if (!(problem instanceof RegexProblem)) throw problem;
        const place = problem.at === undefined ? [start, slash - start] : [start + problem.at, 1];
        return fail(`wrong regex: ${problem.message}`,
            "a regex without look-around and back-references (they cannot be searched in linear time)", ...place);
    } finally {
        scanner.index = end;
    }
}
