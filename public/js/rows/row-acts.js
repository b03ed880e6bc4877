// What a reader does with one row: looks at its details, copies it, edits the filter by its values.

import { copyText } from "../parts/clipboard.js";

export class RowActs {
    #views;
    #editFilter;
    #hold;

    /** `editFilter(text)` applies a filter, `hold(reason)` holds the rows. */
    constructor(views, { editFilter, hold }) {
        this.#views = views;
        this.#editFilter = editFilter;
        this.#hold = hold;
    }

    openDetails() {
        const { details, rows } = this.#views;
        if (rows.isEmpty) return;
        const index = rows.current;
        this.#hold("details");
        rows.focus(index);
        details.open({ isAgain: index === details.index });
    }

    /** Closes the details, or lets go of selection and focus. */
    escape() {
        const { details, rows } = this.#views;
        if (details.isOpen) return details.close();
        getSelection().removeAllRanges();
        rows.unfocus();
        return undefined;
    }

    async actedInDetails(what) {
        const { details, filter } = this.#views;
        if (what.close) details.close();
        const { EDITS } = await import("./value-filter.js");
        for (const name of ["include", "exclude", "only"]) {
            if (what[name]) this.#editFilter(EDITS[name](filter.text, { field: what[name][0], value: what[name][1] }));
        }
        if (what.exists) this.#editFilter(EDITS.exists(filter.text, { field: what.exists }));
    }

    async copy(text, words) {
        this.#views.said.say(await copyText(text) ? words : "The browser did not allow copying");
    }
}
