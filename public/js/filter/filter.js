// One filter of the language: what the server answers for a stream, answered here for the rows this page has. Pure.

import { EventText } from "./event-text.js";
import { FilterError, LIMITS } from "./filter-error.js";
import { byteLength, characters } from "./letters.js";
import { parse } from "./parser.js";
import { asksAbout, asksAboutStream, clauseTest, EXEMPTIONS, isExempt, testOf } from "./plan.js";
import { canonicalText, clauseText, EVERYTHING, explanation, simplified } from "./tree.js";

export { FilterError } from "./filter-error.js";

export class Filter {
    /** What is probably not meant as it was written: AND and OR mixed without parentheses, and the like. */
    hint;
    /** `since: until: around:`, which are no part of the predicate. */
    bounds;
    /** The text form that all spellings share, without time bounds. */
    canonical;
    #root;
    #written;
    #hasUnknown;
    #clauses;
    #test;

    /** Throws a FilterError. */
    constructor(text) {
        const { tree, hint, bounds, hasUnknown } = parse(text.toWellFormed());
        this.hint = hint;
        this.bounds = bounds;
        this.#written = tree;
        this.#hasUnknown = hasUnknown;
        this.#root = simplified(tree) ?? EVERYTHING;
        this.#clauses = clausesOf(this.#root);
        this.canonical = canonicalText(this.#root);
        const bytes = byteLength(this.canonical);
        if (bytes > LIMITS.textBytes) {
            throw new FilterError({
                message: `the filter is ${bytes} bytes long with its quotes and escapes`, column: 1,
                length: characters(text).length, expected: `at most ${LIMITS.textBytes} bytes`,
            });
        }
    }

    get isEverything() { return this.canonical === ""; }

    /** How the filter is understood, with every bracket. */
    get explanation() { return explanation(this.#written); }

    /** False where only the server can tell: which streams an event is in, and regexes that are not known here. */
    get isAnswerable() {
        return !this.#hasUnknown && !this.#clauses.some(asksAboutStream);
    }

    /** Whether every event that passes this filter passes the other one: this one only adds conditions to it. */
    narrows(other) {
        const own = new Set(conditionsOf(this.#root));
        return conditionsOf(other.#root).every((condition) => own.has(condition))
            && this.#exempt.every((exemption) => other.#exempt.includes(exemption));
    }

    /** Whether an event passes; `text` is its JSON, `streams` the streams it is in beside `all`. */
    matches(text, streams = []) {
        if (this.isEverything) return true;
        this.#test ??= this.#makeTest();
        return this.#test(new EventText(text), streams);
    }

    /**
     * What each clause says about an event, in the order of the canonical text: `{ clause, outcome, type }` with the
     * outcome "holds", "fails" or "missing" and how the value was compared.
     */
    outcomes(text, streams = []) {
        const event = new EventText(text);
        return this.#clauses.map((clause) => {
            let type;
            const watch = (check) => ({
                isPresence: check.isPresence,
                holds: (operand) => {
                    type = "level";
                    return check.holds(operand);
                },
                passes: (value, kind) => {
                    type = check.used(value, kind);
                    return check.passes(value, kind);
                },
            });
            const outcome = clauseTest(clause, watch).outcome(event, streams);
            return { clause: clauseText(clause), outcome, type: outcome === "missing" ? undefined : type };
        });
    }

    /** What passes although the clauses say no: nobody asked about it. */
    get #exempt() {
        return EXEMPTIONS.filter((exemption) => !this.#clauses.some((clause) => asksAbout(exemption, clause)));
    }

    #makeTest() {
        const test = testOf(this.#root);
        const exempt = this.#exempt;
        if (exempt.length === 0) return test;
        return (event, streams) => test(event, streams) || exempt.some((exemption) => isExempt(event, exemption));
    }
}

/** What must hold at the top, as canonical texts. */
function conditionsOf(root) {
    return root.kind === "and" ? root.operands.map(canonicalText) : [canonicalText(root)];
}

function clausesOf(tree) {
    if (tree.kind === "clause") return [tree];
    return tree.kind === "not" ? clausesOf(tree.inner) : tree.operands.flatMap(clausesOf);
}
