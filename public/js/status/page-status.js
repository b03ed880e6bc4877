// What the page knows about the stream beside its rows, and the views that show it.

import { h } from "../parts/parts-view.js";
import { endWords } from "../time/end-words.js";
import { LIVE } from "../time/time-state.js";

export class PageStatus {
    /** LIVE, HELD or PAST, and why. */
    time = LIVE;
    /** What the range of the past has in all: `{ matched, seen }`, once it is known. */
    pastCounts;
    counts = { matched: 0, seen: 0, news: { matched: 0, errors: 0 }, gaps: { count: 0, events: 0 } };
    #views;
    #link = { phase: "opening", attempt: 0, since: Date.now() };
    #start = { isOpened: false };
    #lens;               // what the server sends, and what is wrong with what was typed
    #facts;              // of the relay: host, streams
    #configuration;      // of the relay, as it said last: { generation, problem }
    #stats;
    #past;               // what the worker says of the rows of the past

    constructor(views) {
        this.#views = views;
    }

    /** Takes over what an update of the worker says; the list of rows is not its business. */
    take(update) {
        this.#link = update.link ?? this.#link;
        this.counts = update.counts ?? this.counts;
        this.#stats = update.stats ?? this.#stats;
        this.#past = update.past ?? this.#past;
        if (update.relay) this.#showStreams(update.relay);
        if (update.relay) this.#showConfiguration(update.relay.configuration, { hasStreams: true });
        if (update.stats) this.#showConfiguration(update.stats.configuration);
        if (update.lens) this.#showLens(update.lens);
        if (update.start) this.#showStart(update.start);
        if (update.marks) this.#views.ruler.showMarks(update.marks);
        for (const notice of update.notices ?? []) this.#views.notice.show(notice);
        return this.show();
    }

    /** Shows it again, as of now. Answers whether the list got another line at its end. */
    show() {
        const { timeBar, strip, blank, smallBar, filter, notice, endRow } = this.#views;
        const view = this.view;
        for (const part of [timeBar, strip]) part.show(view);
        blank.show(this.time.place ? { ...view, isEmpty: false } : view);
        smallBar.show(this.time.held);
        filter.showCounts((this.time.place && this.pastCounts) ?? this.counts, view.now);
        notice.showLink(view);
        this.#showTitle();
        return endRow.show(endWords(view));
    }

    pastCounted(counts) {
        this.pastCounts = counts;
    }

    /** The state of the page as of now. */
    get view() {
        const { rows, settings } = this.#views;
        return {
            now: Date.now(),
            time: this.time,
            link: this.#link,
            isOpened: this.#start.isOpened,
            isEmpty: rows.isEmpty,
            lastTime: this.#start.lastTime,
            past: this.time.place && samePlace(this.#past?.place, this.time.place) ? this.#past : undefined,
            pastCounts: this.pastCounts,
            stats: this.#stats,
            configuration: this.#configuration,
            counts: this.counts,
            news: this.counts.news,
            lens: this.#lens,
            relay: this.#facts,
            zone: settings.zone,
            isThrifty: settings.isThrifty,
            isHidden: document.hidden,
        };
    }

    /** The relay runs on another configuration than it said, or says something else of it; `hasStreams` if it named them, too. */
    #showConfiguration(configuration, { hasStreams = false } = {}) {
        const before = this.#configuration;
        this.#configuration = configuration;
        const isOther = !hasStreams && before?.generation !== configuration?.generation;
        if (!isOther && before?.problem === configuration?.problem) return;
        const showStreams = (streams) => this.#showStreams({ ...this.#facts, streams });
        this.#views.configuration.do("show", configuration, isOther ? showStreams : undefined);
    }

    #showTitle() {
        const errors = this.time.held || document.hidden ? this.counts.news.errors : 0;
        const { stream } = this.#views.address.lens;
        const title = `${errors > 0 ? `(${errors}!) ` : ""}${stream} \u00b7 tailrace`;
        if (document.title !== title) document.title = title;
    }

    #showStreams(facts) {
        this.#facts = facts;
        this.#views.streams = facts.streams;
        const { stream } = this.#views.address.lens;
        const names = facts.streams.includes(stream) ? facts.streams : [...facts.streams, stream];
        document.getElementById("stream").replaceChildren(...names.map(
            (name) => h("option", { value: name, selected: name === stream }, name),
        ));
    }

    #showLens(lens) {
        this.#lens = lens;
        this.#views.filter.showLens(lens);
    }

    #showStart(start) {
        this.#start = start;
        this.#views.startRow.show(start, this.#views.settings.zone);
    }
}

function samePlace(one, other) {
    return ["since", "until", "at"].every((name) => one?.[name] === other[name]);
}
