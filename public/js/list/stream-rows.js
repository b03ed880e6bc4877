// The rows of one open stream, in the worker: what arrived, what is missing, and what can still be loaded.

import { Clearing } from "./clearing.js";
import { plainLine } from "./copy-text.js";
import { isChosen, KeptRows } from "./kept-rows.js";
import { markPattern } from "./message-parts.js";
import { ReaderLines } from "./reader-lines.js";
import { Repeats } from "./repeats.js";
import { Ring, HELD_SLACK } from "./ring.js";
import { RowFeed } from "./row-feed.js";
import { RowLooks } from "./row-looks.js";
import { RowSearch } from "./row-search.js";
import { levelsAlong } from "../rows/ruler-marks.js";
import {
    filledGap, gapRow, isLoadable, newestPart, noteRow, rowsOf, withoutKnown,
} from "./stream-row.js";

export class StreamRows {
    search = new RowSearch(this);
    #limits;
    #ring;
    #next;             // { ring, words, anchorSeq } of a stream being opened, while the old rows stay
    #kept;             // KeptRows of which the shown rows are chosen
    #words;
    #lastSeq = 0;
    #coveredFrom;
    #isHeld = false;
    #feed = new RowFeed();
    #looks = new RowLooks();
    #repeats = new Repeats();
    #clearing = new Clearing();
    #lines = new ReaderLines();

    constructor(limits = {}) {
        this.#limits = limits;
        this.#ring = new Ring(limits);
    }

    /** Everything up to here was received; 0 before that. */
    get lastSeq() { return this.#lastSeq; }
    /** The rows themselves, to search in. */
    get ring() { return this.#ring; }

    get looks() { return this.#looks; }
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
        this.#feed.swapped();
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
        this.#looks.forget();
        this.#lines.forget();
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

    /** A line of the reader's own, after the row at `index` or after the newest one. */
    mark({ title, facts, index = this.#ring.end - 1 }) {
        const seq = this.#ring.at(index)?.seq ?? this.#lastSeq;
        this.#splice(index + 1, 0, [this.#lines.add({ title, facts, seq })]);
    }

    /** Hides the rows above a line of the reader's own, or shows them again. */
    flipClear(index) {
        const line = this.#ring.at(index);
        if (line?.marker === undefined) return;
        this.#splice(...this.#clearing.flip(this.#ring, index));
        this.#feed.touched(this.#ring.indexOf(line));
    }

    /** Changes how rows look: `change` gets the looks; all rows are painted again, or those at `indexes`. */
    restyle(change, indexes) {
        change(this.#looks);
        if (indexes === undefined) this.#feed.repaint();
        else for (const index of indexes) this.#feed.touched(index);
    }

    /** How alike rows must be to be shown as one. */
    joinRepeats(grade, anchorSeq) {
        const rows = this.#all;
        this.#repeats.grade = grade;
        this.#show({ ring: this.#ringOf(rows), words: this.#words, anchorSeq });
    }

    /** What to fetch for the gap at `index`, its newest part if it is long. Undefined if there is nothing to load. */
    startLoading(index, part = newestPart) {
        const row = this.#ring.at(index);
        if (!row?.gap || !isLoadable(row.gap) || row.isLoading) return undefined;
        row.isLoading = true;
        this.#feed.touched(index);
        return { row, ...part(row.gap) };
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
        if (this.#clearing.rows.length > 0) this.#splice(...this.#clearing.undo(this.#ring));
        this.#coveredFrom = from;
        if (rows.length > 0) this.#splice(this.#ring.base, 0, rows);
        return rows.length;
    }

    /** Index of the next row from `from` of that severity: "error" for error and above, "warn" for warn. */
    find(from, step, wanted) {
        const start = Math.min(Math.max(from, this.#ring.base - 1), this.#ring.end);
        return this.#ring.find(start, step, (row) => row.severity === wanted);
    }

    /** The time of the event with this seq, or of the first one after it. */
    timeOfSeq(seq) {
        return this.#ring.at(this.#ring.indexOfSeq(seq) ?? -1)?.time;
    }

    /** A note was put on an event. */
    noted(seq) {
        this.#looks.note(seq);
        const index = this.#ring.indexOfSeq(seq);
        if (index !== undefined) this.#feed.touched(index);
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
        const isSame = this.#looks.setTimes(mode, now, this.#ring);
        if (!isSame) this.#feed.repaint();
        else if (mode === "relative") this.#feed.repaintView(this.#ring);
    }

    setZone(zone) { this.restyle((looks) => { looks.zone = zone; }); }

    marks() {
        return levelsAlong(this.#ring);
    }

    /** How the list changed since the last time, and the rows the page lacks. */
    take() {
        const { change, indexes } = this.#feed.take(this.#ring);
        return { ...change, rows: indexes.map((index) => this.#looks.paint(this.#ring, index, this.#words)) };
    }

    /** All rows that are here, hidden ones too. */
    get #all() {
        return [...this.#clearing.rows, ...this.#ring.rows];
    }

    #push(rows) {
        const kept = this.#next ? undefined : this.#kept;
        kept?.push(rows, this.#lastSeq);
        const ring = this.#next?.ring ?? this.#ring;
        for (const row of rows) {
            if (row.notes !== undefined) this.noted(row.notes);
            if (!kept || isChosen(row, kept.test)) this.#add(ring, row);
        }
        this.#trim(ring);
    }

    #add(ring, row) {
        if (!this.#repeats.join(ring, row)) ring.push(row);
        else if (ring === this.#ring) this.#feed.touched(ring.end - 1);
    }

    #ringOf(rows) {
        const ring = new Ring({ ...this.#limits, base: this.#ring.end + 1 });
        for (const row of rows) this.#add(ring, row);
        return ring;
    }

    #show({ ring, words, anchorSeq, landing }) {
        this.#clearing.forget();
        this.#lines.place(ring);
        this.#ring = ring;
        this.#words = words;
        this.#feed.swapped(anchorSeq, landing);
    }

    #trim(ring) {
        ring.trim(this.#isHeld ? HELD_SLACK : 0);
    }

    #splice(index, removed, rows) {
        for (const row of rows) if (row.notes !== undefined) this.#looks.note(row.notes);
        this.#ring.splice(index, removed, rows);
        this.#feed.spliced(index, removed, rows.length);
        this.#trim(this.#ring);
    }
}
