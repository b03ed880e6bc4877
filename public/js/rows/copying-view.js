// Copying rows: in the form the reader chose last, or another from a menu.

import { copyText } from "../parts/clipboard.js";
import { h } from "../parts/parts-view.js";
import { FORMS, TIMES } from "../list/row-options.js";

export class CopyingView {
    #page;
    #menu;
    #choices;

    constructor({ page, menu, choices }) {
        this.#page = page;
        this.#menu = menu;
        this.#choices = choices;
    }

    /** Copies the rows that a selection touches, or the one at `index`. */
    async rows(index, words = "Row copied") {
        const choice = { ...this.#choices.copyChoice, zone: this.#page.views.settings.zone };
        const { text } = await this.#page.relay.ask("copy", { indexes: this.#selected ?? [index], choice });
        if (text !== "") await this.text(text, words);
    }

    async text(text, words) {
        this.#page.views.said.say(await copyText(text) ? words : "The browser did not allow copying");
    }

    /** The menu of forms; what is chosen holds from now on. */
    openMenu(rect, index) {
        const entry = (name, value, label, words) => ({
            label,
            isChecked: this.#choices.get(name) === value,
            act: () => {
                this.#choices.set(name, value);
                this.rows(index, words);
            },
        });
        const choose = (name, options) => Object.entries(options).map(
            ([value, label]) => entry(name, value, label, `Copied as ${label}`),
        );
        this.#menu.do("open", rect, {
            label: "Copy as",
            title: ["Copy as, also from now on with ", h("kbd", null, "y")],
            entries: [
                ...choose("copyForm", FORMS), undefined, ...choose("copyTime", TIMES), undefined,
                entry("hasColours", true, "With colour codes", "Copied with colour codes"),
                entry("hasColours", false, "Without colour codes", "Copied without colour codes"),
            ],
        });
    }

    /** Indexes of the rows that a selection of text touches; undefined if there is none. */
    get #selected() {
        const selection = getSelection();
        if (selection.isCollapsed) return undefined;
        const touched = this.#page.views.rows.shown.filter((view) => selection.containsNode(view.element, true));
        return touched.length > 0 ? touched.map(({ index }) => index) : undefined;
    }
}
