// Where the counts of the facets come from: watched panels while the page is live, searches for everything else. Holds
// no elements; `watch(panels)` and `load(path)` are given.

import {
    baseOf, countsOfFacet, countsOfPanel, panelsOf, searchesOf, WINDOW_MS,
} from "./facet-counts.js";
import { Trends } from "./trend.js";

/** Distributions, and counts over the whole log where the last minutes are empty, are asked for again this often. */
const AGAIN_MS = 20_000;

/** A new panel tells nothing at first: only what is still empty after this is empty. */
const EMPTY_AFTER_MS = 2500;

/** A refused search, as when the relay has too many, is tried again. */
const RETRY_MS = 3000;

export class FacetSource {
    counts = new Map();
    trends = new Trends();
    error;
    /** When the counts were frozen; undefined while they follow. */
    frozenAt;
    /** True while the counts are of the whole log. */
    isWholeLog = false;
    #watch;
    #load;
    #changed;
    #wanted;                 // { mode, stream, filter, queries, range }
    #key = "";
    #round = 0;              // searches of an earlier round are dropped
    #again;
    #watched = [];
    #countedStream;
    #isSearching = false;    // all facets are being counted by searches
    #isDue = false;          // what was searched last has not come
    #emptyTimer;
    #isEmpty = false;        // nothing of the last minutes is in what was told last
    #isCounted = false;      // all that is watched has been told for the filter wanted
    #refused = new Set();    // facets that the relay cannot watch

    constructor({ watch, load, changed }) {
        this.#watch = watch;
        this.#load = load;
        this.#changed = changed;
    }

    /** Events that the counts are of; undefined while they are being counted. */
    get base() {
        if (!this.#wanted || this.#isSearching) return undefined;
        return baseOf(this.counts, this.#wanted.queries, this.#wanted.filter);
    }

    /** The range that searches beside the counts use, to tell the same. */
    get range() {
        if (this.#wanted?.range) return this.#wanted.range;
        return this.isWholeLog ? {} : { since: "15m" };
    }

    /** `mode` is live, held, past or off. */
    want(wanted, now) {
        const key = JSON.stringify(wanted);
        if (key === this.#key) return;
        const before = this.#wanted;
        this.#key = key;
        this.#wanted = wanted;
        this.#round += 1;
        clearTimeout(this.#again);
        clearTimeout(this.#emptyTimer);
        this.#emptyTimer = undefined;
        this.#isSearching = false;
        if (wanted.mode === "live") this.#follow(before);
        else this.#stand(before, now);
    }

    /** What the relay tells of the watched panels. */
    told({ panels = [], error }) {
        if (this.#wanted?.mode !== "live") return;
        if (error) this.#refuse(error);
        panels.forEach((panel, at) => {
            const name = this.#watched[at];
            if (panel && name !== undefined && !this.isWholeLog) this.#count(name, countsOfPanel(panel), panel);
        });
        const isComplete = this.#watched.length > 0 && this.#watched.every((_, at) => panels[at]);
        this.#isCounted ||= isComplete;
        this.#judgeWindow(panels.filter(Boolean).map(countsOfPanel));
        this.#changed();
    }

    #count(name, counts, { filter, complete }) {
        this.counts.set(name, counts);
        // While the log is still read, every value seems to rise.
        if (complete === true) this.trends.note(name, filter, counts, Date.now());
    }

    #follow(before) {
        const { queries, stream, filter } = this.#wanted;
        const isOther = this.#countedStream !== stream || before?.mode === "past";
        this.#countedStream = stream;
        this.frozenAt = undefined;
        if (isOther) this.trends.forget();
        if (isOther) this.counts.clear();
        this.isWholeLog = this.isWholeLog && !isOther;
        this.#isEmpty = this.#isEmpty && !isOther && before?.filter === filter;
        const usable = queries.filter(({ name }) => !this.#refused.has(name));
        this.#isCounted = false;
        this.#watched = usable.filter(({ isSpread }) => !isSpread).map(({ name }) => name);
        this.#watch(panelsOf(usable, stream));
        this.#waitForWindow();
        this.#search(this.isWholeLog ? queries : queries.filter(({ isSpread }) => isSpread));
    }

    /** Held or past: nothing is watched. What was counted stays, and only another filter or range is counted anew. */
    #stand(before, now) {
        const { mode, queries } = this.#wanted;
        if (before?.mode === "live" || before === undefined) this.#watch([]);
        this.#watched = [];
        if (mode === "off") return;
        if (mode === "past") this.isWholeLog = false;
        this.frozenAt = mode === "held" ? this.frozenAt ?? now : undefined;
        const isSame = mode === "held" && before?.mode === "live" && this.#isCounted
            && !this.#isDue && JSON.stringify(before.queries) === JSON.stringify(queries);
        if (!isSame) this.#search(queries);
    }

    #refuse({ panel, message }) {
        const name = this.#watched[panel];
        if (name === undefined) {
            this.error = message;
            return;
        }
        this.#refused.add(name);
        this.#follow(this.#wanted);
    }

    /** Where the last minutes are empty, as in a log of last week, the whole log is counted instead. */
    #judgeWindow(counts) {
        this.#isEmpty = counts.length > 0 && counts.every(({ total, missing }) => total + missing === 0);
        if (this.#isEmpty && !this.isWholeLog && !this.#emptyTimer) this.#waitForWindow();
        if (this.#isEmpty || counts.length === 0 || !this.isWholeLog) return;
        this.isWholeLog = false;
        this.#search(this.#wanted.queries.filter(({ isSpread }) => isSpread));
    }

    /**
     * The wait begins with the wish, not with what is told: of panels that were watched before, and of those that nothing
     * comes for, nothing may be told again.
     */
    #waitForWindow() {
        clearTimeout(this.#emptyTimer);
        this.#emptyTimer = this.isWholeLog ? undefined : setTimeout(() => {
            this.#emptyTimer = undefined;
            if (this.#isEmpty) this.#turnToWholeLog();
        }, EMPTY_AFTER_MS);
    }

    #turnToWholeLog() {
        this.isWholeLog = true;
        this.#search(this.#wanted.queries);
    }

    async #search(queries) {
        const round = this.#round;
        const { mode, stream } = this.#wanted;
        this.#isSearching = queries.length === this.#wanted.queries.length;
        this.#isDue = queries.length > 0;
        try {
            for (const { names, path } of searchesOf(queries, stream, this.#searchRange())) {
                const { facets = [] } = await this.#load(path);
                if (round !== this.#round) return;
                facets.forEach((facet, at) => this.counts.set(names[at] ?? facet.field, {
                    ...countsOfFacet(facet), isSearched: true,
                }));
                this.error = undefined;
                this.#changed();
            }
            if (round !== this.#round) return;
            this.#isSearching = false;
            this.#isDue = false;
            this.#changed();
            if (mode === "live" && queries.length > 0) this.#later(AGAIN_MS);
        } catch (error) {
            if (round !== this.#round) return;
            this.error = error.message;
            this.#changed();
            this.#later(RETRY_MS);
        }
    }

    #later(delay) {
        const { queries, mode } = this.#wanted;
        const due = mode === "live" && !this.isWholeLog ? queries.filter(({ isSpread }) => isSpread) : queries;
        clearTimeout(this.#again);
        this.#again = setTimeout(() => this.#search(due), delay);
    }

    #searchRange() {
        if (this.frozenAt === undefined) return this.range;
        if (this.isWholeLog) return { until: new Date(this.frozenAt).toISOString() };
        const ends = [this.frozenAt - WINDOW_MS, this.frozenAt].map((at) => new Date(at).toISOString());
        return { since: ends[0], until: ends[1] };
    }
}
