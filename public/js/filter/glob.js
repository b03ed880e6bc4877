// A pattern with `*` (any run) and `?` (any one character). Pure.

import { folded, hasCapital } from "./letters.js";

export class Glob {
    #parts;
    #beginsOpen;
    #endsOpen;
    #ignoresCase;

    /** `isAnchored`: the whole value must match; otherwise the pattern may match anywhere. */
    constructor(pattern, isAnchored) {
        this.#ignoresCase = !hasCapital(pattern);
        this.#parts = pattern.split("*").filter((text) => text !== "")
            .map((text) => new Part(this.#ignoresCase ? folded(text) : text));
        this.#beginsOpen = !isAnchored || pattern.startsWith("*");
        this.#endsOpen = !isAnchored || pattern.endsWith("*");
    }

    /** Takes each part at the first place it fits, which leaves the most room for the rest: no backtracking. */
    matches(written) {
        const text = this.#ignoresCase ? folded(written) : written;
        if (this.#parts.length === 0) return this.#beginsOpen || text === "";
        let at = 0;
        for (const [index, part] of this.#parts.entries()) {
            if (index === 0 && !this.#beginsOpen) {
                if (!part.standsAt(text, 0)) return false;
                at = part.end;
            } else if (index === this.#parts.length - 1 && !this.#endsOpen) {
                return part.endsText(text, at);
            } else {
                if (!part.standsIn(text, at)) return false;
                at = part.end;
            }
        }
        return this.#endsOpen || at === text.length;
    }
}

/** A text between stars. Its expression has a fixed number of characters, so it cannot backtrack. */
class Part {
    #anywhere;
    #here;
    #count;
    end = 0;

    constructor(text) {
        const source = text.replace(/[\\^$.|+()[\]{}\/]/g, "\\$&").replaceAll("?", "[^]");
        this.#anywhere = new RegExp(source, "gu");
        this.#here = new RegExp(source, "yu");
        this.#count = [...text].length;
    }

    standsIn(text, from) { return this.#find(this.#anywhere, text, from); }

    standsAt(text, from) { return this.#find(this.#here, text, from); }

    endsText(text, from) {
        let start = text.length;
        for (let count = 0; count < this.#count; count += 1) {
            if (start <= from) return false;
            start -= text.codePointAt(start - 2) > 0xffff ? 2 : 1;
        }
        return start >= from && this.standsAt(text, start) && this.end === text.length;
    }

    #find(expression, text, from) {
        expression.lastIndex = from;
        const isFound = expression.test(text);
        this.end = expression.lastIndex;
        return isFound;
    }
}
