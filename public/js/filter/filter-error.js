// What is wrong with a filter's text, and what one filter may hold. Pure. Words and numbers are the server's.

/** Bytes of the text; clauses, list values and switched-off clauses; nested parentheses; bytes of a pattern; … */
export const LIMITS = Object.freeze({
    textBytes: 8192, clauses: 64, depth: 16, patternBytes: 1024, pathSteps: 16, regexWeight: 4096,
});

export class FilterError extends Error {
    /**
     * `message` is what is wrong, without the place; `column` counts characters from 1; `length` is 0 at the end of the
     * text; `suggestion` is what to write instead, if that can be guessed. `isCertain` is false behind a part that only
     * the server can judge: it may name another place.
     */
    constructor({ message, column, length, expected, suggestion, isCertain = true }) {
        super(message);
        this.column = column;
        this.length = length;
        this.expected = expected;
        this.suggestion = suggestion;
        this.isCertain = isCertain;
    }

    /** One line for people. */
    get description() {
        const place = `column ${this.column}: ${this.message}; expected ${this.expected}`;
        return this.suggestion === undefined ? place : `${place}; did you mean ${this.suggestion}?`;
    }
}
