// Coloured terms, independent of the filter; what shows them comes with the first one.

import { Later } from "../parts/later.js";
import { addStyles } from "../parts/styles.js";

export class HighlightsPart {
    commands = { nextMatch: () => this.#chips.do("jump", 1), previousMatch: () => this.#chips.do("jump", -1) };
    #chips;

    /** `page` is { relay, views, acts, signal }. */
    constructor(page) {
        this.#chips = new Later(async () => {
            const [{ ChipsView }] = await Promise.all([import("./chips-view.js"), addStyles("highlights")]);
            return new ChipsView(page);
        });
        page.acts.highlight = (text) => this.#chips.do("add", text);
        if (hasTerms()) this.#chips.do("refresh");
    }

    show(view) {
        this.#chips.view?.follow(view);
    }
}

/** Whether this tab had terms before it was loaded again. */
function hasTerms() {
    try {
        return Boolean(globalThis.sessionStorage.getItem("tailrace.highlights"));
    } catch {
        return false;   // forbidden by the browser's settings
    }
}
