// The line after the last row while the connection is away: what comes after it is not known.

import { fullTime } from "../parts/format.js";
import { h, icon, setText } from "../parts/parts-view.js";

export class EndRowView {
    #title = h("b");
    element = h("div", { class: "separator rows-end", hidden: true }, icon("unplug"), this.#title,
        h("span", { class: "wide" }, "rows go on here when the relay answers"));

    /** Answers whether the line came or went. */
    show(isShown, lastTime, zone) {
        if (this.element.hidden !== isShown) return false;
        this.element.hidden = !isShown;
        const time = lastTime ? fullTime(lastTime, zone).split(", ")[1].slice(0, "07:35:12.184".length) : "now";
        setText(this.#title, `Nothing known after ${time}`);
        return true;
    }
}
