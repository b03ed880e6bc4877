// The buttons that unfold the column of facets: beside the heads of the columns, and in the bar of a small screen.

import { h, icon, tool } from "../parts/parts-view.js";

/** `show(isOpen)` tells them whether the column is there. */
export function makeOpeners(toggle) {
    const beside = tool("facets", "Facets (f)", { class: "tool facets-open", click: toggle });
    const below = h("button", { type: "button", click: toggle }, icon("facets"), "Filter by");
    document.getElementById("columns-head").before(beside);
    document.getElementById("small-bar").lastElementChild.before(below);
    return {
        show(isOpen) {
            beside.hidden = isOpen;
            below.setAttribute("aria-expanded", String(isOpen));
        },
    };
}
