// What the head and the legend read: all that is shown, the range of the past, or the buckets under the pointer.

import { LEVELS } from "../parts/levels.js";
import { NONE, sums } from "./counts.js";
import { HeadView } from "./head-view.js";
import { LegendView } from "./legend-view.js";
import { isReadable, passesLevel } from "../filter-box/language.js";
import { isDwarfed } from "./scale.js";
import { legendNames } from "./series.js";
import { bucketWords, headWords } from "./words.js";

/** Levels in the legend also while there are none. */
const USUAL = ["critical", "error", "warn", "notice", "info"];

export class ReadoutView {
    head;
    #legend;
    #filter;
    #out = [];         // levels that the filter leaves out

    /** `toggle(name)` as of the legend, `act` as of the head. */
    constructor({ toggle, act }) {
        this.#legend = new LegendView(toggle);
        this.head = new HeadView(this.#legend.element, act);
    }

    get element() { return this.head.element; }

    /** New numbers: what they say of the scale. */
    showScale(counts, { isLog, ratio, isRange }) {
        this.head.showScale(isLog, isDwarfed(counts));
        if (isRange) return this.head.showHint("drag the handles to change \u00b7 double click: live");
        const scale = ratio >= 9.5 ? Math.round(ratio) : ratio.toFixed(1).replace(/\.0$/, "");
        const pale = counts.all ? `pale: all events${isLog ? "" : `, scale 1 : ${scale}`} \u00b7 ` : "";
        return this.head.showHint(`${pale}drag: pick a range \u00b7 shift-drag: zoom`);
    }

    /**
     * Reads `buckets`, those under the pointer, or `range`, those of the past, or all; both are { first, end }. `exact` are
     * the numbers of the range itself, once they are known.
     */
    read(counts, { buckets, range, exact, by, filter, view, isPolled, context }) {
        const { first, end } = buckets ?? range ?? { first: 0, end: counts.size };
        const out = by === "level" ? this.#outOf(filter) : [];
        const isExact = buckets === undefined && range !== undefined && exact !== undefined;
        const shown = isExact ? exact.named : sums(counts.series, first, end).named;
        const all = isExact ? exact.all : sums(counts.all ?? counts.series, first, end).named;
        const usual = by === "level" ? [...USUAL, ...out.filter((level) => all.get(level) > 0)] : [];
        const names = legendNames(counts, by, sums(counts.series).named, usual);
        this.#legend.show(names.map((name) => {
            const isOut = out.includes(name);
            return { name, count: (isOut ? all : shown).get(name) ?? 0, isOn: !isOut || name === NONE };
        }), by);
        const ends = { since: counts.since, until: counts.since + counts.size * counts.width, width: counts.width };
        const words = buckets
            ? bucketWords(counts, first, end, context)
            : headWords({ view, ends, isPast: range !== undefined, isPolled, context });
        this.head.showWords(words, buckets !== undefined);
    }

    #outOf(filter) {
        if (!isReadable(filter)) return this.#out;
        if (filter !== this.#filter) this.#out = LEVELS.filter((level) => !passesLevel(filter, level));
        this.#filter = filter;
        return this.#out;
    }
}
