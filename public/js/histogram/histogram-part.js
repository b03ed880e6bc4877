// The histogram of the page: joins its numbers, its drawing and what the reader does in it with time and filter.

import { filterLanguage } from "../filter-box/language.js";
import { h } from "../parts/parts-view.js";
import { isoOf } from "../time/iso.js";
import { endsOf, momentOf } from "../time/place.js";
import { ChartActs } from "./chart-acts.js";
import { ChartGesturesView } from "./chart-gestures-view.js";
import { ChartView } from "./chart-view.js";
import { NONE, OTHER } from "./counts.js";
import { fetchFacets } from "./history-client.js";
import { PastCount } from "./past-count.js";
import { ReadoutView } from "./readout-view.js";
import { Source } from "./source.js";
import { between, endsAt, isLive, STANDARD_SPAN, viewAround, zoomed } from "./spans.js";
import { summary } from "./words.js";

/** More values than this are no division but a blur; the rest counts as "other". */
const MOST_VALUES = 12;

/** The summary for screen readers is written anew this often. */
const SUMMARY_EVERY_MS = 10_000;

export class HistogramPart {
    by = "level";
    counts;
    #page;
    #root = document.getElementById("histogram");
    #chart = new ChartView();
    #readout = new ReadoutView({ toggle: (name) => this.#toggle(name), act: (what) => this.#headActed(what) });
    #summary = h("p", { class: "visually-hidden", id: "histogram-summary" });
    #source;
    #acts;
    #gestures;
    #pastCount;
    #view = { span: STANDARD_SPAN };
    #span = STANDARD_SPAN;       // of live rows
    #isLog = false;
    #isFolded;
    #state;                      // of the page, as it was shown last
    #place;                      // of the past that the view was made for
    #summaryAt = 0;
    #fieldsKey = "";
    #openSince;                  // when the connection began
    #small = matchMedia("(max-width: 640px)");

    /** `page` is { relay, views, acts, walk, signal }. */
    constructor(page) {
        this.#page = page;
        this.#isFolded = page.views.settings.get("isHistogramFolded");
        this.#source = new Source(page.relay, () => this.#draw());
        this.#acts = new ChartActs(this, page, this.#chart);
        this.#pastCount = new PastCount((counts) => page.acts.pastCounted(counts));
        this.#gestures = new ChartGesturesView(this.#chart, {
            act: (what) => this.#acts.act(what),
            rangeAt: () => this.#range && this.counts && [this.#range.since, this.#range.until].map((at) => this.#chart.x(at)),
            signal: page.signal,
        });
        this.#chart.element.setAttribute("aria-describedby", this.#summary.id);
        this.#root.append(this.#readout.element, this.#chart.element, this.#summary);
        this.#root.hidden = false;
        const observer = new ResizeObserver(([{ contentRect }]) => this.#resized(Math.floor(contentRect.width)));
        observer.observe(this.#root);
        page.signal?.addEventListener("abort", () => observer.disconnect());
        this.#showFolded();
    }

    commands = {
        histogram: () => this.#fold(),
        zoomIn: () => this.zoom(1),
        zoomOut: () => this.zoom(-1),
    };

    take(update) {
        if (update.watched?.histogram) this.#source.told(update.watched.histogram);
    }

    show(state) {
        this.#state = state;
        this.#followBy();
        this.#followLink(state.link);
        this.#follow(state.time.place, state.past?.landedTime);
        this.#want();
        if (this.#source.isPolled) this.#draw();
        else this.look();
    }

    escape() {
        const isSheet = this.#small.matches && this.#root.classList.contains("is-open");
        if (isSheet) this.#root.classList.remove("is-open");
        return isSheet || this.#gestures.escape();
    }

    get context() {
        return { zone: this.#state.zone, now: this.#state.now };
    }

    setView(view) {
        this.#view = view;
        if (isLive(view)) this.#span = view.span;
        this.#want();
    }

    zoom(step, around) {
        this.setView(zoomed(this.#view, step, around));
    }

    /** Back to live: the rows too if they are of the past. */
    reset() {
        if (this.#state.time.place) this.#page.acts.goLive();
        else this.setView({ span: isLive(this.#view) ? STANDARD_SPAN : this.#span });
    }

    /** Rows of a range; the bars stay as they are. */
    openRange({ since, until }) {
        if (isLive(this.#view)) this.#view = between(this.#ends.since, this.#ends.until);
        this.#page.acts.openPast({ since: isoOf(since), until: isoOf(until) });
    }

    /** What may change without new numbers: marks, the range, the rows in view, and what is read. */
    look() {
        if (!this.counts) return;
        const { link, past, stats, time } = this.#state;
        const { drag, hover } = this.#acts;
        const isLost = link.phase === "lost" && isLive(this.#view);
        this.#chart.showMarks(this.#source.marks, {
            knownFrom: Date.parse(stats?.oldest_time) || this.counts.since,
            knownTo: isLost ? link.since : Infinity,
            unknownWords: isLost ? "unknown since the connection broke" : "not in the log",
        });
        const moment = momentOf(time.place, past?.landedTime);
        this.#chart.showRange(drag ?? this.#range ?? (moment && { since: moment, until: moment }), !drag);
        const seen = this.#page.views.rows.seenTimes;
        this.#chart.showView(seen?.first, seen?.last);
        this.#readout.read(this.counts, {
            buckets: hover, range: this.#range && this.#acts.bucketsOf(this.#range), exact: this.#pastCount.values, by: this.by,
            filter: this.#lens?.filter ?? "", view: this.#view, isPolled: this.#source.isPolled, context: this.context,
        });
    }

    get #lens() {
        const { lens } = this.#state ?? {};
        return lens?.stream === undefined ? undefined : { stream: lens.stream, filter: lens.filter };
    }

    get #ends() { return endsAt(this.#view, this.#state?.now ?? Date.now()); }

    /** The fixed range of the past, if the rows are of one. */
    get #range() {
        const { since, until } = endsOf(this.#state?.time.place);
        return since === undefined || until === undefined ? undefined : { since, until };
    }

    /** The past keeps the view it was chosen in, if it is in it; live rows have the span that was chosen for them. */
    #follow(place, landedTime) {
        const moment = momentOf(place, landedTime);
        const key = place && JSON.stringify([place, moment]);
        if (key === this.#place) return;
        this.#place = key;
        if (!place) return this.setView({ span: this.#span });
        const { since, until } = endsOf(place);
        const isKnown = since ?? until ?? moment;
        return isKnown && this.setView(viewAround({ since, until, moment }, this.#ends, this.#span));
    }

    #want() {
        const lens = this.#lens;
        if (!lens || this.#isFolded || this.#chart.width === 0) return;
        this.#source.want(this.#view, lens, this.by);
        if (this.#range) this.#pastCount.want(lens, this.#range, this.by);
        else this.#pastCount.forget();
    }

    #draw() {
        if (!this.#state || this.#chart.width === 0) return;
        const counts = this.#source.counts(this.#state.now);
        if (!counts || counts.size === 0) return;
        this.counts = counts;
        const ratio = this.#chart.show(counts, { by: this.by, isLog: this.#isLog, zone: this.#state.zone });
        this.#readout.showScale(counts, { isLog: this.#isLog, ratio, isRange: this.#range !== undefined });
        this.look();
        this.#describe();
    }

    #describe() {
        const { now } = this.#state;
        if (now - this.#summaryAt < SUMMARY_EVERY_MS) return;
        this.#summaryAt = now;
        const text = summary(this.counts, this.by, this.context);
        this.#summary.textContent = text;
        if (!this.#acts.hover) this.#chart.describe({ now: this.counts.size, of: this.counts.size, text });
    }

    async #toggle(name) {
        const { acts, views } = this.#page;
        const { text } = views.filter;
        if (name === OTHER) return views.said.say("\u201cother\u201d is many values; a filter has to name them");
        if (name === NONE) return acts.editFilter(`${text} ${this.by}:*`.trim());
        const { exclude, include, toggleLevel } = await filterLanguage();
        if (this.by === "level") return acts.editFilter(toggleLevel(text, name));
        const isOnly = this.counts.series.length === 1 && this.counts.series[0].name === name;
        return acts.editFilter(isOnly ? exclude(text, this.by, name) : include(text, this.by, name));
    }

    #headActed(what) {
        if (what.fold) this.#fold();
        if (what.by) this.#divideBy(what.by);
        if (what.askFields) this.#askFields();
        if (what.flipScale) {
            this.#isLog = !this.#isLog;
            this.#draw();
        }
    }

    #divideBy(field) {
        const { address } = this.#page.views;
        address.show({ ...address.lens, by: field === "level" ? undefined : field }, false);
        this.#followBy();
        this.#want();
    }

    #followLink({ phase, since }) {
        if (phase !== "open" || since === this.#openSince) return;
        if (this.#openSince !== undefined) this.#source.again();
        this.#openSince = since;
    }

    /** The address says by what the bars are divided. */
    #followBy() {
        const { by = "level" } = this.#page.views.address.lens;
        if (by === this.by) return;
        this.by = by;
        this.#readout.head.showField(by);
    }

    /** Fields with few enough values, asked for when the reader is about to choose. */
    async #askFields() {
        const lens = this.#lens;
        const key = JSON.stringify(lens);
        if (!lens || key === this.#fieldsKey) return;
        this.#fieldsKey = key;
        const { since, until } = this.#ends;
        try {
            const facets = await fetchFacets({ ...lens, since: isoOf(since), until: isoOf(until), limit: MOST_VALUES });
            const few = facets.filter(({ present, distinct }) => present > 0 && distinct <= MOST_VALUES);
            this.#readout.head.showFields([...new Set(["level", ...few.map(({ field }) => field)])], this.by);
        } catch {
            this.#fieldsKey = "";   // the relay is away; the fields that are there stay
        }
    }

    /** On a small screen it is a sheet that comes when it is asked for; elsewhere the fold is remembered. */
    #fold() {
        if (this.#small.matches) return this.#root.classList.toggle("is-open");
        this.#isFolded = !this.#isFolded;
        this.#page.views.settings.set("isHistogramFolded", this.#isFolded);
        this.#showFolded();
        if (this.#isFolded) return this.#source.rest();
        return this.#want();
    }

    #showFolded() {
        this.#root.classList.toggle("is-folded", this.#isFolded);
        this.#readout.head.showFolded(this.#isFolded);
    }

    #resized(width) {
        if (width === this.#chart.width || width <= 0) return;
        this.#chart.resize(width);
        if (this.#state) this.#want();
        this.#draw();
    }
}
