// The filter box: text that is coloured as it is typed, and after a short pause applied, or explained in place when it
// is no filter. Typing never clears the rows.

import { FilterProblemView } from "./filter-problem-view.js";
import { coloured } from "./filter-colours-view.js";
import { badRange, filterLanguage, isReadable, judge } from "./language.js";
import { count } from "../parts/format.js";
import { h, setText } from "../parts/parts-view.js";

/** Long enough that a word typed at speed is one filter, short enough to feel immediate. */
const APPLY_AFTER_MS = 150;

/** Counters change at most this often, so that they can be read. */
const COUNT_EVERY_MS = 250;

export class FilterBar {
    /** Matched and all events per second, as words. */
    rates;
    #root;
    #input;
    #colours;
    #problem;
    #count;
    #clear;
    #apply;
    #assistant;        // completes, remembers, highlights: see FilterPart
    #timer;
    #refused;          // what the relay found wrong, with the text it is about
    #accepted;         // the text of the filter in use
    #settled;          // the text as it was when typing last paused
    #countedAt = 0;

    /** `apply(text, isFinal)` is called with a changed text; isFinal when the reader pressed Enter or a button. */
    constructor({ root, input, colours, problem, count: countElement, clear }, { apply, signal }) {
        this.#root = root;
        this.#input = input;
        this.#colours = colours;
        this.#problem = new FilterProblemView(problem);
        this.#count = countElement;
        this.#clear = clear;
        this.#apply = apply;
        this.#listen(signal);
        this.#paint();
    }

    get text() { return this.#input.value; }
    get root() { return this.#root; }
    get input() { return this.#input; }

    /**
     * `assistant` is asked first about keys, and told what was typed and settled on: { pressed(event) => whether it was
     * for it, typed(), settled(text) }.
     */
    assist(assistant) {
        this.#assistant = assistant;
    }

    /** The text was changed by the assistant: as if it had been typed; half a clause is not applied. */
    changed(isWhole = true) {
        this.#typed({ isComposing: !isWhole });
    }

    /** Runs the text now. */
    run() {
        clearTimeout(this.#timer);
        this.#settle();
        this.#apply(this.text, true);
        this.#assistant?.settled(this.text);
    }

    /** Shows a text that came from elsewhere: the address, a button. */
    show(text) {
        clearTimeout(this.#timer);
        if (this.#input.value !== text) this.#input.value = text;
        this.#settle();
    }

    focus() {
        this.#input.focus();
        this.#input.select();
    }

    /** The relay's answer: the filter in use, and what is wrong with another one that was asked for. */
    showLens({ filter, error }) {
        this.#accepted = filter;
        this.#refused = error;
        this.#paint();
    }

    showCounts({ matched, seen }, now) {
        if (now - this.#countedAt < COUNT_EVERY_MS) return;
        this.#countedAt = now;
        if (this.#count.childNodes.length === 0) this.#count.append(h("b"), h("span", { class: "of" }));
        setText(this.#count.firstChild, count(matched));
        setText(this.#count.lastChild, ` of ${count(seen)}`);
        const rates = this.rates ? `; ${this.rates} now` : "";
        this.#count.title = `${count(matched)} events matched of ${count(seen)} looked at since this filter was set${rates}`;
    }

    #listen(signal) {
        const input = this.#input;
        input.addEventListener("input", (event) => {
            this.#typed(event);
            if (!event.isComposing) this.#assistant?.typed();
        }, { signal });
        input.addEventListener("compositionend", (event) => this.#typed(event), { signal });
        input.addEventListener("scroll", () => this.#scroll(), { signal });
        input.addEventListener("keydown", (event) => this.#pressed(event), { signal });
        this.#clear.addEventListener("click", () => {
            this.show("");
            this.run();
            input.focus();
        }, { signal });
    }

    #typed(event) {
        this.#paint();
        clearTimeout(this.#timer);
        if (event.isComposing) return;
        this.#timer = setTimeout(() => {
            this.#settle();
            this.#apply(this.text, false);
        }, APPLY_AFTER_MS);
    }

    #pressed(event) {
        if (event.isComposing || this.#assistant?.pressed(event)) return;
        if (event.key === "Enter") this.run();
    }

    #settle() {
        this.#settled = this.text;
        this.#paint();
    }

    /** Half a word is not wrong: only when typing pauses is anything said about the text. */
    #paint() {
        const text = this.text;
        const isJudged = text === this.#settled;
        if (isJudged && !isReadable(text)) filterLanguage().then(() => this.#paint(), () => undefined);
        const verdict = isJudged ? judge(text, { refused: this.#refused, accepted: this.#accepted }) : {};
        const bad = verdict.problem && badRange(text, verdict.problem);
        this.#root.classList.toggle("is-invalid", bad !== undefined);
        this.#input.setAttribute("aria-invalid", String(bad !== undefined));
        this.#clear.hidden = text === "";
        this.#colours.replaceChildren(...coloured(text, bad));
        this.#scroll();
        this.#problem.show(verdict);
    }

    /** Asking how far an empty box is scrolled would lay out the page. */
    #scroll() {
        const left = this.text === "" ? 0 : this.#input.scrollLeft;
        this.#colours.style.setProperty("transform", `translateX(${-left}px)`);
    }
}
