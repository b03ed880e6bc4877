// The distribution of a number field: small bars, its ends, its middle and where the slowest twentieth begins.

import { h, setText } from "../parts/parts-view.js";
import { short } from "../parts/format.js";
import { BARS } from "./spread.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 26;
const STEP = 6;

export class SpreadView {
    element;
    #bars;
    #ends = [0, 1, 2, 3].map(() => h("span"));

    constructor() {
        const svg = document.createElementNS(SVG, "svg");
        svg.setAttribute("viewBox", `0 0 ${BARS * STEP} ${HEIGHT}`);
        svg.setAttribute("preserveAspectRatio", "none");
        svg.setAttribute("aria-hidden", "true");
        this.#bars = Array.from({ length: BARS }, (_, at) => {
            const bar = document.createElementNS(SVG, "rect");
            bar.setAttribute("x", String(at * STEP));
            bar.setAttribute("width", String(STEP - 1));
            return bar;
        });
        svg.append(...this.#bars);
        this.element = h("div", { class: "facet-range", role: "img" }, svg, h("div", { class: "ends num" }, ...this.#ends));
    }

    /** `spread` as of spreadOf; without one nothing shows. */
    show(spread, name) {
        this.element.hidden = spread === undefined;
        if (!spread) return;
        const { bars, low, high, p50, p95, isSkewed } = spread;
        const most = Math.max(...bars);
        bars.forEach((found, at) => {
            const size = found === 0 ? 0 : Math.max(1, Math.round((found / most) * HEIGHT));
            this.#bars[at].setAttribute("y", String(HEIGHT - size));
            this.#bars[at].setAttribute("height", String(size));
        });
        [short(low), `p50 ${short(p50)}`, `p95 ${short(p95)}`, short(high)].forEach(
            (text, at) => setText(this.#ends[at], text));
        const words = `${name}: half are at most ${p50}, 95 % at most ${p95}, from ${low} to ${high}`;
        this.element.setAttribute("aria-label", words);
        this.element.title = isSkewed ? `${words}; bars of equal ratio` : words;
    }
}
