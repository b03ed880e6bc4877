// One row of the page. It is made once and shows another row whenever the list moves; filling it makes no new elements
// for an ordinary event, apart from a longer tail than it had before.

import { h, icon } from "../parts/parts-view.js";
import { LETTERS } from "../parts/levels.js";

export class RowView {
    element = h("div", { role: "row" });
    index;
    row;
    isFocused = false;
    #cells;
    #pairs = [];
    #shownPairs = 0;
    #isEvent = false;

    constructor(id) {
        this.element.id = id;
    }

    /** Shows a row, or the place of one that is not here yet. */
    show(index, row, rowNumber) {
        this.index = index;
        this.row = row;
        this.element.setAttribute("aria-rowindex", rowNumber);
        if (row === undefined || row.kind === "event") this.#showEvent(row ?? WAITING);
        else this.#showSeparator(row);
        if (row?.day) this.element.dataset.day = row.day;
        else delete this.element.dataset.day;
    }

    /** The row is to be filled again even if it is the same: its element may be laid out differently. */
    forget() {
        this.row = undefined;
        this.index = undefined;
    }

    focus(isFocused) {
        if (isFocused === this.isFocused) return;
        this.isFocused = isFocused;
        this.element.classList.toggle("is-focused", isFocused);
        if (isFocused) this.element.setAttribute("aria-selected", "true");
        else this.element.removeAttribute("aria-selected");
    }

    /** The row as plain text, for copying a selection. */
    get line() {
        const { row } = this;
        if (!row) return "";
        if (row.kind !== "event") return `-- ${[row.title, row.facts].filter(Boolean).join(", ")}`;
        const tail = row.tail.map(({ key, value }) => `${key}=${value}`);
        const time = row.time.millis ? `${row.time.second}.${row.time.millis}` : row.time.second;
        return [time, row.level ?? "-", row.source, row.id + row.parts.flat().join("") + row.rest, ...tail].join(" ");
    }

    #showEvent(row) {
        if (!this.#isEvent) this.#becomeEvent();
        const cells = this.#cells;
        if (row.level) this.element.dataset.level = row.level;
        else delete this.element.dataset.level;
        cells.second.data = row.time.second;
        cells.time.className = row.timeClass ?? (row.isSameSecond ? "same" : "");
        cells.millis.data = row.time.millis === "" ? "" : `.${row.time.millis}`;
        cells.level.dataset.level = row.level ?? "";
        cells.letter.data = LETTERS[row.level] ?? "";
        cells.levelCell.setAttribute("aria-label", row.level ?? "no level");
        cells.dot.dataset.hue = row.hue;
        cells.source.data = row.source;
        cells.id.data = row.id;
        this.#showBody(row.parts);
        cells.rest.data = row.rest;
        cells.lines.data = row.lines ? `\u22ef ${row.lines} lines` : row.isCut ? "cut here, open it for all" : "";
        cells.fold.hidden = cells.lines.data === "";
        this.#showTail(row.tail);
    }

    #showBody(parts) {
        const { body, text } = this.#cells;
        if (parts.length === 1 && typeof parts[0] === "string") {
            text.data = parts[0];
            if (body.childNodes.length !== 1 || body.firstChild !== text) body.replaceChildren(text);
            return;
        }
        body.replaceChildren(...parts.map((part) => (typeof part === "string" ? part : h("mark", null, part[0]))));
    }

    #showTail(tail) {
        const parent = this.#cells.tail;
        while (this.#shownPairs > tail.length) {
            this.#shownPairs -= 1;
            for (const node of this.#pairs[this.#shownPairs].nodes) node.remove();
        }
        tail.forEach(({ key, value, mood }, at) => {
            const pair = this.#pairs[at] ??= newPair();
            pair.key.data = ` ${key}=`;
            pair.value.textContent = value;
            pair.value.className = mood ?? "";
            if (at >= this.#shownPairs) parent.append(...pair.nodes);
        });
        this.#shownPairs = tail.length;
    }

    #becomeEvent() {
        this.#isEvent = true;
        this.#cells ??= newCells();
        this.#setClass("row");
        this.element.replaceChildren(...this.#cells.all);
    }

    #setClass(name) {
        this.element.className = this.isFocused ? `${name} is-focused` : name;
    }

    #showSeparator(row) {
        this.#isEvent = false;
        this.#setClass(`separator ${row.kind}`);
        delete this.element.dataset.level;
        const { load } = row;
        const words = load?.isLoading ? "Loading" : load?.label;
        const button = load && h("button", { type: "button", "data-load": row.index, disabled: load.isLoading }, words);
        this.element.replaceChildren(
            h(
                "span",
                { class: "words", role: "gridcell" },
                icon(SIGNS[row.kind]),
                h("b", null, row.title),
                h("span", { class: "wide" }, row.facts),
            ),
            ...(button ? [h("span", { class: "end", role: "gridcell" }, button)] : []));
    }
}

const SIGNS = { gap: "gap", skipped: "hold", note: "restart", mark: "note" };

const WAITING = { time: { second: "", millis: "" }, source: "", id: "", parts: [""], rest: "", tail: [] };

function newCells() {
    const names = ["second", "millis", "letter", "source", "id", "text", "rest", "lines"];
    const texts = Object.fromEntries(names.map((name) => [name, document.createTextNode("")]));
    const time = h("span", null, texts.second);
    const level = h("span", { class: "level" }, texts.letter);
    const levelCell = h("span", { class: "row-level", role: "gridcell" }, level);
    const dot = h("i", { class: "source-dot" });
    const body = h("span", { class: "body" }, texts.text);
    const fold = h("span", { class: "fold" }, texts.lines);
    const tail = h("span", { class: "tail" });
    const all = [
        h("span", { class: "row-time", role: "gridcell" }, time, texts.millis),
        levelCell,
        h("span", { class: "row-source", role: "gridcell" }, dot, h("span", { class: "name" }, texts.source)),
        h(
            "span",
            { class: "row-message", role: "gridcell" },
            h("span", { class: "id" }, texts.id),
            body,
            h("span", { class: "rest" }, texts.rest),
            fold,
            tail,
        ),
    ];
    return { ...texts, time, level, levelCell, dot, body, fold, tail, all };
}

function newPair() {
    const key = document.createTextNode("");
    const value = document.createElement("b");
    return { key, value, nodes: [key, value] };
}
