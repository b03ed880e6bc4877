// The line after the last row: what there is to say about what comes after it.

import { h, icon, setText } from "../parts/parts-view.js";

export class EndRowView {
    #sign = h("span");
    #title = h("b");
    #facts = h("span", { class: "wide num" });
    #button;
    #symbol;
    element;

    /** `act` is called when the reader presses the action of the line. */
    constructor(act) {
        this.#button = h("button", { type: "button", hidden: true, click: act });
        this.element = h(
            "div", { class: "separator rows-end", hidden: true },
            this.#sign, this.#title, this.#facts, h("span", { class: "end" }, this.#button),
        );
    }

    /** Shows `{ symbol, title, facts, action }`, nothing for undefined. Answers whether the line came or went. */
    show(words) {
        const isShown = words !== undefined;
        const hasChanged = this.element.hidden === isShown;
        this.element.hidden = !isShown;
        if (!isShown) return hasChanged;
        const { symbol, title, facts = "", action } = words;
        if (symbol !== this.#symbol) this.#sign.replaceChildren(icon(symbol));
        this.#symbol = symbol;
        setText(this.#title, title);
        setText(this.#facts, facts);
        setText(this.#button, action ?? "");
        this.#button.hidden = action === undefined;
        return hasChanged;
    }
}
