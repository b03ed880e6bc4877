// The line before the first row: since when there are rows here, and a way to older ones.

import { clock, zoneName } from "../parts/format.js";
import { h, setText } from "../parts/parts-view.js";

export class StartRowView {
    element;
    #since = h("span", { class: "wide num" });
    #button;

    constructor(loadOlder) {
        this.#button = h("button", { type: "button", click: loadOlder });
        this.element = h(
            "div", { class: "separator rows-start" }, this.#since, h("span", { class: "end" }, this.#button),
        );
    }

    /** `start` is what the worker says of the list. */
    show({ rows, time, hasOlder, isFull, isLoading, edge }, zone) {
        this.element.hidden = rows === 0;
        const end = hasOlder ? "this page keeps no more rows" : edge ?? "nothing older in the log matches";
        const canLoad = isLoading || (hasOlder && !isFull);
        const at = clock(time, zone);
        const since = at && `First row here: ${at.day}, ${at.second} ${zoneName(zone)}`;
        const words = [since, !canLoad && end].filter(Boolean);
        setText(this.#since, words.join(" \u00b7 "));
        setText(this.#button, isLoading ? "Loading" : "Load older");
        this.#button.hidden = !canLoad;
        this.#button.disabled = isLoading;
    }
}
