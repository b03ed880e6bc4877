// What the gestures in the chart do: read buckets, choose a range, zoom, go to the first row of a bar.

import { isoOf } from "../time/iso.js";
import { bucketAt, sums } from "./counts.js";
import { between, ceil, floor } from "./spans.js";
import { spokenBucket } from "./words.js";

export class ChartActs {
    /** Buckets under the pointer or the cursor, { first, end }, and the range being chosen, { since, until }. */
    hover;
    drag;
    #part;
    #page;
    #chart;

    /**
     * `part` is the histogram: its `counts`, `by` and `context`, and setView(view), zoom(step, around), reset(),
     * openRange(range) and look(), which shows what is hovered or dragged. `page` is { relay, views, acts, walk }.
     */
    constructor(part, page, chart) {
        this.#part = part;
        this.#page = page;
        this.#chart = chart;
    }

    act(what) {
        if (!this.#part.counts) return;
        if ("hover" in what) this.#read(what.hover === undefined ? undefined : this.#bucketAtPixel(what.hover));
        if ("drag" in what) this.#dragged(what.drag);
        if (what.chosen) this.#chosen(this.#snapped(what.chosen), what.isZoom);
        if (what.click !== undefined) this.#toFirstRow(this.#bucketAtPixel(what.click));
        if (what.reset) this.#let(() => this.#part.reset());
        if (what.zoom) this.#let(() => this.#part.zoom(what.zoom, this.#chart.time(what.x)));
        if ("cursor" in what) this.#cursorMoved(what.cursor);
        if (what.enter) this.#entered(what.enter);
    }

    /** Buckets of a range of time, as far as they are shown. */
    bucketsOf({ since, until }) {
        const { counts } = this.#part;
        const first = Math.max(0, bucketAt(counts, since));
        return { first, end: Math.max(first, Math.min(counts.size, bucketAt(counts, until - 1) + 1)) };
    }

    #read(buckets) {
        this.hover = buckets;
        const isOne = buckets && buckets.end - buckets.first === 1;
        this.#chart.showCross(buckets?.at ?? (isOne ? buckets.first : undefined));
        this.#part.look();
    }

    #bucketAtPixel(x) {
        const { counts } = this.#part;
        const first = Math.max(0, Math.min(counts.size - 1, bucketAt(counts, this.#chart.time(x))));
        return { first, end: first + 1 };
    }

    #dragged(pixels) {
        this.drag = pixels && this.#snapped(pixels);
        this.#read(this.drag && this.bucketsOf(this.drag));
    }

    /** Whole buckets: what a bar counts is in the range, or is not. */
    #snapped([from, to]) {
        const { width } = this.#part.counts;
        const since = floor(this.#chart.time(from), width);
        return { since, until: Math.max(since + width, ceil(this.#chart.time(to), width)) };
    }

    #chosen(range, isZoom) {
        this.#let(() => {
            if (isZoom) this.#part.setView(between(range.since, range.until));
            else this.#part.openRange(range);
        });
    }

    /** Lets go of what was hovered or dragged, and then does something. */
    #let(act) {
        this.drag = undefined;
        this.#read(undefined);
        act();
        this.#part.look();
    }

    /** To the first row of a bar: in the rows that are here, else in the past. */
    async #toFirstRow({ first }) {
        const { counts } = this.#part;
        const { views, relay, walk, acts } = this.#page;
        if (sums(counts.series, first, first + 1).total === 0) return views.said.say("No matching event in this bar");
        const since = counts.since + first * counts.width;
        const { index } = await relay.ask("findTime", { since, until: since + counts.width });
        return index === undefined ? acts.openPast({ at: isoOf(since) }) : walk.to(index);
    }

    #cursorMoved(cursor) {
        this.drag = cursor?.isRange ? this.#timesOf(cursor) : undefined;
        this.#read(cursor);
        if (!cursor) return;
        const { counts, by, context } = this.#part;
        this.#chart.describe({
            now: cursor.at + 1, of: counts.size, text: spokenBucket(counts, cursor.first, cursor.end, by, context),
        });
    }

    #entered(chosen) {
        if (chosen.isRange) this.#chosen(this.#timesOf(chosen), false);
        else this.#toFirstRow(chosen);
    }

    #timesOf({ first, end }) {
        const { since, width } = this.#part.counts;
        return { since: since + first * width, until: since + end * width };
    }
}
