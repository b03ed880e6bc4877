// Reading the past: the rows of a fixed range or around a moment, fetched from the relay's history part by part, in both
// directions. Pure: it asks questions for the history and takes the answers.
//
//   { since, until } ─▶ from the beginning of the range on, and nothing beyond its ends
//   { at: time }     ─▶ the first event from that time on ─▶ what is before it and behind it
//   { at: position } ─▶ what is before that event and behind it
//
// Rows are shown when the first parts of both sides are here; until then what was shown before stays.

import { wordsOf } from "../filter-box/marked-words.js";
import { StreamRows } from "../list/stream-rows.js";
import { parseHistory, parseProblem } from "./history.js";
import { parsePosition } from "./protocol.js";

/** Events of the first part, which someone waits for, and of those that come while rows are read. */
const FIRST_PART = 300;
const NEXT_PART = 1000;

/** Rows between the view and the end of the list at which more are fetched. */
const REACH = 300;

/** Answers to a lens that the relay does not open. */
const REFUSED = new Set(["filter", "stream"]);

const SIDES = { older: "desc", newer: "asc" };

export class Past {
    rows;
    #place;
    #lens;
    #shownLens;
    #landing;          // { seq, where } of the row to show first; without `where` it stays on its pixel
    #gathered;         // parts of both sides until the first rows can be shown
    #before;           // { sides, lens } of the rows shown until then
    #sides = { older: side(), newer: side() };
    #isShown = false;
    #problem;
    #epoch;
    #landedTime;
    #questions = [];
    #serial = 0;
    #round = 0;        // answers to an earlier place or filter are of no use

    constructor(limits) {
        this.rows = new StreamRows(limits);
        this.rows.hold(true);
    }

    /** The page reads the past, or is on its way there. */
    get isOpen() { return this.#place !== undefined; }
    get isShown() { return this.#isShown; }

    /** Goes to a place: `{ since, until }` or `{ at }`. With nothing else to show, its rows are shown from the start. */
    open(place, lens, isAlone = false) {
        this.#place = place;
        this.#isShown ||= isAlone;
        this.#epoch = undefined;
        this.#landedTime = undefined;
        this.#begin(lens);
        const position = parsePosition(place.at);
        if (position) this.#around(position.seq, position.epoch, "middle");
        else if (place.at) this.#ask("find", { order: "asc", since: place.at, limit: 1 });
        else this.#fromStart();
    }

    /** Another filter at the same moment; `anchorSeq` is the event to keep in its place. */
    choose(lens, anchorSeq) {
        if (anchorSeq === undefined || this.#epoch === undefined || !this.#isShown) return this.open(this.#place, lens);
        this.#begin(lens);
        this.#around(anchorSeq, this.#epoch);
        return undefined;
    }

    /** Back to the live rows. */
    close() {
        this.#place = undefined;
        this.#isShown = false;
        this.#round += 1;
        this.#questions = [];
        this.rows.clear();
    }

    /** The part of the list that is looked at: near an end, more is fetched. */
    look(view) {
        this.rows.look(view);
        if (view.follow || this.#gathered) return;
        if (view.first - this.rows.base < REACH && !this.rows.isFull) this.#more("older");
        if (this.rows.end - view.end < REACH) this.#more("newer");
    }

    /** Asks for more at one end because the reader said so. */
    more(name) {
        const { newer } = this.#sides;
        if (name === "newer" && newer.isDone && this.#isOpenEnded) newer.isDone = false;
        this.#more(name);
    }

    /** Asks again what went wrong. */
    retry() {
        if (!this.#problem || !this.isOpen) return;
        this.#problem = undefined;
        for (const [name, part] of Object.entries(this.#sides)) if (part.isBroken) this.#ask(name, part.params);
    }

    /** Questions to ask the history now: `{ id, round, params }`. A new round makes the older ones useless. */
    takeQuestions() {
        return this.#questions.splice(0);
    }

    answer(id, round, status, text) {
        if (round !== this.#round) return;
        const name = this.#nameOf(id);
        if (!name) return;
        if (status !== 200) return this.#failed(name, parseProblem(status, text));
        const part = parseHistory(text);
        this.#epoch = part.epoch;
        if (name === "find") this.#found(part);
        else this.#take(name, part);
    }

    /** What the page is told. */
    get facts() {
        const { newer } = this.#sides;
        return {
            place: this.#place,
            lens: this.#shownLens,
            isLoading: this.#gathered !== undefined && !this.#problem,
            searched: Object.values(this.#sides).reduce((sum, { searched }) => sum + searched, 0),
            problem: this.#problem,
            landedTime: this.#landedTime,
            isLoadingNewer: newer.id !== undefined,
            hasNewer: !newer.isDone,
            canLookAgain: newer.isDone && this.#isOpenEnded,
        };
    }

    /** The same facts as of a live list. */
    get start() {
        const { older } = this.#sides;
        return {
            isOpened: this.#isShown,
            rows: this.rows.length,
            time: this.rows.firstTime,
            lastTime: this.rows.lastTime,
            hasOlder: !older.isDone,
            isFull: this.rows.isFull,
            isLoading: older.id !== undefined,
            edge: this.#place?.since ? "the range begins here" : undefined,
        };
    }

    get #isOpenEnded() { return this.#place?.until === undefined; }

    #begin(lens) {
        if (!this.#gathered) this.#before = { sides: this.#sides, lens: this.#shownLens };
        this.#lens = lens;
        this.#round += 1;
        this.#questions = [];
        this.#problem = undefined;
        this.#sides = { older: side(), newer: side() };
        this.#gathered = { older: [], newer: [] };
    }

    #fromStart() {
        this.#sides.older.isDone = true;
        this.#landing = { seq: 0, where: "top" };
        this.#more("newer");
    }

    #around(seq, epoch, where) {
        this.#landing = { seq, where };
        this.#sides.older.from = `${epoch}:${seq}`;
        this.#sides.newer.from = `${epoch}:${Math.max(0, seq - 1)}`;
        this.#more("newer");
        this.#more("older");
    }

    #found({ messages, next, position, epoch, searched }) {
        this.#sides.find.searched += searched ?? 0;
        const event = messages.find((message) => message.type === "events");
        if (event) return this.#around(event.first, epoch, "middle");
        if (next !== null) return this.#ask("find", { order: "asc", since: this.#place.at, limit: 1, from: next });
        // Nothing came after that time: the newest events are the nearest.
        const { seq } = parsePosition(position) ?? { seq: 0 };
        this.#around(seq + 1, epoch, "middle");
        this.#sides.newer.from = position;
        return undefined;
    }

    #more(name) {
        const part = this.#sides[name];
        if (part.isDone || part.id !== undefined) return;
        const { since, until } = this.#place;
        this.#ask(name, {
            order: SIDES[name], from: part.from, since, until, limit: this.#gathered ? FIRST_PART : NEXT_PART,
        });
    }

    #ask(name, params) {
        const { stream, filter } = this.#lens;
        const id = this.#serial += 1;
        Object.assign(this.#sides[name] ??= side(), { id, params, isBroken: false });
        const asked = Object.entries({ stream, filter, ...params }).filter(([, value]) => value !== undefined);
        this.#questions.push({ id, round: this.#round, params: Object.fromEntries(asked) });
    }

    #nameOf(id) {
        return Object.keys(this.#sides).find((name) => this.#sides[name].id === id);
    }

    #failed(name, problem) {
        if (this.#isShown && REFUSED.has(problem.code)) return this.#takeBack();
        this.#problem = problem;
        this.#sides[name].id = undefined;
        this.#sides[name].isBroken = true;
        this.#isShown = true;
        return undefined;
    }

    /** The filter is wrong, as the box says: the rows of the one before stay. */
    #takeBack() {
        this.#round += 1;
        this.#questions = [];
        this.#gathered = undefined;
        this.#lens = this.#before.lens;
        this.#sides = this.#before.sides;
        for (const name of Object.keys(SIDES)) this.#sides[name].id = undefined;
    }

    #take(name, { messages, next, position, searched }) {
        const part = this.#sides[name];
        part.id = undefined;
        part.isBroken = false;
        part.searched += searched ?? 0;
        part.isDone = next === null;
        part.from = next ?? position ?? part.from;
        if (this.#gathered) this.#gather(name, messages);
        else if (name === "newer") this.#append(messages);
        else this.#prepend(messages);
        if (messages.length === 0) this.#more(name);
    }

    /** Shows the first rows once both sides have some, or have none. */
    #gather(name, messages) {
        this.#gathered[name].push(...messages);
        const isReady = Object.keys(SIDES).every((each) => {
            return this.#sides[each].isDone || this.#gathered[each].length > 0;
        });
        if (!isReady) return;
        const { older, newer } = this.#gathered;
        const { seq, where } = this.#landing;
        this.#gathered = undefined;
        this.#shownLens = this.#lens;
        this.rows.begin(wordsOf(this.#lens.filter), seq, undefined, undefined, where);
        this.#append([...older, ...newer]);
        this.rows.swap();
        this.#landedTime ??= this.rows.timeOfSeq(seq);
        this.#isShown = true;
    }

    #append(messages) {
        for (const message of messages) {
            if (message.type === "gap") this.rows.appendGap(message);
            else this.rows.append(message);
        }
        // Rows that had to leave at the other end can be fetched again.
        const { older } = this.#sides;
        const { firstSeq } = this.rows;
        if (firstSeq > older.lowest) {
            older.from = `${this.#epoch}:${firstSeq}`;
            older.isDone = false;
        }
        older.lowest = firstSeq;
    }

    #prepend(messages) {
        if (messages.length > 0) this.rows.prepend({ messages }, Infinity);
        this.#sides.older.lowest = this.rows.firstSeq;
    }
}

function side() {
    return { from: undefined, id: undefined, isDone: false, isBroken: false, searched: 0 };
}
