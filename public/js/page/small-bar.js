// The bar at the bottom of a small screen: what a keyboard does elsewhere.

import { h, icon, showPopover } from "../parts/parts-view.js";

export class SmallBar {
    #hold;
    #isHeld;

    /** Each action is called without arguments; `menu` answers the entries [symbol, label, action] of "More". */
    constructor(root, popover, { toggleHold, previousError, filter, menu }) {
        this.#hold = action("hold", "Hold", toggleHold);
        const entry = ([symbol, label, act]) => {
            const choose = () => {
                popover.hidePopover();
                act();
            };
            return h("button", { type: "button", click: choose }, icon(symbol), label);
        };
        const openMenu = () => showPopover(popover, more, [h("div", { class: "menu" }, ...menu().map(entry))]);
        const more = action("more", "More", openMenu);
        root.append(
            this.#hold, action("next-error", "Last error", previousError), action("filter", "Filter", filter), more,
        );
    }

    show(isHeld) {
        if (isHeld === this.#isHeld) return;
        this.#isHeld = isHeld;
        this.#hold.replaceChildren(icon(isHeld ? "to-live" : "hold"), isHeld ? "Go live" : "Hold");
        this.#hold.setAttribute("aria-pressed", String(isHeld));
    }
}

function action(symbol, label, act) {
    return h("button", { type: "button", click: act }, icon(symbol), label);
}
