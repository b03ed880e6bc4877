// The rows of one open stream, in the worker: what arrived, what is missing, and what can still be loaded.

import { isChosen, KeptRows } from "./kept-rows.js";
import { Ring, HELD_SLACK } from "./ring.js";
import { RowFeed } from "./row-feed.js";
import { markPattern, plainLine } from "./row-text.js";
import { TextSearch } from "./text-search.js";
import { findSlowDown, silenceLimit } from "./time-look.js";
import { levelsAlong } from "../rows/ruler-marks.js";
import {
    filledGap, gapRow, isLoadable, newestPart, noteRow, painted, rowsOf, withoutKnown,
} from "./stream-row.js";

export class StreamRows {
    #limits;
    #ring;
    #next;             // { ring, words, anchorSeq } of a stream being opened, while the old rows stay
    #kept;             // KeptRows of which the shown rows are chosen
    #words;
    #lastSeq = 0;
    #coveredFrom;
    #isHeld = false;
    #feed = new RowFeed();
    #zone = "utc";
    #found = new TextSearch();
    #counted = new TextSearch();
    #times;            // { mode, now, limit } unless rows show the clock

    constructor(limits = {}) {
        this.#limits = limits;
        this.#ring = new Ring(limits);
    }

    /** Everything up to here was received; 0 before that. */
    get lastSeq() { return this.#lastSeq; }
    get length() { return this.#ring.length; }
    get base() { return this.#ring.base; }
    get end() { return this.#ring.end; }
    get isFull() { return this.#ring.isFull; }
    get isWaiting() { return this.#next !== undefined; }

    /** First seq that was looked at for these rows; what is older may still be in the log. */
    get coveredFrom() { return this.#coveredFrom; }

    get firstTime() { return this.#ring.at(this.#ring.base)?.time; }

    /** The first event's seq. */
    get firstSeq() {
        return this.#ring.at(this.#ring.find(this.#ring.base - 1, 1, (row) => row.text !== undefined) ?? -1)?.seq;
    }

    get lastTime() {
        return this.#ring.at(this.#ring.find(this.#ring.end, -1, (row) => row.time !== undefined) ?? -1)?.time;
    }

    /** Whether a part of what was received is shown, until an answer of the relay is swapped in. */
    get isChoosing() { return this.#kept !== undefined; }

    /** All rows that are here, to choose from while other filters are tried; undefined if there is none. */
    keep(filter) {
        if (this.#kept || this.#lastSeq === 0) return this.#kept;
        return new KeptRows({ rows: this.#ring.rows, filter, coveredFrom: this.#coveredFrom, lastSeq: this.#lastSeq });
    }

    /** Shows at once those of the kept rows that pass `test`. */
    choose(kept, test, words, anchorSeq) {
        if (this.#kept !== kept) kept.follow(this.#ring.rows);
        this.#kept = kept;
        kept.test = test;
        this.#show({ ring: this.#ringOf(kept.shown(test)), words: markPattern(words), anchorSeq });
    }

    /**
     * Another stream or filter was opened: its rows gather aside until `swap`. With `kept`, they go on behind those of
     * the kept ones that pass `test`. Answers how many those are. `landing` says where in the view the row of
     * `anchorSeq` comes, see RowFeed.
     */
    begin(words, anchorSeq, kept, test, landing) {
        const ring = this.#ringOf(kept ? kept.chosen(test) : []);
        this.#next = { ring, words: markPattern(words), anchorSeq, landing };
        this.#lastSeq = kept?.lastSeq ?? 0;
        this.#coveredFrom = kept?.coveredFrom;
        return ring.length;
    }

    /** Shows the rows gathered since `begin` in place of the old ones. */
    swap() {
        if (!this.#next) return;
        this.#kept = undefined;
        this.#show(this.#next);
        this.#next = undefined;
    }

    /** The page shows these rows again after those of another list. */
    showAgain() {
        this.#feed.swapped(this.#ring);
    }

    /** Lets go of all rows. */
    clear() {
        this.#next = undefined;
        this.#kept = undefined;
        this.#show({ ring: this.#ringOf([]) });
    }

    /** The log began anew: seqs start over. */
    restartSeqs() {
        this.#lastSeq = 0;
        this.#coveredFrom = undefined;
    }

    /** While the reader holds, the oldest rows stay a little longer. */
    hold(isHeld) {
        this.#isHeld = isHeld;
        this.#trim(this.#ring);
    }

    /** Appends the new ones of an `events` message and answers them: { seq, severity } and more. */
    append(message) {
        const fresh = rowsOf([message]).filter((row) => row.seq > this.#lastSeq);
        this.#lastSeq = Math.max(this.#lastSeq, message.last ?? 0, fresh.at(-1)?.seq ?? 0);
        this.#coveredFrom = Math.min(this.#coveredFrom ?? Infinity, message.first ?? Infinity);
        this.#push(fresh);
        return fresh;
    }

    appendGap(gap) {
        this.#push([gapRow(gap)]);
    }

    appendNote(title, facts) {
        this.#push([noteRow(title, facts, this.#lastSeq)]);
    }

    /** What to fetch for the gap at `index`, its newest part if it is long. Undefined if there is nothing to load. */
    startLoading(index) {
        const row = this.#ring.at(index);
        if (!row?.gap || !isLoadable(row.gap) || row.isLoading) return undefined;
        row.isLoading = true;
        this.#feed.touched(index);
        return { row, ...newestPart(row.gap) };
    }

    /** Puts fetched events and gaps in place of the gap, or of its newest part. */
    finishLoading(load, reached) {
        const index = this.#ring.indexOf(load.row);
        if (index === undefined) return;
        const rows = withoutKnown(rowsOf(load.messages), this.#ring.rows, load);
        this.#splice(index, 1, filledGap(load, rows, reached));
    }

    stopLoading({ row }) {
        const index = this.#ring.indexOf(row);
        row.isLoading = false;
        if (index !== undefined) this.#feed.touched(index);
    }

    /** Puts older events before the first row; what the relay did not send of the range becomes a gap to load. */
    prepend({ from, to, messages }, reached) {
        const rows = rowsOf(messages);
        if (reached < to) rows.push(gapRow({ from: reached + 1, to, reason: "unloaded" }));
        this.#coveredFrom = from;
        if (rows.length > 0) this.#splice(this.#ring.base, 0, rows);
        return rows.length;
    }

    /** Index of the next row from `from` of that severity: "error" for error and above, "warn" for warn. */
    find(from, step, wanted) {
        const start = Math.min(Math.max(from, this.#ring.base - 1), this.#ring.end);
        return this.#ring.find(start, step, (row) => row.severity === wanted);
    }

    /** Index of the next row from `from` with one of the terms in its message. */
    findText(from, step, terms) {
        this.#found.terms = terms;
        const start = Math.min(Math.max(from, this.#ring.base - 1), this.#ring.end);
        return this.#ring.find(start, step, (row) => this.#found.has(row));
    }

    /** How many rows have each of the terms. */
    countText(terms) {
        this.#counted.terms = terms;
        return this.#counted.counts(this.#ring.rows);
    }

    /** Index of the first event with a time from `since` to before `until`, milliseconds. */
    findWithin(since, until) {
        return this.#ring.find(this.#ring.base - 1, 1, (row) => {
            const time = Date.parse(row.time);
            return time >= since && time < until;
        });
    }

    /** The time of the event with this seq, or of the first one after it. */
    timeOfSeq(seq) {
        return this.#ring.at(this.#ring.indexOfSeq(seq) ?? -1)?.time;
    }

    /** The event behind a row: its JSON text and a plain line. Undefined for rows that are not events. */
    event(index) {
        const text = this.#ring.at(index)?.text;
        return text === undefined ? undefined : { index, seq: this.#ring.at(index).seq, text, line: plainLine(text) };
    }

    look(view) {
        this.#feed.look(view);
    }

    /** What the column of times shows: a mode of time-look.js, as of now. */
    setTimes({ mode, now }) {
        const isSame = mode === (this.#times?.mode ?? "absolute");
        this.#times = mode === "absolute" ? undefined : { mode, now, limit: silenceLimit(this.#ring) };
        if (!isSame) this.#feed.repaint();
        else if (mode === "relative") this.#feed.repaintView(this.#ring);
    }

    /** Index of the next row from `from` that came after a long silence. */
    findSlowDown(from, step) {
        return findSlowDown(this.#ring, Math.min(Math.max(from, this.#ring.base - 1), this.#ring.end), step);
    }

    setZone(zone) {
        this.#zone = zone;
        this.#feed.repaint();
    }

    marks() {
        return levelsAlong(this.#ring);
    }

    /** How the list changed since the last time, and the rows the page lacks. */
    take() {
        const { change, indexes } = this.#feed.take(this.#ring);
        const context = (index) => ({
            zone: this.#zone, words: this.#words, above: this.#ring.at(index - 1)?.time, times: this.#times,
            sourceAbove: () => this.#sourceOf(index - 1),
        });
        return { ...change, rows: indexes.map((index) => painted(index, this.#ring.at(index), context(index))) };
    }

    #sourceOf(index) {
        const text = this.#ring.at(index)?.text;
        return text === undefined ? undefined : JSON.parse(text).source;
    }

    #push(rows) {
        const kept = this.#next ? undefined : this.#kept;
        kept?.push(rows, this.#lastSeq);
        const ring = this.#next?.ring ?? this.#ring;
        for (const row of rows) if (!kept || isChosen(row, kept.test)) ring.push(row);
        this.#trim(ring);
    }

    #ringOf(rows) {
        return Ring.of(rows, { ...this.#limits, base: this.#ring.end + 1 });
    }

    #show({ ring, words, anchorSeq, landing }) {
        this.#ring = ring;
        this.#words = words;
        this.#feed.swapped(ring, anchorSeq, landing);
    }

    #trim(ring) {
        ring.trim(this.#isHeld ? HELD_SLACK : 0);
    }

    #splice(index, removed, rows) {
        this.#ring.splice(index, removed, rows);
        this.#feed.spliced(index, removed, rows.length);
        this.#trim(this.#ring);
    }
}
