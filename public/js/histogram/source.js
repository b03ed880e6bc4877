// Where the histogram's numbers come from: panels that the relay keeps up to date for a view that ends now, and its
// history for all else. Pure but for asking the history.

import { isoOf } from "../time/iso.js";
import { countsOfHistory, countsOfPanels, joined, onGrid } from "./counts.js";
import { fetchCounts, fetchEvents, fetchStatus } from "./history-client.js";
import { MARKS_FILTER, marksOf, mergedEvents, startsOf } from "./marks.js";
import { endsAt, isLive, LONGEST_WATCHED, spelled } from "./spans.js";

/** Where nothing is watched, a live view is asked for again after this, or after a bucket if that is longer. */
const POLL_MS = 5000;

/** Marks shown at most: more could not be told apart. */
const MOST_MARKS = 200;

/** Marks that the relay keeps up to date. */
const WATCHED_MARKS = 100;

export class Source {
    #relay;
    #changed;
    #asked;            // { view, lens, by }
    #key = "";
    #controller = new AbortController();
    #pollTimer;
    #isWatched = false;
    #live;             // counts of the panels
    #past;             // counts of the history
    #events = { live: [], past: [] };
    #starts = [];      // of the relay, as marks

    /** `changed()` is called when there are new numbers. */
    constructor(relay, changed) {
        this.#relay = relay;
        this.#changed = changed;
    }

    /** Whether the numbers of a live view are asked for again and again, instead of told. */
    get isPolled() { return this.#asked !== undefined && isLive(this.#asked.view) && !this.#isWatched; }

    /** Wants the counts of a view, a lens { stream, filter } and a field; numbers that are here stay until others come. */
    want(view, lens, by) {
        const key = JSON.stringify([view, lens, by]);
        if (key === this.#key) return;
        const before = this.#asked;
        this.#key = key;
        this.#asked = { view, lens, by };
        this.#stop();
        if (JSON.stringify([before?.lens, before?.by]) !== JSON.stringify([lens, by])) this.#past = undefined;
        this.#live = undefined;
        this.#watch();
        this.#fetch();
    }

    /** Nobody looks at it. */
    rest() {
        if (!this.#asked) return;
        this.#stop();
        this.#relay.tell("watch", { owner: "histogram", panels: [] });
        this.#asked = undefined;
        this.#key = "";
    }

    /** The connection was away: what happened meanwhile is asked for. */
    again() {
        if (!this.#asked) return;
        this.#stop();
        this.#fetch();
    }

    /** Messages of watched panels, or why there are none. */
    told({ panels, error }) {
        if (!this.#asked || !this.#isWatched) return;
        if (error) {
            this.#isWatched = false;
            this.#pollAgain();
            return;
        }
        const [main, marks, ghost] = panels;
        if (!main || !this.#isAbout(main)) return;
        const hasGhost = this.#asked.lens.filter !== "";
        this.#live = countsOfPanels(main, hasGhost ? ghost : undefined) ?? this.#live;
        if (hasGhost && !ghost) this.#live = undefined;
        this.#events.live = marks?.events ?? this.#events.live;
        this.#changed();
    }

    /** Counts as of now on the buckets of the view, undefined while there are none. */
    counts(now) {
        if (!this.#asked) return undefined;
        const counts = joined(this.#live, this.#past);
        return onGrid(counts, this.#live ? gridOf(this.#live) : endsAt(this.#asked.view, now));
    }

    get marks() {
        const { notes, gaps } = marksOf(mergedEvents(this.#events.past, this.#events.live));
        return { gaps, notes: [...notes, ...this.#starts].sort((one, other) => one.time - other.time) };
    }

    #isAbout(main) {
        const { view, lens } = this.#asked;
        return main.window_ms === view.span && main.stream === lens.stream;
    }

    #watch() {
        const { view, lens: { stream, filter }, by } = this.#asked;
        this.#isWatched = isLive(view) && view.span <= LONGEST_WATCHED;
        if (!this.#isWatched) return this.#relay.tell("watch", { owner: "histogram", panels: [] });
        const { since, until, width } = endsAt(view, Date.now());
        const window = spelled(view.span);
        const counted = { kind: "timeseries", stream, window, points: Math.round((until - since) / width), every: "1s" };
        return this.#relay.tell("watch", {
            owner: "histogram",
            panels: [
                { ...counted, filter, by: [by] },
                { kind: "log", stream, filter: MARKS_FILTER, window, limit: WATCHED_MARKS },
                ...(filter === "" ? [] : [{ ...counted, filter: "", by: [ghostBy(by)] }]),
            ],
        });
    }

    async #fetch() {
        const { view, lens: { stream, filter }, by } = this.#asked;
        const { signal } = this.#controller;
        const ends = endsAt(view, Date.now());
        const range = { stream, since: isoOf(ends.since), until: isoOf(ends.until) };
        const counted = { ...range, width: spelled(ends.width) };
        const [main, all, events, status] = await Promise.allSettled([
            fetchCounts({ ...counted, filter, by }, signal),
            filter === "" ? undefined : fetchCounts({ ...counted, by: ghostBy(by) }, signal),
            fetchEvents({ ...range, filter: MARKS_FILTER, limit: MOST_MARKS, order: "desc" }, signal),
            fetchStatus(signal),
        ]);
        if (signal.aborted) return;
        if (main.value) this.#past = countsOfHistory(main.value, ends, all.value);
        if (events.value) this.#events.past = events.value;
        if (status.value) this.#starts = startsOf(status.value);
        this.#changed();
        if (this.isPolled || !main.value) this.#pollAgain();
    }

    #pollAgain() {
        clearTimeout(this.#pollTimer);
        const { width } = endsAt(this.#asked.view, Date.now());
        this.#pollTimer = setTimeout(() => this.#fetch(), Math.max(POLL_MS, width));
    }

    #stop() {
        clearTimeout(this.#pollTimer);
        this.#controller.abort();
        this.#controller = new AbortController();
    }
}

/** All events are drawn as one bar; by level they also tell how many are left out. */
function ghostBy(by) {
    return by === "level" ? "level" : "source";
}

function gridOf({ since, width, size }) {
    return { since, width, until: since + size * width };
}
