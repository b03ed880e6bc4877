// One row of the page. It is made once and shows another row whenever the list moves; filling it makes no new elements
// for an ordinary event, apart from a longer tail than it had before.

import { clock } from "../parts/format.js";
import { LETTERS } from "../parts/levels.js";
import { h, icon } from "../parts/parts-view.js";
import { partText } from "../list/message-parts.js";
import { bodyNodes, framesElement, newCells, newPair, showColumns, showMark } from "./row-cells-view.js";

export class RowView {
    element = h("div", { role: "row" });
    index;
    row;
    isFocused = false;
    #cells;
    #frames;
    #pairs = [];
    #shownPairs = 0;
    #isEvent = false;
    #number;

    constructor(id) {
        this.element.id = id;
    }

    /** Shows a row, or the place of one that is not here yet. */
    show(index, row, rowNumber) {
        this.index = index;
        this.row = row;
        this.#setNumber(rowNumber);
        if (row === undefined || row.kind === "event") this.#showEvent(row ?? WAITING);
        else this.#showSeparator(row);
        if (row?.day) this.element.dataset.day = row.day;
        else delete this.element.dataset.day;
    }

    /** What changes for a row when a newer one comes to stand above it: its number, and whether its second is told. */
    showBelow(above, rowNumber) {
        this.#setNumber(rowNumber);
        if (this.row?.kind !== "event" || this.row.timeClass !== undefined) return;
        const name = above?.time?.second === this.row.time.second ? "same" : "";
        if (this.#cells.time.className !== name) this.#cells.time.className = name;
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
        const message = row.id + row.parts.map(partText).join("");
        const lines = (row.frames ?? []).map(({ text }) => `\n${text}`).join("");
        return [time, row.level ?? "-", row.source, message, ...tail].join(" ") + lines;
    }

    #showEvent(row) {
        if (!this.#isEvent) this.#becomeEvent();
        const cells = this.#cells;
        if (row.level) this.element.dataset.level = row.level;
        else delete this.element.dataset.level;
        showMark(cells, row.mark);
        cells.second.data = row.time.second;
        cells.time.className = row.timeClass ?? (row.isSameSecond ? "same" : "");
        cells.millis.data = row.time.millis === "" ? "" : `.${row.time.millis}`;
        cells.level.dataset.level = row.level ?? "";
        cells.letter.data = LETTERS[row.level] ?? "";
        cells.levelCell.setAttribute("aria-label", row.level ?? "no level");
        cells.dot.dataset.hue = row.hue;
        cells.source.data = row.source;
        cells.id.data = row.id;
        if (row.columns || cells.columns.length > 0) showColumns(cells, row.columns);
        this.#showBody(row.parts);
        this.#showFold(row);
        if (cells.cut.hidden !== !row.isCut) cells.cut.hidden = !row.isCut;
        cells.cutWords.data = row.isCut ? "cut here, open it for all" : "";
        this.#showRepeats(row);
        cells.message.classList.toggle("has-chip", Boolean(row.lines || row.repeats));
        this.#showTail(row.tail);
        this.#showFrames(row);
    }

    #showBody(parts) {
        const { body, text } = this.#cells;
        if (parts.length === 1 && typeof parts[0] === "string") {
            text.data = parts[0];
            if (body.childNodes.length !== 1 || body.firstChild !== text) body.replaceChildren(text);
            return;
        }
        body.replaceChildren(...bodyNodes(parts));
    }

    #showFold({ index, lines, frames }) {
        const { fold, lines: text } = this.#cells;
        if (fold.hidden !== !lines) fold.hidden = !lines;
        text.data = lines ? `${frames ? "\u2212" : "\u22ef"} ${lines} lines` : "";
        if (!lines) return;
        fold.dataset.fold = index;
        fold.setAttribute("aria-expanded", String(frames !== undefined));
    }

    #showRepeats({ repeats, lastTime, time }) {
        const { repeat } = this.#cells;
        if (!repeats && repeat.hidden) return;
        repeat.hidden = !repeats;
        repeat.textContent = "";
        if (!repeats) return;
        const last = clock(lastTime, "utc");
        repeat.textContent = `\u00d7${repeats}`;
        repeat.title = `${repeats} alike, the first at ${time.second}, the last at ${last?.second ?? lastTime} UTC`;
    }

    #showFrames(row) {
        if (row.frames === undefined && this.#frames === undefined) return;
        this.#frames?.remove();
        this.#frames = row.frames && framesElement(row);
        if (this.#frames) this.element.append(this.#frames);
        this.element.classList.toggle("is-open", this.#frames !== undefined);
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
        const { all, columns, message } = this.#cells;
        this.element.replaceChildren(...all.slice(0, -1), ...columns, message);
    }

    #setNumber(number) {
        if (number !== this.#number) this.element.setAttribute("aria-rowindex", number);
        this.#number = number;
    }

    #setClass(name) {
        this.element.className = this.isFocused ? `${name} is-focused` : name;
    }

    #showSeparator(row) {
        this.#isEvent = false;
        this.#frames = undefined;
        this.#setClass(`separator ${row.kind}`);
        delete this.element.dataset.level;
        this.element.replaceChildren(
            h(
                "span",
                { class: "words", role: "gridcell" },
                icon(SIGNS[row.kind]),
                h("b", null, row.title),
                h("span", { class: "wide" }, row.facts),
            ),
            ...buttonOf(row).map((button) => h("span", { class: "end", role: "gridcell" }, button)));
    }
}

function buttonOf({ index, load, clear }) {
    if (clear) return [h("button", { type: "button", "data-clear": index }, clear)];
    if (!load) return [];
    const words = load.isLoading ? "Loading" : load.label;
    return [h("button", { type: "button", "data-load": index, disabled: load.isLoading }, words)];
}

const SIGNS = { gap: "gap", skipped: "hold", note: "restart", mark: "note", marker: "flag" };

const WAITING = { time: { second: "", millis: "" }, source: "", id: "", parts: [""], tail: [] };
