// A value of a facet: tick, name, share and count.

import { hueOf } from "../parts/hue.js";
import { count, short } from "../parts/format.js";
import { LETTERS, LEVELS } from "../parts/levels.js";
import { h, icon, setText } from "../parts/parts-view.js";
import { cutParts } from "./facet-rows.js";

const CHECKED = { in: "true", not: "mixed" };
const TREND_WORDS = { up: ", rising", down: ", falling" };
const STATE_WORDS = { in: ", included", not: ", excluded", out: ", left out by others", "": "" };

/** Makes the children of `list` show the rows of a facet. */
export function showRows(list, rows, { name }) {
    rows.forEach((row, at) => {
        if (!list.children[at]) list.append(emptyRow());
        showRow(list.children[at], row, name);
    });
    while (list.children.length > rows.length) list.lastChild.remove();
}

function emptyRow() {
    return h("button", { type: "button", class: "facet-row", role: "checkbox", tabindex: "-1", "data-stop": "" },
        h("span", { class: "tick" }, icon("check"), icon("exclude")), h("span", { class: "name" }), h("span", { class: "trend", hidden: true }, icon("arrow-up")),
        h("span", { class: "share" }, h("i")), h("span", { class: "count num" }));
}

function showRow(element, row, name) {
    const key = JSON.stringify([name, row.value]);
    const [, label, trend, bar, number] = element.children;
    if (element.dataset.key !== key) {
        element.dataset.key = key;
        element.dataset.value = JSON.stringify(row.value);
        label.replaceChildren(...labelParts(name, row));
        element.title = `${name}: ${row.value ?? row.label}`;
        if (name === "level") bar.firstChild.dataset.fill = LEVELS.includes(row.value) ? fillOf(row.value) : "none";
        else delete bar.firstChild.dataset.fill;
    }
    element.setAttribute("aria-checked", CHECKED[row.state] ?? "false");
    element.classList.toggle("is-out", row.state === "out");
    element.classList.toggle("is-zero", row.count === 0);
    bar.firstChild.style.setProperty("inline-size", `${row.count ? Math.max(2, Math.round(row.share * 100)) : 0}%`);
    trend.hidden = row.trend === undefined;
    trend.classList.toggle("is-down", row.trend === "down");
    trend.title = row.trend === "down" ? "less than a minute ago" : "more than a minute ago";
    setText(number, row.count === undefined ? "\u2013" : short(row.count));
    const events = row.count === undefined ? "" : `, ${count(row.count)} events`;
    element.setAttribute("aria-label", `${row.label}${events}${TREND_WORDS[row.trend] ?? ""}${STATE_WORDS[row.state]}`);
}

function labelParts(name, { value, label }) {
    const isOdd = value === null || value === "";
    const [beginning, ending] = isOdd ? [label, ""] : cutParts(label);
    const text = h(
        "span", { class: isOdd ? "words quiet" : "words" }, h("span", null, beginning),
        ending && h("span", { class: "ending" }, ending));
    if (name === "level" && LETTERS[value]) {
        return [h("span", { class: "level", "data-level": value, "aria-hidden": "true" }, LETTERS[value]), text];
    }
    return name === "source" && value ? [h("i", { class: "source-dot", "data-hue": hueOf(value) }), text] : [text];
}

function fillOf(level) {
    if (level === "trace") return "debug";
    return level === "alert" || level === "emergency" ? "critical" : level;
}
