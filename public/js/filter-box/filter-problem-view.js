// Below the filter box: what is wrong with its text, or how it is understood.

import { h } from "../parts/parts-view.js";

export class FilterProblemView {
    #element;

    constructor(element) {
        this.#element = element;
    }

    /** Shows what `judge` says; nothing hides it. */
    show({ problem, hint, reading }) {
        this.#element.classList.toggle("is-hint", hint !== undefined);
        this.#element.hidden = problem === undefined && hint === undefined;
        const quiet = (...content) => h("span", { class: "quiet" }, ...content);
        if (problem) this.#element.replaceChildren(...problemParts(problem, quiet));
        else if (hint) {
            this.#element.replaceChildren(h("span", null, hint), quiet("Read as ", h("code", null, reading)));
        }
    }
}

function problemParts({ at, message, expected, suggestion }, quiet) {
    return [
        h("span", null, h("b", null, at === undefined ? "Not a filter yet: " : `Column ${at}: `), message),
        expected && quiet(`Expected ${expected}`),
        suggestion && quiet("Did you mean ", h("code", null, suggestion), "?"),
        quiet("The rows below still follow the last filter that worked."),
    ].filter(Boolean);
}
