// The text of a filter while it is read: letters, where one is, and errors that name a place. Pure.

import { FilterError, LIMITS } from "./filter-error.js";
import { characters, isSpace } from "./letters.js";

export const OR = ["OR", "or", "||"];
export const AND = ["AND", "and", "&&"];
export const NOT = ["NOT", "not"];

export class Scanner {
    index = 0;
    depth = 0;
    hint;
    bounds = {};
    /** Where the first `since: until: around:` stands; nothing but more of them may follow. */
    boundsStart;
    /** A regex came that only the server can judge: an error behind it may not be the first one. */
    hasUnknown = false;
    #clauses = 0;

    constructor(text) {
        this.letters = [...text];
    }

    get isAtEnd() { return this.index >= this.letters.length; }

    peek(offset = 0) { return this.letters[this.index + offset]; }

    text(from, to) { return this.letters.slice(from, to).join(""); }

    skipSpace() {
        while (!this.isAtEnd && isSpace(this.peek())) this.index += 1;
    }

    wordEnd(from) {
        let end = from;
        while (end < this.letters.length && !endsWord(this.letters[end])) end += 1;
        return end;
    }

    isAt(position, word) {
        return [...word].every((letter, offset) => this.letters[position + offset] === letter);
    }

    /** The keyword that stands here as a word of its own; `||` needs no space around it. */
    keyword(words) {
        return words.find((word) => this.isAt(this.index, word)
            && (word === "||" || this.wordEnd(this.index) === this.index + word.length));
    }

    /** True where no operand can begin: at the end, at `)` and at OR. */
    get isAtOperandEnd() {
        return this.isAtEnd || this.peek() === ")" || this.keyword(OR) !== undefined;
    }

    column(at) {
        return characters(this.text(0, at)).length + 1;
    }

    error(message, { at = this.index, length, expected, suggestion }) {
        const start = Math.min(at, this.letters.length);
        return new FilterError({
            message, column: this.column(start), length: characters(this.text(start, start + length)).length, expected,
            suggestion, isCertain: !this.hasUnknown,
        });
    }

    pipeError(at) {
        return this.error("pipes come later", {
            at, length: 1, expected: "a filter without \"|\"",
            suggestion: "OR between alternatives, or quotes around text that holds \"|\"",
        });
    }

    boundsError(start) {
        const end = this.wordEnd(start);
        return this.error(`${this.text(start, end)} is a time range, not a condition`, {
            at: start, length: end - start, expected: "time ranges at the end of the filter, outside parentheses",
        });
    }

    suggest(hint) {
        this.hint ??= hint;
    }

    countClause(start) {
        this.#clauses += 1;
        if (this.#clauses <= LIMITS.clauses) return;
        throw this.error(`the filter has more than ${LIMITS.clauses} clauses`, {
            at: start, length: this.index - start, expected: `at most ${LIMITS.clauses}, list values included`,
        });
    }
}

/** True for what no bare word can hold. */
export function endsWord(letter) {
    return letter === "(" || letter === ")" || letter === "\"" || letter === "|" || isSpace(letter);
}
