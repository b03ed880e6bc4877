// The text of a regex while it is read. Pure.

/** What the server's engine would say about a wrong pattern; `at` counts characters, none if it concerns all of it. */
export class RegexProblem extends Error {
    constructor(message, at) {
        super(message);
        this.at = at;
    }
}

/** A pattern that the server may take, with a meaning that is not known here. */
export class OnlyServerKnows extends Error {}

const CONTROL = { t: 0x09, n: 0x0a, r: 0x0d, f: 0x0c, e: 0x1b, a: 0x07 };

export class RegexReader {
    at = 0;
    groups = 0;
    isDotAll = false;
    /** What the server's engine reads and then refuses, by its words. */
    unsupported = new Set();
    #letters;

    constructor(pattern, ignoresCase) {
        this.#letters = [...pattern];
        this.ignoresCase = ignoresCase;
    }

    get isAtEnd() { return this.at >= this.#letters.length; }

    peek(offset = 0) { return this.#letters[this.at + offset]; }

    next() {
        this.at += 1;
        return this.#letters[this.at - 1];
    }

    rest(offset = 0) { return this.#letters.slice(this.at + offset).join(""); }

    setFlags(letters, isOn) {
        if (letters.includes("i")) this.ignoresCase = isOn;
        if (letters.includes("s")) this.isDotAll = isOn;
    }

    /** Behind a backslash: the character that is meant. */
    escapedCode() {
        const rest = this.rest();
        const hex = /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest);
        if (hex) {
            const code = Number.parseInt(hex[1] ?? hex[2], 16);
            if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) this.leaveToServer();
            this.at += hex[0].length;
            return code;
        }
        const letter = this.next();
        if (Object.hasOwn(CONTROL, letter)) return CONTROL[letter];
        if (!/^[\x20-\x7e]$/.test(letter) || /^[0-9A-Za-z]$/.test(letter)) this.leaveToServer();
        return letter.codePointAt(0);
    }

    leaveToServer() {
        throw new OnlyServerKnows();
    }
}
