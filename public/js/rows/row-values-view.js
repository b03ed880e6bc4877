// The values of a row as places on the screen: which one is under the pointer, and which one the keys are at. They are
// found when they are asked for and marked without elements of their own, so that rows stay cheap.

import { memberName } from "../list/event-fields.js";
import { tokensOf } from "./tokens.js";

const MARK = "value";

/** The values of a row, in the order they stand: [{ range, field, text, key, kind }]. */
export function valuesOf({ element, row }) {
    if (row?.kind !== "event") return [];
    const values = [];
    const cell = (selector, field, text) => {
        const found = element.querySelector(`:scope > ${selector}`);
        if (found?.checkVisibility() && text) values.push({ range: within(found), field, text });
    };
    cell(".row-level", "level", row.level);
    cell(".row-source", "source", row.source);
    element.querySelectorAll(":scope > .row-column").forEach((column, at) => {
        const { name, value } = row.columns[at];
        if (value !== undefined) values.push({ range: within(column), field: name, text: value });
    });
    addText(values, element.querySelector(".row-message > .id"));
    addText(values, element.querySelector(".row-message > .body"));
    element.querySelectorAll(".tail > b").forEach((value, at) => {
        const { key, value: text } = row.tail[at];
        values.push({ range: within(value), field: memberName(key), text });
    });
    for (const line of element.querySelectorAll(".frames > div")) addText(values, line);
    return values;
}

/** The value at a point of the screen. */
export function valueAt(view, x, y) {
    return valuesOf(view).find(({ range }) => [...range.getClientRects()].some(
        (rect) => x >= rect.left - 1 && x <= rect.right + 1 && y >= rect.top && y <= rect.bottom,
    ));
}

/** Underlines a value, and no other; undefined takes the line away. */
export function underline(value, name = MARK) {
    if (!globalThis.CSS?.highlights) return;
    if (value === undefined) CSS.highlights.delete(name);
    else CSS.highlights.set(name, new Highlight(value.range));
}

function addText(values, element) {
    if (!element || element.textContent === "") return;
    const nodes = textNodes(element);
    for (const token of tokensOf(element.textContent)) {
        const range = document.createRange();
        range.setStart(...pointAt(nodes, token.from));
        range.setEnd(...pointAt(nodes, token.to));
        values.push({ range, text: token.text, kind: token.kind, key: token.key });
    }
}

function within(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range;
}

function textNodes(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    return nodes;
}

function pointAt(nodes, offset) {
    let at = offset;
    for (const node of nodes) {
        if (at <= node.data.length) return [node, at];
        at -= node.data.length;
    }
    return [nodes.at(-1), nodes.at(-1).data.length];
}
