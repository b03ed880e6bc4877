// The filter box: text that is coloured as it is typed, applied after a short pause, and explained in place when the
// server does not understand it. Typing never clears the rows.

import { lex } from "./filter-lexer.js";
import { count } from "./format.js";
import { h, setText } from "./parts-view.js";

/** Long enough that a word typed at speed is one filter, short enough to feel immediate. */
const APPLY_AFTER_MS = 150;

/** Counters change at most this often, so that they can be read. */
const COUNT_EVERY_MS = 250;

export class FilterBar {
    #root;
    #input;
    #colours;
    #problem;
    #count;
    #clear;
    #apply;
    #timer;
    #error;
    #countedAt = 0;

    /** `apply(text, isFinal)` is called with a changed text; isFinal when the reader pressed Enter or a button. */
    constructor({ root, input, colours, problem, count: countElement, clear }, { apply, signal }) {
        this.#root = root;
        this.#input = input;
        this.#colours = colours;
        this.#problem = problem;
        this.#count = countElement;
        this.#clear = clear;
        this.#apply = apply;
        this.#listen(signal);
        this.#paint();
    }

    get text() { return this.#input.value; }

    /** Shows a text that came from elsewhere: the address, a button. */
    show(text) {
        clearTimeout(this.#timer);
        if (this.#input.value !== text) this.#input.value = text;
        this.#paint();
    }

    focus() {
        this.#input.focus();
        this.#input.select();
    }

    /** The server's answer to a filter: what is wrong with it, or undefined when it is in use. */
    showError(error) {
        this.#error = error;
        this.#paint();
    }

    showCounts({ matched, seen }, now) {
        if (now - this.#countedAt < COUNT_EVERY_MS) return;
        this.#countedAt = now;
        if (this.#count.childNodes.length === 0) this.#count.append(h("b"), h("span", { class: "of" }));
        setText(this.#count.firstChild, count(matched));
        setText(this.#count.lastChild, ` of ${count(seen)}`);
        this.#count.title = `${count(matched)} events matched of ${count(seen)} looked at since this filter was set`;
    }

    #listen(signal) {
        const input = this.#input;
        input.addEventListener("input", (event) => this.#typed(event), { signal });
        input.addEventListener("compositionend", (event) => this.#typed(event), { signal });
        input.addEventListener("scroll", () => this.#scroll(), { signal });
        input.addEventListener("keydown", (event) => this.#pressed(event), { signal });
        this.#clear.addEventListener("click", () => {
            this.show("");
            this.#apply("", true);
            input.focus();
        }, { signal });
    }

    #typed(event) {
        this.#paint();
        clearTimeout(this.#timer);
        if (event.isComposing) return;
        this.#timer = setTimeout(() => this.#apply(this.text, false), APPLY_AFTER_MS);
    }

    #pressed(event) {
        if (event.key !== "Enter" || event.isComposing) return;
        clearTimeout(this.#timer);
        this.#apply(this.text, true);
    }

    #paint() {
        const text = this.text;
        const bad = this.#error?.filter === text ? badRange(text, this.#error) : undefined;
        this.#root.classList.toggle("is-invalid", bad !== undefined);
        this.#input.setAttribute("aria-invalid", String(bad !== undefined));
        this.#clear.hidden = text === "";
        this.#colours.replaceChildren(...coloured(text, bad));
        this.#scroll();
        if (bad) this.#explain();
        else if (!this.#error || text === "") this.#problem.hidden = true;
    }

    #explain() {
        const { at, message, expected, suggestion } = this.#error;
        this.#problem.replaceChildren(...[
            h("span", null, h("b", null, at === undefined ? "Not a filter yet: " : `Column ${at}: `), message),
            expected && h("span", { class: "quiet" }, `Expected ${expected}`),
            suggestion && h("span", { class: "quiet" }, "Did you mean ", h("code", null, suggestion), "?"),
            h("span", { class: "quiet" }, "The rows below still follow the last filter that worked."),
        ].filter(Boolean));
        this.#problem.hidden = false;
    }

    #scroll() {
        this.#colours.style.setProperty("transform", `translateX(${-this.#input.scrollLeft}px)`);
    }
}

/** The part of the text that an error names, in UTF-16 units; columns count characters from 1. */
function badRange(text, { at, length }) {
    if (at === undefined) return { from: text.length, to: text.length };
    const letters = [...text];
    const from = letters.slice(0, at - 1).join("").length;
    return { from, to: from + letters.slice(at - 1, at - 1 + Math.max(1, length ?? 1)).join("").length };
}

function coloured(text, bad) {
    const spans = lex(text).flatMap(({ kind, from, to }) => cutAt({ from, to }, bad).map((part) => {
        const isBad = bad && part.from >= bad.from && part.to <= bad.to && bad.to > bad.from;
        return h("span", { class: `q-${kind}${isBad ? " q-bad" : ""}` }, text.slice(part.from, part.to));
    }));
    if (bad && bad.from >= text.length) spans.push(h("span", { class: "q-bad" }, "\u00a0\u00a0"));
    return spans;
}

function cutAt({ from, to }, bad) {
    const cuts = [from, ...(bad ? [bad.from, bad.to] : []).filter((at) => at > from && at < to), to];
    return cuts.slice(1).map((end, at) => ({ from: cuts[at], to: end }));
}
