// A regex of a filter: searched for, in time linear in the text, and equal to what the server finds. Pure.
//
// JavaScript's own RegExp backtracks: a viewer's pattern could stop the page.

import { programOf } from "./regex-program.js";
import { RegexSearch } from "./regex-search.js";
import { OnlyServerKnows, parseRegex } from "./regex-syntax.js";

export class Regex {
    #search;

    /** Throws a RegexProblem where the server would refuse the pattern. */
    constructor(pattern, ignoresCase) {
        this.text = `/${pattern}/${ignoresCase ? "i" : ""}`;
        try {
            this.#search = new RegexSearch(programOf(parseRegex(pattern, ignoresCase)));
        } catch (reason) {
            if (!(reason instanceof OnlyServerKnows)) throw reason;
        }
    }

    /** False if only the server knows what the pattern means, or whether it means anything. */
    get isKnown() { return this.#search !== undefined; }

    finds(text) { return this.#search.finds(text); }
}
