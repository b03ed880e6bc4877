// One conversation with the relay: opens a stream, resumes it by position, holds and releases it, loads what is
// missing. Pure: text of messages and commands in, messages to send out. The worker around it owns the socket and the
// clock.

import { Choices } from "./choices.js";
import { wordsOf } from "./filter-text.js";
import { Hold } from "./hold.js";
import { Loads } from "./loads.js";
import { BACKLOG_ROWS, formatPosition, openMessage, parseMessage, parsePosition } from "./protocol.js";
import { StreamRows } from "./stream-rows.js";

/** Seqs that may lie between a held place and the newest event for a changed filter to be shown at that place. */
const REFILL_REACH = 50_000;
const REFILL_BEFORE = 5000;

const ANSWERS_OPEN = new Set(["filter", "stream", "position"]);

export class Session {
    rows;
    #loads;
    #choices;
    #hold = new Hold();
    #wanted;               // the lens the reader asked for last, and the event to keep in place
    #lens;                 // the lens that the server sends
    #asked;                // the open without an answer yet; there is never a second one
    #next;                 // what to open after that answer
    #filterError;
    #epoch;
    #position;             // resumes after everything received
    #host;
    #streams = [];
    #isConnected = false;
    #isOpen = false;       // the server sends a lens on this connection
    #isLive = false;       // the backlog is through
    #resume;               // { lostAt, missing, read } until the backlog of a resumed stream is through
    #lostAt;
    #counts = { matched: 0, seen: 0 };
    #gaps = { count: 0, events: 0 };
    #stats;
    #notices = [];
    #dirty = new Set();

    constructor(limits) {
        this.rows = new StreamRows(limits);
        this.#loads = new Loads(this.rows);
        this.#choices = new Choices(this.rows);
    }

    get position() { return this.#position; }
    get isHeld() { return this.#hold.isOn; }

    /** Another stream or filter; `anchorSeq` is the event that should stay in place when the reader holds. */
    open(lens, anchorSeq) {
        this.#wanted = { lens, anchorSeq };
        const isShown = this.isHeld && this.#filterError?.filter !== lens.filter
            && this.#choices.show(lens, this.#lens, anchorSeq);
        if (isShown) this.#loads.cancel();
        if (!this.#isConnected) return [];
        if (!this.#asked) return [this.#askAround(this.#wanted)];
        this.#next = this.#wanted;
        return [];
    }

    receive(text, now) {
        const message = parseMessage(text);
        switch (message?.type) {
            case "hello": return this.#hello(message);
            case "opened": return this.#opened(message, now);
            case "events": return this.#events(message);
            case "live": return this.#live(message, now);
            case "gap": return this.#gap(message);
            case "stats": return this.#statistics(message);
            case "fetched": return this.#fetched(message);
            case "error": return this.#error(message);
            case "beat": return this.#reached(message.position);
            default: return [];
        }
    }

    /** The connection ended; what was under way is given up, the rows and the place stay. */
    disconnected(now) {
        if (this.#isConnected) this.#lostAt = now;
        this.#isConnected = false;
        this.#isOpen = false;
        this.#isLive = false;
        this.#asked = undefined;
        this.#next = undefined;
        this.#hold.disconnected();
        this.#loads.cancel();
        this.#touch("start");
        return [];
    }

    hold() {
        if (!this.#hold.begin()) return;
        this.rows.hold(true);
        this.#touch("counts");
    }

    /** The reader still holds after a short moment: from now on only counts should come. */
    holdDue() {
        this.#hold.due();
        return this.#askToHold();
    }

    /** Back to the newest events; `play` asks for all that came meanwhile instead of one gap. */
    release(play) {
        if (!this.isHeld) return [];
        const isTold = this.#hold.end();
        this.rows.hold(false);
        this.#choices.end();
        this.#touch("counts");
        if (!isTold) return [];
        return [play ? { type: "release", play: true } : { type: "release" }];
    }

    /** Loads the events of the gap at this index. */
    load(index) {
        return this.#isConnected ? this.#loads.gap(index) : [];
    }

    /** Loads events older than the first row. */
    loadOlder() {
        this.#touch("start");
        return this.#isConnected ? this.#loads.older(this.#stats?.oldest ?? 1) : [];
    }

    setZone(zone) {
        this.rows.setZone(zone);
        this.#touch("start");
    }

    /** What changed since the last time, for the page. */
    take() {
        const update = { list: this.rows.take() };
        for (const part of this.#dirty) update[part] = this.#part(part);
        this.#dirty.clear();
        if (this.#notices.length > 0) update.notices = this.#notices.splice(0);
        return update;
    }

    #part(name) {
        switch (name) {
            case "lens": return { ...this.#lens, wanted: this.#wanted.lens, error: this.#filterError };
            case "relay": return { host: this.#host, streams: this.#streams };
            case "counts": return { ...this.#counts, news: this.#hold.news, position: this.#position, gaps: this.#gaps };
            case "stats": return this.#stats;
            case "start": return this.#start();
            default: return undefined;
        }
    }

    #hello(message) {
        this.#isConnected = true;
        this.#host = message.host;
        this.#streams = message.streams ?? ["all"];
        this.#touch("relay");
        const { lens } = this.#wanted;
        const isRefused = this.#filterError?.filter === lens.filter;
        const isSame = lens.stream === this.#lens?.stream && lens.filter === this.#lens?.filter;
        if (this.#position && (isSame || (isRefused && this.#lens))) return this.#resumed();
        return [this.isHeld ? this.#askAround(this.#wanted) : this.#newest(lens)];
    }

    /** Goes on where the connection broke. A held page asks to hold at once: it wants the count, not the rows. */
    #resumed() {
        this.#choices.takeBack(this.#lens, this.#wanted.anchorSeq);
        const open = this.#ask({ lens: this.#lens, isResume: true, start: { from: formatPosition(this.#position) } });
        return this.isHeld ? [open, ...this.#hold.askNow()] : [open];
    }

    #newest(lens, isStandIn = false) {
        return this.#ask({ lens, isStandIn, start: { last: BACKLOG_ROWS } });
    }

    #opened(message, now) {
        const asked = this.#asked;
        if (!asked) return [];
        this.#asked = undefined;
        const from = parsePosition(message.from);
        this.#lens = asked.lens;
        this.#isOpen = true;
        if (!asked.isStandIn && !asked.isResume) this.#filterError = undefined;
        this.#isLive = false;
        if (asked.isResume) {
            this.#resume = { lostAt: this.#lostAt, read: 0, missing: message.complete ? 0 : message.missing?.count };
            if (this.isHeld) this.#tellResumed(now);
        } else {
            this.#begin(asked, from);
        }
        this.#hold.opened(asked.isResume);
        if (from) this.#entered(from.epoch);
        if (!message.complete && message.missing) this.#missing(message.missing);
        this.#reached(message.from);
        this.#touch("lens", "counts", "start");
        return this.#openNext();
    }

    /** The rows of another lens gather aside, behind those that are here already if it goes on from them. */
    #begin({ lens, anchorSeq, ...asked }, from) {
        const continuation = from?.epoch === this.#epoch ? asked.continuation : undefined;
        const { kept, test } = continuation ?? {};
        this.#choices.answered(continuation);
        this.#loads.cancel();
        const matched = this.rows.begin(wordsOf(lens.filter), this.isHeld ? anchorSeq : undefined, kept, test);
        this.#counts = { matched, seen: kept ? kept.lastSeq - (kept.coveredFrom ?? kept.lastSeq) + 1 : 0 };
        if (kept && from.seq > kept.lastSeq) {
            this.rows.appendGap({ from: kept.lastSeq + 1, to: from.seq, reason: "unloaded" });
        }
    }

    /** What the reader asked for while another open was under way. */
    #openNext() {
        const next = this.#next;
        this.#next = undefined;
        return next ? [this.#askAround(next)] : [];
    }

    /** A log of another epoch shares no seqs with the one before. */
    #entered(epoch) {
        if (this.#epoch !== undefined && this.#epoch !== epoch) {
            this.rows.appendNote("The relay's log began anew", `epoch ${this.#epoch} ended, ${epoch} began`);
            this.rows.restartSeqs();
            this.#choices.end();
        }
        this.#epoch = epoch;
    }

    #missing(missing) {
        this.#gaps = { count: this.#gaps.count + 1, events: this.#gaps.events + (missing.count ?? 0) };
        this.rows.appendGap(missing);
    }

    #events(message) {
        if (message.fetched) {
            this.#loads.collect(message);
            return [];
        }
        const fresh = this.rows.append(message);
        const { matched = fresh.length, seen = fresh.length } = message;
        this.#counts = { matched: this.#counts.matched + matched, seen: this.#counts.seen + seen };
        this.#hold.arrived(fresh, message);
        if (this.#resume) this.#resume.read += fresh.length;
        if (!this.isHeld) this.#swap();
        this.#touch("counts", "start");
        return this.#reached(message.position);
    }

    #live(message, now) {
        const wasWaiting = this.rows.isWaiting;
        this.#isLive = true;
        this.#swap();
        if (wasWaiting) this.#hold.replaced();
        this.#tellResumed(now);
        this.#reached(message.position);
        this.#touch("counts", "start");
        return this.#askToHold();
    }

    #swap() {
        this.rows.swap();
        if (!this.isHeld) this.#choices.end();
    }

    /** Once per resume: when the backlog is through, or at once when the reader holds and no backlog comes. */
    #tellResumed(now) {
        if (!this.#resume) return;
        const { lostAt, read, missing } = this.#resume;
        this.#notices.push({ kind: "resumed", missing, read, away: now - lostAt });
        this.#resume = undefined;
    }

    #gap(message) {
        if (message.count === 0) return [];
        if (this.#loads.expects(message)) {
            this.#loads.collect(message);
        } else if (message.reason === "paused") {
            const seen = this.#lens.stream === "all" ? message.to - message.from + 1 : this.#hold.seen;
            this.#counts = {
                matched: this.#counts.matched + message.count, seen: this.#counts.seen + Math.max(seen, message.count),
            };
            this.rows.appendGap(message);
        } else {
            this.#missing(message);
        }
        this.#touch("counts");
        return [];
    }

    #statistics(message) {
        this.#stats = message;
        this.#hold.counted(message, this.#isLive);
        this.#touch("stats", "counts", "start");
        return this.#askToHold();
    }

    /** Rows go on coming until the backlog is through and there are statistics to count from. */
    #askToHold() {
        return this.#isLive && !this.#asked ? this.#hold.ask() : [];
    }

    #fetched(message) {
        this.#touch("start");
        const messages = this.#loads.finish(message.to ?? Infinity);
        this.#choices.end();
        return messages;
    }

    #error(message) {
        if (ANSWERS_OPEN.has(message.code) && this.#asked) return this.#refused(message);
        this.#notices.push({ kind: "error", message: message.message });
        this.#touch("start");
        return this.#loads.fail();
    }

    /** An open was refused: the lens before it goes on, unless it was the first one or a resume. */
    #refused(message) {
        const asked = this.#asked;
        this.#asked = undefined;
        const { code, at, length, expected, suggestion } = message;
        this.#touch("lens");
        this.#choices.takeBack(this.#lens, asked.anchorSeq);
        if (code === "position") {
            this.rows.appendNote("Could not resume here", message.message);
            return [this.#newest(asked.lens)];
        }
        if (code === "stream") this.#notices.push({ kind: "error", message: message.message });
        else this.#filterError = {
            filter: asked.lens.filter, message: message.message, at, length, expected, suggestion,
        };
        if (this.#isOpen || this.#next) return this.#openNext();
        if (this.#lens && this.#position) return this.#resumed();
        return asked.isStandIn
            ? []
            : [this.#newest({ stream: code === "stream" ? "all" : asked.lens.stream, filter: "" }, true)];
    }

    #ask({ start, ...asked }) {
        this.#asked = asked;
        return openMessage(asked.lens, start);
    }

    /** Opens a lens so that the screen fills: behind the rows that are here, around a held place, or at the newest. */
    #askAround({ lens, anchorSeq }) {
        const seq = this.#position?.seq ?? 0;
        const head = Math.max(seq, this.#stats?.head ?? 0);
        const continuation = this.isHeld ? this.#choices.continuation(lens, this.#lens, seq) : undefined;
        const from = continuation?.kept.lastSeq ?? Math.max(0, anchorSeq - REFILL_BEFORE);
        const isNear = this.isHeld && head - (continuation?.kept.lastSeq ?? anchorSeq) < REFILL_REACH;
        const start = isNear ? { from: formatPosition({ epoch: this.#epoch, seq: from }) } : { last: BACKLOG_ROWS };
        return this.#ask({ lens, anchorSeq, continuation, start });
    }

    #reached(position) {
        this.#position = parsePosition(position) ?? this.#position;
        return [];
    }

    #start() {
        const oldest = this.#stats?.oldest ?? Infinity;
        return {
            isOpened: this.#lens !== undefined && !this.rows.isWaiting,
            isLive: this.#isLive,
            rows: this.rows.length,
            time: this.rows.firstTime,
            lastTime: this.rows.lastTime,
            hasOlder: (this.rows.coveredFrom ?? 0) > oldest,
            isFull: this.rows.isFull,
            isLoading: this.#loads.isLoadingOlder,
        };
    }

    #touch(...parts) {
        for (const part of parts) this.#dirty.add(part);
    }
}
