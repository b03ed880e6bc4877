// A tile of one figure: large, with how it changed and its course.

import { h, icon, setText } from "../parts/parts-view.js";
import { draw } from "../charts/lines-view.js";
import { areaPath, linePath } from "../charts/line-shape.js";
import { statOf } from "./panel-words.js";

export class StatTile {
    #figure = document.createTextNode("");
    #unit = h("small");
    #change = h("span", { class: "delta num" });
    #chart = h("div", { class: "spark" });
    element = h(
        "div", { class: "stat" },
        h("div", { class: "figure num" }, this.#figure, this.#unit), this.#change, this.#chart);
    #size;
    #message;
    #shown = "";

    constructor() {
        new ResizeObserver(([{ contentRect: { width, height } }]) => {
            this.#size = { width: Math.floor(width), height: Math.floor(height) };
            this.#draw();
        }).observe(this.#chart);
    }

    show(message) {
        this.#message = message;
        const { figure, unit, change, words } = statOf(message);
        this.#figure.data = figure;
        setText(this.#unit, unit);
        if (words !== this.#shown) {
            this.#shown = words;
            const sign = change === 0 ? [] : [icon(change > 0 ? "arrow-up" : "arrow-down", "small")];
            this.#change.replaceChildren(...sign, h("span", null, words));
        }
        this.#draw();
    }

    /** The bucket that still fills would end every line with a fall: it is left out. */
    #draw() {
        if (!this.#size || !this.#message || this.#size.height < 12) return;
        const { width, height } = this.#size;
        const values = (this.#message.values ?? []).slice(0, -1);
        const most = Math.max(1e-9, ...values.map((value) => value ?? 0)) * 1.05;
        const place = { left: 0, right: width, top: 2, bottom: height - 1, most };
        const isBad = /(?:^|\W)level(?:>=?|[:=])\(?(?:error|critical|alert|emergency)/.test(this.#message.filter ?? "");
        const colour = isBad ? "var(--fill-error)" : "var(--fill-notice)";
        const svg = draw("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
        if (values.length > 1) {
            svg.append(
                draw("path", { class: "c-area", fill: colour, d: areaPath(values, place) }),
                draw("path", { class: "c-line", stroke: colour, d: linePath(values, place) }));
        }
        this.#chart.replaceChildren(svg);
    }
}
