// The bars, as SVG: one path for each series, so that an update sets some ten attributes however many bars there are.

import { totals } from "./counts.js";
import { columns, labelsOf, partsOf, scaleOf } from "./scale.js";
import { stacked } from "./series.js";

const SVG = "http://www.w3.org/2000/svg";

/** Pixels of the bars, of the axis below them, and of the line under the base. */
export const BARS = 64;
export const AXIS = 20;
const VIEW_LINE = 3;

/** Pixels of a letter of a label, to see whether two would meet. */
const LETTER = 6;

/** Least width of the line that says where the rows in view are. */
const LEAST_VIEW = 6;

export class ChartView {
    element = s("svg", { height: BARS + AXIS, class: "h-chart", tabindex: 0, role: "slider", "aria-label": "Events over time" });
    width = 0;
    #ghost = s("path", { class: "h-ghost" });
    #bars = s("g");
    #sampled = s("path", { fill: "url(#dots)" });
    #gaps = s("path", { fill: "url(#hatch)" });
    #gapEdges = s("path", { class: "h-gap-edge" });
    #unknown = s("rect", { fill: "url(#hatch-quiet)", y: 0, height: BARS });
    #unknownLabel = s("text", { class: "c-axis", y: 10 });
    #base = s("line", { class: "h-base", x1: 0, y1: BARS + 0.5, y2: BARS + 0.5 });
    #ticks = s("g");
    #notes = s("g");
    #dims = s("path", { class: "h-dim" });
    #brush = s("rect", { class: "h-brush", y: 0, height: BARS });
    #edges = s("path", { class: "h-brush-edge" });
    #handles = s("g", { class: "h-handles" });
    #view = s("rect", { class: "h-view", y: BARS + 1, height: VIEW_LINE });
    #cross = s("path", { class: "h-cross" });
    #paths = new Map();
    #keys = new Map();
    #counts;

    constructor() {
        for (const side of [0, 1]) this.#handles.append(s("rect", { class: "h-handle", "data-side": side, y: 24, width: 6, height: 16, rx: 1 }));
        this.element.append(
            defs(), this.#ghost, this.#bars, this.#sampled, this.#gaps, this.#gapEdges, this.#unknown, this.#base,
            this.#ticks, this.#dims, this.#notes, this.#brush, this.#edges, this.#handles, this.#view, this.#cross,
            this.#unknownLabel,
        );
        this.describe({ now: 1, of: 1, text: "No events yet" });
    }

    get counts() { return this.#counts; }

    resize(width) {
        this.width = width;
        this.element.setAttribute("width", width);
        this.#base.setAttribute("x2", width);
        this.#keys.clear();
    }

    /** Draws counts as `by` divides them; answers how many times smaller the pale bars are. */
    show(counts, { by, isLog, zone }) {
        this.#counts = counts;
        const xs = columns(counts.size, this.width);
        const scale = scaleOf(counts, BARS - 4, isLog);
        const ghosts = counts.all ? totals(counts.all, counts.size) : [];
        set(this.#ghost, "d", bars(xs, ghosts.map((value) => Math.round(scale.ghost(value)))));
        this.#showBars(xs, stacked(counts, by), scale);
        this.#showTicks({ since: counts.since, until: counts.since + counts.size * counts.width }, zone);
        return scale.ratio;
    }

    /** Notes, and where something is missing; `knownFrom` and `knownTo` are the ends of what can be known. */
    showMarks({ notes, gaps }, { knownFrom, knownTo, unknownWords }) {
        const { since, width } = this.#counts;
        const boxes = (list) => list.map(({ time }) => {
            const first = Math.floor((time - since) / width);
            const [from, to] = [this.x(since + first * width), this.x(since + (first + 1) * width)];
            return to <= 0 || from >= this.width ? "" : `M${from} 0h${Math.max(4, to - from - 1)}v${BARS}H${from}z`;
        }).join("");
        const lost = gaps.filter((gap) => !gap.isSampled);
        set(this.#sampled, "d", boxes(gaps.filter((gap) => gap.isSampled)));
        set(this.#gaps, "d", boxes(lost));
        set(this.#gapEdges, "d", boxes(lost).replaceAll(/ 0h([\d.]+)v\d+H[-\d.]+z/g, " 0.5h$1"));
        this.#showUnknown(knownFrom, knownTo, unknownWords);
        this.#showNotes(notes.filter(({ time }) => this.x(time) > 0 && this.x(time) < this.width));
    }

    /** A range that is read or being chosen; `isFixed` dims what is outside and shows handles. */
    showRange(range, isFixed) {
        const [from, to] = range ? [this.x(range.since), this.x(range.until)] : [0, 0];
        const [a, b] = [clamp(from, this.width), clamp(to, this.width)];
        const isMoment = range && range.since === range.until;
        set(this.#dims, "d", range && isFixed && !isMoment ? `M0 0H${a}V${BARS}H0zM${b} 0H${this.width}V${BARS}H${b}z` : "");
        set(this.#brush, "x", a);
        set(this.#brush, "width", Math.max(0, b - a));
        set(this.#edges, "d", range ? `${edge(from, this.width)}${isMoment ? "" : edge(to, this.width)}` : "");
        this.#handles.toggleAttribute("hidden", !range || !isFixed || isMoment);
        [from, to].forEach((x, side) => {
            const handle = this.#handles.children[side];
            set(handle, "x", x - 3);
            handle.toggleAttribute("hidden", x < 0 || x > this.width);
        });
    }

    /** Where the rows in view are. */
    showView(since, until) {
        const isIn = since !== undefined && this.#counts && this.x(until) >= 0 && this.x(since) <= this.width;
        this.#view.toggleAttribute("hidden", !isIn);
        if (!isIn) return;
        const from = Math.min(clamp(this.x(since), this.width), this.width - LEAST_VIEW);
        set(this.#view, "x", from);
        set(this.#view, "width", Math.max(LEAST_VIEW, clamp(this.x(until), this.width) - from));
    }

    /** One line through the bucket under the pointer or the cursor. */
    showCross(bucket) {
        const { since, width } = this.#counts ?? {};
        const at = bucket === undefined ? 0 : Math.round(this.x(since + (bucket + 0.5) * width)) - 0.5;
        set(this.#cross, "d", bucket === undefined ? "" : `M${at} 0V${BARS}`);
    }

    /** What screen readers say of it: a place of so many, and its words. */
    describe({ now, of, text }) {
        set(this.element, "aria-valuemin", 1);
        set(this.element, "aria-valuemax", of);
        set(this.element, "aria-valuenow", now);
        set(this.element, "aria-valuetext", text);
    }

    /** Pixel of a time, and the time of a pixel. */
    x(time) {
        const { since, width, size } = this.#counts;
        return Math.round(((time - since) / (width * size)) * this.width);
    }

    time(x) {
        const { since, width, size } = this.#counts;
        return since + (x / Math.max(1, this.width)) * width * size;
    }

    #showBars(xs, series, scale) {
        const names = series.map(({ name }) => name);
        if (this.#isNew("names", names)) {
            this.#paths = new Map(series.map(({ name, fill, hue }) => [
                name, s("path", { class: "h-bar", "data-fill": fill, "data-hue": hue }),
            ]));
            this.#bars.replaceChildren(...this.#paths.values());
        }
        const heights = Array.from({ length: xs.length - 1 }, (_, at) => {
            return partsOf(series.map(({ values }) => values[at]), scale, (part) => series[part].isLoud);
        });
        const below = new Array(heights.length).fill(0);
        series.forEach(({ name }, part) => {
            const sizes = heights.map((sizesAt) => sizesAt[part]);
            set(this.#paths.get(name), "d", bars(xs, sizes, below));
            sizes.forEach((size, at) => { below[at] += size; });
        });
    }

    #showTicks(ends, zone) {
        const found = labelsOf(ends, this.width, zone);
        if (!this.#isNew("ticks", [found, this.width])) return;
        this.#ticks.replaceChildren(...found.flatMap(({ x, text }) => [
            s("path", { class: "h-mark", d: `M${x + 0.5} ${BARS + 1}v4` }),
            s("text", { class: "c-axis", x, y: BARS + 17, "text-anchor": anchorOf(x, text, this.width) }, text),
        ]));
    }

    #showUnknown(knownFrom, knownTo, words = "") {
        const { since, width, size } = this.#counts;
        const isEnd = knownTo < since + size * width;
        const from = isEnd ? clamp(this.x(knownTo), this.width) : 0;
        const to = isEnd ? this.width : clamp(this.x(knownFrom), this.width);
        set(this.#unknown, "x", from);
        set(this.#unknown, "width", Math.max(0, to - from));
        const hasRoom = to - from > words.length * LETTER + 12 || isEnd;
        this.#unknownLabel.textContent = to - from > 2 && hasRoom ? words : "";
        set(this.#unknownLabel, "x", isEnd ? from - 6 : from + 6);
        set(this.#unknownLabel, "text-anchor", isEnd ? "end" : "start");
    }

    #showNotes(notes) {
        const placed = notes.map(({ time, label, isOfRelay }) => ({ x: this.x(time) - 0.5, label, isOfRelay }));
        if (!this.#isNew("notes", placed)) return;
        const isLabelled = labelled(placed);
        this.#notes.replaceChildren(...placed.flatMap((mark) => {
            const { x, label, isOfRelay } = mark;
            const line = s("path", { class: isOfRelay ? "h-start" : "h-note", d: `M${x} 0V${BARS}` });
            return isLabelled.has(mark) ? [line, s("text", { class: "c-axis h-label", x: x - 5, y: 9, "text-anchor": "end" }, label)] : [line];
        }));
    }

    #isNew(name, value) {
        const key = JSON.stringify(value);
        if (this.#keys.get(name) === key) return false;
        this.#keys.set(name, key);
        return true;
    }
}

/** Marks whose label has room to the left of their line; what people wrote comes before what the relay says of itself. */
function labelled(marks) {
    const notes = marks.filter(({ isOfRelay }) => !isOfRelay);
    const taken = notes.map(({ x }) => [x, x + 2]);
    return new Set([...notes, ...marks.filter(({ isOfRelay }) => isOfRelay)].filter(({ x, label }) => {
        const [from, to] = [x - 5 - label.length * LETTER, x - 4];
        const isFree = from >= 0 && !taken.some(([first, last]) => from < last && to > first);
        if (isFree) taken.push([from, to]);
        return isFree;
    }));
}

/** Bars of a series, upwards from what stands below them. */
function bars(xs, sizes, below = []) {
    let path = "";
    for (let at = 0; at < sizes.length; at += 1) {
        if (sizes[at] <= 0) continue;
        const width = Math.max(1, xs[at + 1] - xs[at] - 1);
        path += `M${xs[at]} ${BARS - (below[at] ?? 0)}h${width}v-${sizes[at]}h-${width}z`;
    }
    return path;
}

function defs() {
    const line = (size, name) => s("line", { x1: 0, x2: 0, y1: 0, y2: size, class: name });
    const pattern = (id, size, inner, transform = "rotate(45)") => s("pattern", {
        id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: transform,
    }, inner);
    return s(
        "defs", {},
        pattern("hatch", 6, line(6, "h-hatch")),
        pattern("hatch-quiet", 5, line(5, "h-hatch-quiet")),
        pattern("dots", 4, s("rect", { x: 1, y: 1, width: 1, height: 1, class: "h-dot" }), "rotate(0)"),
    );
}

function edge(x, width) {
    return x < 0 || x > width ? "" : `M${x} 0V${BARS}`;
}

function anchorOf(x, text, width) {
    const half = (text.length * LETTER) / 2;
    if (x < half) return "start";
    return x > width - half ? "end" : "middle";
}

function clamp(x, width) {
    return Math.max(0, Math.min(width, x));
}

function set(element, name, value) {
    const text = String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

function s(tag, attributes = {}, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
    element.append(...children);
    return element;
}
