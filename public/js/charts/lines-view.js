// A chart of lines over time: three grid lines, and the name and value of each line at its end. The pointer or the arrow
// keys read other moments; the values at the line ends are then those of that moment.

import { h } from "../parts/parts-view.js";
import { axisWords, roundAbove, valueWords } from "./figures.js";
import { coloursOf, dashOf, labelColour } from "./hues.js";
import { lastValue, linePath, pointAt, spread, xOf, yOf } from "./line-shape.js";
import { tickLabel, timeTicks } from "../parts/time-ticks.js";

const SVG = "http://www.w3.org/2000/svg";

/** Names at the end of lines; more lines are drawn, not named. */
const MOST_NAMES = 5;

/** Pixels a time on the axis needs, with air. */
const TICK_ROOM = 84;

/** Width of a letter of the labels, near enough to leave room for them. */
const LETTER = 6.4;

export class LinesView {
    element = h("div", { class: "lines" });
    #svg = draw("svg", { class: "chart", "aria-hidden": "true" });
    #names = h("div", { class: "line-names" });
    #size;
    #shown;
    #place;
    #at;            // the bucket that is read
    #dragFrom;
    #acts;
    #nameHeight;

    /** `acts` may have pick(name), read(at, time) and select({ from, to }), times in milliseconds. */
    constructor(acts = {}, { nameHeight = 15 } = {}) {
        this.#acts = acts;
        this.#nameHeight = nameHeight;
        this.element.append(this.#svg, this.#names);
        this.element.tabIndex = 0;
        this.element.setAttribute("role", "group");
        new ResizeObserver(([{ contentRect }]) => this.#resized(contentRect)).observe(this.element);
        this.element.addEventListener("pointermove", (event) => this.#moved(event));
        this.element.addEventListener("pointerleave", () => this.#read(undefined));
        this.element.addEventListener("pointerdown", (event) => this.#pressed(event));
        this.element.addEventListener("pointerup", (event) => this.#released(event));
        this.element.addEventListener("keydown", (event) => this.#key(event));
        this.element.addEventListener("blur", () => this.#read(undefined));
    }

    /** `chart` is { label, from, width, points, series: [{ name, values }], unit, isByLevel, offset, canPick }. */
    show(chart) {
        const at = this.#at;
        // What is read stays the same moment while the chart moves on.
        if (at !== undefined && this.#shown) {
            this.#at = Math.round((this.#shown.from - chart.from) / chart.width) + at;
            if (this.#at < 0) this.#at = undefined;
        }
        this.#shown = { ...chart, colours: coloursOf(chart.series.map(({ name }) => name), chart.isByLevel) };
        this.#draw();
    }

    #resized({ width, height }) {
        this.#size = { width: Math.floor(width), height: Math.floor(height) };
        this.#draw();
    }

    #draw() {
        if (!this.#size || !this.#shown || this.#size.width < 80) return;
        const { width, height } = this.#size;
        const { series, points, colours } = this.#shown;
        const named = series.slice(0, MOST_NAMES);
        const most = roundAbove(Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
        const axis = axisWords(most, this.#shown.unit);
        const place = this.#place = {
            left: Math.max(18, Math.ceil(axis.length * LETTER)) + 8, right: width - this.#namesWidth(named, width),
            top: 6, bottom: height - 17, most,
        };
        this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        this.#svg.replaceChildren(
            ...this.#grid(place),
            ...this.#times(place, height),
            ...series.map(({ values }, at) => draw("path", {
                class: "c-line", d: linePath(values, place), "stroke-dasharray": dashOf(at), stroke: colours[at],
            })).toReversed(),
            ...(this.#at === undefined ? [] : [draw("line", {
                class: "h-cross", x1: round(xOf(this.#at, points, place)), x2: round(xOf(this.#at, points, place)),
                y1: place.top, y2: place.bottom,
            })]),
        );
        this.#showNames(named, place);
    }

    #namesWidth(named, width) {
        const letters = Math.max(4, ...named.map(({ name = "" }) => name.length + 8));
        return Math.round(Math.min(width * 0.4, letters * LETTER + 10));
    }

    #grid({ left, right, top, bottom, most }) {
        return [0, 0.5, 1].flatMap((share) => {
            const y = round(bottom - share * (bottom - top));
            const words = axisWords(most * share, this.#shown.unit);
            return [
                draw("line", { class: "c-grid", x1: left, x2: right, y1: y, y2: y }),
                draw("text", { class: "c-axis", x: left - 6, y: y + 4, "text-anchor": "end" }, words),
            ];
        });
    }

    #times(place, height) {
        const { from, width, points, offset = 0 } = this.#shown;
        const to = from + width * (points - 1);
        const { step, ticks } = timeTicks(from, to, Math.max(1, (place.right - place.left) / TICK_ROOM), offset);
        return ticks.map((at) => {
            const x = place.left + ((place.right - place.left) * (at - from)) / Math.max(1, to - from);
            const isFirst = x - place.left < 18;
            const isLast = place.right - x < 18;
            const anchor = isFirst ? "start" : isLast ? "end" : "middle";
            return draw(
                "text", { class: "c-axis", x: x.toFixed(1), y: height - 2, "text-anchor": anchor },
                tickLabel(at, step, offset));
        });
    }

    #showNames(named, place) {
        const { colours, unit, canPick, points } = this.#shown;
        const read = named.map(({ values }) => (this.#at === undefined ? lastValue(values) : values[this.#at]));
        const ends = read.map((value) => value ?? 0);
        const places = spread(
            ends.map((value) => yOf(value, place) - this.#nameHeight / 2), this.#nameHeight,
            { top: place.top - 8, bottom: place.bottom - this.#nameHeight / 2 });
        this.#names.style.setProperty("inset-inline-start", `${place.right + 8}px`);
        if (this.#names.childElementCount !== named.length) {
            this.#names.replaceChildren(...named.map(() => h(
                "button", { type: "button", tabindex: -1, click: (event) => this.#picked(event) }, h("span"), h("b"))));
        }
        named.forEach(({ name }, index) => {
            const button = this.#names.children[index];
            button.dataset.at = index;
            button.disabled = !canPick || name === undefined;
            button.style.setProperty("inset-block-start", `${Math.round(places[index])}px`);
            button.style.setProperty("color", labelColour(colours[index]));
            button.firstChild.textContent = name ?? "";
            button.lastChild.textContent = valueWords(read[index], unit);
            button.title = name ?? "";
        });
        this.element.setAttribute("aria-label", `${this.#shown.label}: ${named.map(({ name }, index) =>
            `${name ?? ""} ${valueWords(read[index], unit)}`.trim()).join(", ") || "nothing"}${
            points > 0 ? "" : ", no data"}`);
    }

    /** The newest bucket still fills: a line ends with the one before. */
    #newest() {
        return Math.max(0, this.#shown.points - 2);
    }

    #read(at) {
        if (at === this.#at) return;
        this.#at = at;
        const { from, width } = this.#shown ?? {};
        this.#acts.read?.(at === undefined ? undefined : from + width * at);
        this.#draw();
    }

    #moved(event) {
        if (!this.#place) return;
        this.#read(pointAt(event.offsetX, this.#shown.points, this.#place));
    }

    #pressed(event) {
        if (event.target.closest("button") || !this.#acts.select || !this.#place) return;
        this.#dragFrom = pointAt(event.offsetX, this.#shown.points, this.#place);
        this.element.setPointerCapture(event.pointerId);
    }

    #released(event) {
        const from = this.#dragFrom;
        this.#dragFrom = undefined;
        if (from === undefined) return;
        const to = pointAt(event.offsetX, this.#shown.points, this.#place);
        if (to === from) return;
        const timeOf = (at) => this.#shown.from + this.#shown.width * at;
        this.#acts.select({ from: timeOf(Math.min(from, to)), to: timeOf(Math.max(from, to) + 1) });
    }

    #key(event) {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (step === undefined || !this.#shown) return;
        const at = (this.#at ?? this.#newest()) + step;
        this.#read(Math.max(0, Math.min(this.#shown.points - 1, at)));
        event.preventDefault();
        event.stopPropagation();
    }

    #picked({ currentTarget }) {
        this.#acts.pick?.(this.#shown.series[Number(currentTarget.dataset.at)].name);
    }
}

/** An SVG element with attributes and text. */
export function draw(tag, attributes, text) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== "") element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
}

function round(value) {
    return Math.round(value) + 0.5;
}
