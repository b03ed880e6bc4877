// One conversation with the relay: opens a stream, resumes it by position, holds and releases it, loads what is
// missing. Pure: text of messages and commands in, messages to send out. The worker around it owns the socket and the
// clock.

import { formatPosition, parseMessage } from "./protocol.js";
import { askAround, hello, opened, refused } from "./session-opening.js";
import { SessionState } from "./session-state.js";
import { askToHold, events, failed, fetched, gap, live, statistics } from "./session-stream.js";

const ANSWERS_OPEN = new Set(["filter", "stream", "position"]);

export class Session {
    #state;

    constructor(limits) {
        this.#state = new SessionState(limits);
    }

    get rows() { return this.#state.rows; }
    get position() { return this.#state.position; }
    get isHeld() { return this.#state.isHeld; }

    /** Another stream or filter; `anchorSeq` is the event that should stay in place when the reader holds. */
    open(lens, anchorSeq) {
        const state = this.#state;
        const isShown = state.isHeld && !state.opens.isRefused(lens.filter)
            && state.choices.show(lens, state.lens, anchorSeq);
        if (isShown) state.loads.cancel();
        const isNow = state.opens.want(lens, anchorSeq, state.isConnected);
        return isNow ? [askAround(state, state.opens.wanted)] : [];
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
        if (!this.#state.hold.begin()) return;
        this.rows.hold(true);
        this.#state.touch("counts");
    }

    /** The reader still holds after a short moment: from now on only counts should come. */
    holdDue() {
        this.#state.hold.due();
        return askToHold(this.#state);
    }

    /** Back to the newest events; `play` asks for all that came meanwhile instead of one gap. */
    release(play) {
        if (!this.isHeld) return [];
        const isTold = this.#state.hold.end();
        this.rows.hold(false);
        this.#state.choices.end();
        this.#state.touch("counts");
        if (!isTold) return [];
        return [play ? { type: "release", play: true } : { type: "release" }];
    }

    /** Loads the events of the gap at this index. */
    load(index) {
        return this.#state.isConnected ? this.#state.loads.gap(index) : [];
    }

    /** Loads events older than the first row. */
    loadOlder() {
        const { isConnected, loads, stats } = this.#state;
        this.#state.touch("start");
        return isConnected ? loads.older(stats?.oldest ?? 1) : [];
    }

    /** Panels for a part of the page, see Watches; `list` replaces what this owner wanted before. */
    watch(owner, list) {
        return this.#state.watches.watch(owner, list, this.#state.isOpen);
    }

    showPanels(isOn) {
        return this.#state.watches.configured(isOn, this.#state.isOpen);
    }

    setZone(zone) {
        this.rows.setZone(zone);
        this.#state.touch("start");
    }

    /** Positions before the first and of the last event here, as `from` and `to` of a search; undefined without any. */
    get range() {
        const { epoch, rows } = this.#state;
        if (epoch === undefined || rows.coveredFrom === undefined || rows.lastSeq === 0) return undefined;
        return {
            from: formatPosition({ epoch, seq: rows.coveredFrom - 1 }), to: formatPosition({ epoch, seq: rows.lastSeq }),
        };
    }

    /** What changed since the last time, for the page. */
    take() {
        return this.#state.take();
    }

    #error(message) {
        if (message.code === "watch") return this.#state.watches.refused(message);
        const isAnswer = ANSWERS_OPEN.has(message.code) && this.#state.opens.isAsked;
        return isAnswer ? refused(this.#state, message) : failed(this.#state, message);
    }
}
