// The cells of a row and what stands in them. An ordinary row is filled by changing texts; elements are made only for
// what is coloured, linked or opened.

import { h, icon } from "../parts/parts-view.js";

export function newCells() {
    const names = ["second", "millis", "letter", "source", "id", "text", "lines", "cutWords"];
    const texts = Object.fromEntries(names.map((name) => [name, document.createTextNode("")]));
    const mark = h("span", { class: "row-mark", role: "gridcell" });
    const time = h("span", null, texts.second);
    const level = h("span", { class: "level" }, texts.letter);
    const levelCell = h("span", { class: "row-level", role: "gridcell" }, level);
    const dot = h("i", { class: "source-dot" });
    const body = h("span", { class: "body" }, texts.text);
    const fold = h("button", { type: "button", class: "fold", tabindex: "-1", hidden: true }, texts.lines);
    const cut = h("span", { class: "fold", hidden: true }, texts.cutWords);
    const repeat = h("span", { class: "repeat", hidden: true });
    const tail = h("span", { class: "tail" });
    const message = h(
        "span", { class: "row-message", role: "gridcell" },
        h("span", { class: "id" }, texts.id), body, fold, cut, repeat, tail,
    );
    const all = [
        mark,
        h("span", { class: "row-time", role: "gridcell" }, time, texts.millis),
        levelCell,
        h("span", { class: "row-source", role: "gridcell" }, dot, h("span", { class: "name" }, texts.source)),
        message,
    ];
    return { ...texts, mark, time, level, levelCell, dot, body, fold, cut, repeat, tail, message, all, columns: [] };
}

/** The sign of a bookmark or note; `name` is one of the two. */
export function showMark({ mark }, name) {
    if (mark.dataset.sign === (name ?? "")) return;
    mark.dataset.sign = name ?? "";
    mark.setAttribute("aria-label", MARKS[name] ?? "");
    mark.replaceChildren(...(name ? [icon(name)] : []));
}

const MARKS = { "bookmark-on": "bookmarked", "note": "noted" };

/** One cell for each column of the reader's choice, before the message. */
export function showColumns(cells, columns = []) {
    while (cells.columns.length > columns.length) cells.columns.pop().remove();
    while (cells.columns.length < columns.length) {
        const cell = h("span", { class: "row-column", role: "gridcell" });
        cells.columns.push(cell);
        cells.message.before(cell);
    }
    columns.forEach((column, at) => {
        const cell = cells.columns[at];
        cell.textContent = column.value ?? "";
        cell.className = `row-column ${column.mood ?? ""}`;
    });
}

/** The parts of a message as nodes. */
export function bodyNodes(parts) {
    return parts.map((part) => {
        if (typeof part === "string") return part;
        if (Array.isArray(part)) return markElement(part, part[0]);
        const inner = part.mark ? markElement(part.mark, part.text) : part.text;
        const styledPart = part.style ? styledElement(part.style, inner) : inner;
        return part.href ? linkElement(part.href, styledPart) : styledPart;
    });
}

function markElement(part, text) {
    return h("mark", null, text);
}

function styledElement({ classes, colour, ground }, inner) {
    const element = h("span", { class: classes }, inner);
    if (colour) element.style.setProperty("color", colour);
    if (ground) element.style.setProperty("--on", ground);
    return element;
}

/** Only http and https addresses come here; where the reader came from is not told. */
function linkElement(href, inner) {
    const quietly = { rel: "noopener noreferrer", referrerpolicy: "no-referrer", tabindex: "-1" };
    return h("a", { href, target: "_blank", ...quietly }, inner);
}

/** The lines below the first of an open event. */
export function framesElement({ index, frames, more }) {
    const rest = `\u22ef ${more} more ${more === 1 ? "line" : "lines"}`;
    return h(
        "div", { class: "frames", role: "gridcell" },
        ...frames.map(frameElement),
        more > 0 && h("button", { type: "button", class: "fold", tabindex: "-1", "data-unfold": index }, rest),
    );
}

export function frameElement({ text, kind, place }) {
    if (!place) return h("div", { class: kind || null }, text || "\u200b");
    return h(
        "div", { class: kind || null },
        text.slice(0, place.from),
        h("span", { class: "place" }, text.slice(place.from, place.to)),
        text.slice(place.to),
    );
}

export function newPair() {
    const key = document.createTextNode("");
    const value = document.createElement("b");
    return { key, value, nodes: [key, value] };
}
