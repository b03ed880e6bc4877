// What a reader does with one row: looks at its details, copies it, includes and excludes its values.

import { copyText } from "../parts/clipboard.js";
import { exclude, include } from "../filter-box/filter-text.js";

export class RowActs {
    #views;
    #relay;
    #editFilter;
    #hold;

    /** `editFilter(text)` applies a filter, `hold(reason)` holds the rows. */
    constructor(views, { relay, editFilter, hold }) {
        this.#views = views;
        this.#relay = relay;
        this.#editFilter = editFilter;
        this.#hold = hold;
    }

    openDetails() {
        const { details, rows } = this.#views;
        if (rows.isEmpty) return;
        const index = rows.current;
        this.#hold("details");
        rows.focus(index);
        details.open();
    }

    /** Closes the details, or lets go of selection and focus. */
    escape() {
        const { details, rows } = this.#views;
        if (details.isOpen) return details.close();
        getSelection().removeAllRanges();
        rows.unfocus();
        return undefined;
    }

    actedInDetails(what) {
        const { details, filter } = this.#views;
        if (what.include) this.#editFilter(include(filter.text, ...what.include));
        if (what.exclude) this.#editFilter(exclude(filter.text, ...what.exclude));
        if (what.copy !== undefined) this.copy(what.copy, "Copied");
        if (what.close) details.close();
    }

    async copyRow() {
        const { event } = await this.#relay.ask("event", { index: this.#views.rows.current });
        if (event) await this.copy(event.line, "Row copied");
    }

    async copy(text, words) {
        this.#views.said.say(await copyText(text) ? words : "The browser did not allow copying");
    }
}
