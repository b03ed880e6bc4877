// An event as a tree: members open and close, long texts are cut and can be had whole, numbers keep their digits.

import { bytes, count } from "../parts/format.js";
import { h } from "../parts/parts-view.js";
import { ExactNumber } from "../session/protocol.js";
import { isTree, valueText } from "../list/event-fields.js";
import { printable } from "../list/terminal-text.js";

/** Characters of a text before it is cut, and members laid out before the rest is asked for. */
export const CLIPPED_AT = 300;
const MEMBERS_AT_ONCE = 200;

/** Levels that are open from the start, and the number of members up to which they are. */
const OPEN_DEPTH = 3;
const OPEN_MEMBERS = 24;

export function jsonTree(value) {
    return h("div", { class: "json", role: "group", "aria-label": "JSON" }, ...memberNodes(value, 0));
}

/** A text that may be long: its beginning, its size, and a button for all of it. */
export function clippedText(text, { quote = "", limit = CLIPPED_AT } = {}) {
    if (text.length <= limit) return [`${quote}${printable(text)}${quote}`];
    const shown = h("span", null, `${quote}${printable(text.slice(0, limit))}\u2026`);
    const size = bytes(new TextEncoder().encode(text).length);
    const more = h("button", { type: "button", class: "load-full" }, `load full (${size})`);
    more.addEventListener("click", () => {
        shown.textContent = `${quote}${printable(text)}${quote}`;
        more.remove();
    });
    return [shown, " ", more];
}

function memberNodes(value, depth) {
    const members = Array.isArray(value) ? value.map((item, at) => [String(at), item]) : Object.entries(value);
    return [...inParts(members, ([key, item]) => memberNode(key, item, depth))];
}

/** The nodes of a long list, a part of it and a button for the next. */
function inParts(members, nodeOf) {
    const first = members.slice(0, MEMBERS_AT_ONCE).map(nodeOf);
    const rest = members.slice(MEMBERS_AT_ONCE);
    if (rest.length === 0) return first;
    const more = h("button", { type: "button", class: "load-full" }, `${count(rest.length)} more`);
    more.addEventListener("click", () => more.replaceWith(...inParts(rest, nodeOf)));
    return [...first, more];
}

function memberNode(key, value, depth) {
    const name = h("span", { class: "j-key" }, printable(key));
    if (!isTree(value) && !Array.isArray(value)) {
        return h("div", { class: "j-member" }, name, ": ", ...leaf(value));
    }
    const size = Object.keys(value).length;
    const [start, end, noun] = Array.isArray(value) ? ["[", "]", "item"] : ["{", "}", "key"];
    const facts = h("span", { class: "j-quiet" }, ` ${size} ${noun}${size === 1 ? "" : "s"} `);
    if (size === 0) return h("div", { class: "j-member" }, name, `: ${start}${end}`);
    const isOpen = depth < OPEN_DEPTH && size <= OPEN_MEMBERS;
    const branch = h("details", { open: isOpen }, h("summary", null, name, `: ${start}`, facts, end));
    const fill = () => branch.childElementCount === 1 && branch.append(h("div", { class: "j-branch" }, ...memberNodes(value, depth + 1)));
    if (isOpen) fill();
    else branch.addEventListener("toggle", fill);
    return branch;
}

function leaf(value) {
    if (typeof value === "string") return [h("span", { class: "j-str", title: "text" }, ...clippedText(value, { quote: "\"" }))];
    const isNumber = typeof value === "number" || value instanceof ExactNumber;
    const type = isNumber ? "number" : value === null ? "null" : "true or false";
    return [h("span", { class: isNumber ? "j-num" : "j-lit", title: type }, valueText(value))];
}
