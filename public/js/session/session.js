// One conversation with the relay: opens a stream, resumes it by position, holds and releases it, loads what is
// missing. Pure: text of messages and commands in, messages to send out. The worker around it owns the socket and the
// clock.

import { formatPosition, parseMessage, rateMessage } from "./protocol.js";
import { askAround, hello, opened, refused } from "./session-opening.js";
import { SessionState } from "./session-state.js";
import { askToHold, events, failed, fetched, gap, live, noted, statistics } from "./session-stream.js";

/** Events of a hidden page that are read when it is seen again; more of them would only roll by. */
export const MOST_PLAYED = 2000;

const ANSWERS_OPEN = new Set(["filter", "stream", "position"]);

export class Session {
    #state;

    constructor(limits) {
        this.#state = new SessionState(limits);
    }

    get rows() { return this.#state.rows; }
    /** Both lists, whichever is shown. */
    get lists() { return [this.#state.rows, this.#state.past.rows]; }
    get shown() { return this.#state.shown; }
    get position() { return this.#state.position; }
    get isHeld() { return this.#state.isHeld; }
    /** Whether the backlog is through. */
    get isLive() { return this.#state.isLive; }

    /** Another stream or filter; `anchorSeq` is the event that should stay in place when the reader holds. */
    open(lens, anchorSeq) {
        const state = this.#state;
        if (state.past.isOpen) this.#choosePast(lens, anchorSeq);
        const isShown = !state.past.isOpen && state.isHeld && !state.opens.isRefused(lens.filter)
            && state.choices.show(lens, state.lens, anchorSeq);
        if (isShown) state.loads.cancel();
        const isNow = state.opens.want(lens, state.past.isOpen ? undefined : anchorSeq, state.isConnected);
        return isNow ? [askAround(state, state.opens.wanted)] : [];
    }

    /** Whether this is the lens that was asked for last. */
    wants({ stream, filter }) {
        const lens = this.#state.opens.wanted?.lens;
        return lens?.stream === stream && lens.filter === filter;
    }

    receive(text, now) {
        const message = parseMessage(text);
        const state = this.#state;
        switch (message?.type) {
            case "hello": return hello(state, message);
            case "opened": return opened(state, message, now);
            case "events": return events(state, message);
            case "live": return live(state, message, now);
            case "gap": return gap(state, message);
            case "stats": return statistics(state, message);
            case "fetched": return fetched(state, message);
            case "watching": return state.watches.watching(message) ?? [];
            case "mark": return noted(state, message);
            case "panel": return state.watches.panel(message) ?? [];
            case "error": return this.#error(message);
            case "beat": return state.reached(message.position);
            default: return [];
        }
    }

    /** The connection ended; what was under way is given up, the rows and the place stay. */
    disconnected(now) {
        const state = this.#state;
        if (state.isConnected) state.lostAt = now;
        state.isConnected = false;
        state.isOpen = false;
        state.isLive = false;
        state.opens.disconnected();
        state.hold.disconnected();
        state.loads.cancel();
        state.touch("start");
        return [];
    }

    hold() {
        this.#state.isResting = false;
        if (!this.#state.hold.begin()) return;
        this.rows.hold(true);
        this.#state.touch("counts");
    }

    /** The reader still holds after a short moment: from now on only counts should come. */
    holdDue() {
        this.#state.hold.due();
        return askToHold(this.#state);
    }

    /** Nobody looks at the page: events wait at the relay, as while the reader holds, and only counts come. */
    rest() {
        if (this.isHeld) return;
        this.hold();
        this.#state.isResting = true;
    }

    /** Somebody looks again: what came meanwhile is read, or is a gap if that is more than anybody reads. */
    wake() {
        const { hold, isResting } = this.#state;
        if (!isResting) return [];
        const isMuch = hold.news.matched > MOST_PLAYED;
        const messages = this.release(!isMuch);
        this.#state.hasRested = isMuch && messages.length > 0;
        return messages;
    }

    /** Back to the newest events; `play` asks for all that came meanwhile instead of one gap. */
    release(play) {
        if (!this.isHeld) return [];
        this.#state.isResting = false;
        this.#closePast();
        const isTold = this.#state.hold.end();
        this.rows.hold(false);
        this.#state.choices.end();
        this.#state.touch("counts");
        if (!isTold) return [];
        return [play ? { type: "release", play: true } : { type: "release" }];
    }

    /** Goes to a place in the past; live rows go on aside, as while held. */
    openPast(place) {
        this.#state.past.open(place, this.#state.opens.wanted.lens, this.rows.length === 0);
        this.#state.touch("past", "start");
    }

    /** Questions to the history that are due: `{ id, round, params }`. */
    takeQuestions() {
        return this.#state.past.takeQuestions();
    }

    /** An answer of the history: its HTTP status, 0 for none at all, and its text. */
    answered({ id, round }, status, text) {
        this.#state.past.answer(id, round, status, text);
        this.#state.touch("past", "start");
    }

    retryPast() {
        this.#state.past.retry();
        this.#state.touch("past", "start");
    }

    /** The part of the list that the page looks at. */
    look(view) {
        const { past, rows } = this.#state;
        if (!past.isShown) return rows.look(view);
        past.look(view);
        return this.#state.touch("past", "start");
    }

    /**
     * The first row of a span of time, milliseconds: `{ index, isCovered }`; without an index there is none in these
     * rows, and if the span is covered by them nowhere.
     */
    findTime(since, until) {
        const { shown } = this.#state;
        const index = shown.search.findWithin(since, until);
        const isCovered = Date.parse(shown.firstTime) <= since && until <= Date.parse(shown.lastTime);
        return { index: isCovered || Date.parse(shown.firstTime) <= since ? index : undefined, isCovered };
    }

    /** More rows of the past at the end of the list. */
    loadNewer() {
        this.#state.past.more("newer");
        this.#state.touch("past");
    }

    /** Loads the events of the gap at this index. */
    load(index) {
        if (this.#state.past.isShown) return [];
        return this.#state.isConnected ? this.#state.loads.gap(index) : [];
    }

    /** Loads events older than the first row. */
    loadOlder() {
        const { isConnected, loads, past, stats } = this.#state;
        this.#state.touch("start");
        if (past.isShown) {
            past.more("older");
            return [];
        }
        return isConnected ? loads.older(stats?.oldest ?? 1) : [];
    }

    /** Whether each byte counts, from now on and for what is open. */
    spare(isThrifty) {
        const { opens, watches, isOpen } = this.#state;
        if (isThrifty === opens.isThrifty) return [];
        opens.isThrifty = isThrifty;
        const slower = watches.spare(isThrifty, isOpen);
        return isOpen ? [rateMessage(isThrifty), ...slower] : [];
    }

    /** Panels for a part of the page, see Watches; `list` replaces what this owner wanted before. */
    watch(owner, list) {
        return this.#state.watches.watch(owner, list, this.#state.isOpen);
    }

    showPanels(isOn) {
        return this.#state.watches.configured(isOn, this.#state.isOpen);
    }

    setZone(zone) {
        if (zone === this.rows.looks.zone) return;
        this.rows.setZone(zone);
        this.#state.past.rows.setZone(zone);
        this.#state.touch("start");
    }

    /** Positions before the first and of the last event here, as `from` and `to` of a search; undefined without any. */
    get range() {
        const { epoch, past, shown } = this.#state;
        const first = past.isShown ? shown.firstSeq : shown.coveredFrom;
        if (epoch === undefined || first === undefined || shown.lastSeq === 0) return undefined;
        return { from: formatPosition({ epoch, seq: first - 1 }), to: formatPosition({ epoch, seq: shown.lastSeq }) };
    }

    /** What the column of times shows, see StreamRows. */
    setTimes(times) {
        this.rows.setTimes(times);
        this.#state.past.rows.setTimes(times);
    }

    /** What changed since the last time, for the page. */
    take() {
        return this.#state.take();
    }

    #choosePast(lens, anchorSeq) {
        this.#state.past.choose(lens, anchorSeq);
        this.#state.touch("past", "start");
    }

    #closePast() {
        if (!this.#state.past.isOpen) return;
        this.#state.past.close();
        this.rows.showAgain();
        this.#state.touch("past", "start");
    }

    #error(message) {
        const { watches } = this.#state;
        const isUnknown = message.code === "request" && watches.isUnderway && message.message.includes("\"watch\"");
        if (message.code === "watch" || isUnknown) return watches.refused(message) ?? [];
        const isAnswer = ANSWERS_OPEN.has(message.code) && this.#state.opens.isAsked;
        return isAnswer ? refused(this.#state, message) : failed(this.#state, message);
    }
}
