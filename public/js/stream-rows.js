// The rows of one open stream, in the worker: what arrived, what is missing, and what can still be loaded.

import { isChosen, KeptRows } from "./kept-rows.js";
import { Ring, HELD_SLACK } from "./ring.js";
import { RowFeed } from "./row-feed.js";
import { markPattern, plainLine } from "./row-text.js";
import { levelsAlong } from "./ruler-marks.js";
import { gapRow, isLoadable, LOAD_STEP, noteRow, painted, rowsOf } from "./stream-row.js";

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

    constructor(limits = {}) {
        this.#limits = limits;
        this.#ring = new Ring(limits);
    }

    get length() { return this.#ring.length; }
    get isFull() { return this.#ring.isFull; }
    get isWaiting() { return this.#next !== undefined; }
    get lastSeq() { return this.#lastSeq; }

    /** First seq that was looked at for these rows; what is older may still be in the log. */
    get coveredFrom() { return this.#coveredFrom; }

    get firstTime() { return this.#ring.at(this.#ring.base)?.time; }

    get lastTime() {
        const index = this.#ring.find(this.#ring.end, -1, (row) => row.time !== undefined);
        return index === undefined ? undefined : this.#ring.at(index).time;
    }

    /** Whether a part of what was received is shown, until an answer of the relay is swapped in. */
    get isChoosing() { return this.#kept !== undefined; }

    /** All rows that are here, to choose from while other filters are tried; undefined if there is none. */
    keep(filter) {
        if (this.#kept || this.#lastSeq === 0) return this.#kept;
        return new KeptRows({ rows: this.#all, filter, coveredFrom: this.#coveredFrom, lastSeq: this.#lastSeq });
    }

    /** Shows at once those of the kept rows that pass `test`. */
    choose(kept, test, words, anchorSeq) {
        if (this.#kept !== kept) kept.follow(this.#all);
        this.#kept = kept;
        kept.test = test;
        this.#show({ ring: this.#ringOf(kept.shown(test)), words: markPattern(words), anchorSeq });
    }

    /**
     * Another stream or filter was opened: its rows gather aside until `swap`. With `kept`, they go on behind those of
     * the kept ones that pass `test`. Answers how many those are.
     */
    begin(words, anchorSeq, kept, test) {
        const ring = this.#ringOf(kept ? kept.chosen(test) : []);
        this.#next = { ring, words: markPattern(words), anchorSeq };
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
        const { from, to, count } = row.gap;
        const share = Math.min(1, LOAD_STEP / Math.max(1, count ?? to - from + 1));
        return { row, from: Math.max(from, to - Math.ceil((to - from + 1) * share) + 1), to };
    }

    /**
     * Puts fetched events and gaps in place of the gap, or of its newest part. The relay answers a long range in part:
     * `reached` is the last seq of what it sent.
     */
    finishLoading({ row, from, to, messages }, reached) {
        const index = this.#ring.indexOf(row);
        if (index === undefined) return;
        const rows = this.#without(rowsOf(messages), from, to);
        const rest = row.gap.count - rows.reduce((sum, { gap }) => sum + (gap?.count ?? 1), 0);
        const before = from > row.gap.from && !(rest <= 0) ? [{ ...row.gap, to: from - 1 }] : [];
        const behind = reached < to ? [{ ...row.gap, from: reached + 1 }] : [];
        const count = before.length + behind.length === 1 ? rest : undefined;
        const gaps = (list) => list.map((gap) => gapRow({ ...gap, count }));
        this.#splice(index, 1, [...gaps(before), ...rows, ...gaps(behind)]);
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

    /** The event behind a row: its JSON text and a plain line. Undefined for rows that are not events. */
    event(index) {
        const text = this.#ring.at(index)?.text;
        return text === undefined ? undefined : { index, text, line: plainLine(text) };
    }

    look(view) {
        this.#feed.look(view);
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
        return { ...change, rows: indexes.map((index) => this.#paint(index)) };
    }

    #push(rows) {
        const kept = this.#next ? undefined : this.#kept;
        kept?.push(rows, this.#lastSeq);
        const ring = this.#next?.ring ?? this.#ring;
        for (const row of rows) if (!kept || isChosen(row, kept.test)) ring.push(row);
        this.#trim(ring);
    }

    get #all() {
        return Array.from({ length: this.#ring.length }, (_, at) => this.#ring.at(this.#ring.base + at));
    }

    #ringOf(rows) {
        const ring = new Ring({ ...this.#limits, base: this.#ring.end + 1 });
        for (const row of rows) ring.push(row);
        return ring;
    }

    #show({ ring, words, anchorSeq }) {
        this.#ring = ring;
        this.#words = words;
        this.#feed.swapped(ring, anchorSeq);
    }

    #trim(ring) {
        ring.trim(this.#isHeld ? HELD_SLACK : 0);
    }

    #splice(index, removed, rows) {
        this.#ring.splice(index, removed, rows);
        this.#feed.spliced(index, removed, rows.length);
        this.#trim(this.#ring);
    }

    /** Leaves out what the list already has between two seqs: a sampled stretch is not empty. */
    #without(rows, from, to) {
        const known = new Set();
        for (let index = this.#ring.base; index < this.#ring.end; index += 1) {
            const row = this.#ring.at(index);
            if (row.text !== undefined && row.seq >= from && row.seq <= to) known.add(row.seq);
        }
        return rows.filter((row) => !known.has(row.seq));
    }

    #paint(index) {
        const context = { zone: this.#zone, words: this.#words, above: this.#ring.at(index - 1)?.time };
        return painted(index, this.#ring.at(index), context);
    }
}
