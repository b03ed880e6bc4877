// One conversation with the relay: opens a stream, resumes it by position, holds and releases it, loads what is
// missing. Pure: text of messages and commands in, messages to send out. The worker around it owns the socket and the
// clock.

import { Choices } from "./choices.js";
import { wordsOf } from "./filter-text.js";
import { Hold } from "./hold.js";
import { Loads } from "./loads.js";
import { Opens } from "./opens.js";
import { parseMessage, parsePosition } from "./protocol.js";
import { StreamRows } from "./stream-rows.js";
import { Tally } from "./tally.js";

const ANSWERS_OPEN = new Set(["filter", "stream", "position"]);

export class Session {
    rows;
    #loads;
    #choices;
    #hold = new Hold();
    #opens = new Opens();
    #tally = new Tally();
    #lens;                 // the lens that the server sends
    #epoch;
    #position;             // resumes after everything received
    #host;
    #streams = [];
    #isConnected = false;
    #isOpen = false;       // the server sends a lens on this connection
    #isLive = false;       // the backlog is through
    #resume;               // { lostAt, missing, read } until the backlog of a resumed stream is through
    #lostAt;
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
        const isShown = this.isHeld && !this.#opens.isRefused(lens.filter)
            && this.#choices.show(lens, this.#lens, anchorSeq);
        if (isShown) this.#loads.cancel();
        return this.#opens.want(lens, anchorSeq, this.#isConnected) ? [this.#askAround(this.#opens.wanted)] : [];
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
        this.#opens.disconnected();
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
            case "lens": return { ...this.#lens, wanted: this.#opens.wanted.lens, error: this.#opens.problem };
            case "relay": return { host: this.#host, streams: this.#streams };
            case "counts": return { ...this.#tally.value, news: this.#hold.news, position: this.#position };
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
        const { lens } = this.#opens.wanted;
        const isRefused = this.#opens.isRefused(lens.filter);
        const isSame = lens.stream === this.#lens?.stream && lens.filter === this.#lens?.filter;
        if (this.#position && (isSame || (isRefused && this.#lens))) return this.#resumed();
        return [this.isHeld ? this.#askAround(this.#opens.wanted) : this.#opens.newest(lens)];
    }

    /** Goes on where the connection broke. A held page asks to hold at once: it wants the count, not the rows. */
    #resumed() {
        this.#choices.takeBack(this.#lens, this.#opens.wanted.anchorSeq);
        const open = this.#opens.resume(this.#lens, this.#position);
        return this.isHeld ? [open, ...this.#hold.askNow()] : [open];
    }

    #opened(message, now) {
        const asked = this.#opens.answered();
        if (!asked) return [];
        const from = parsePosition(message.from);
        this.#lens = asked.lens;
        this.#isOpen = true;
        if (!asked.isStandIn && !asked.isResume) this.#opens.problem = undefined;
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
        this.#tally.begin({ matched, seen: kept ? kept.lastSeq - (kept.coveredFrom ?? kept.lastSeq) + 1 : 0 });
        if (kept && from.seq > kept.lastSeq) {
            this.rows.appendGap({ from: kept.lastSeq + 1, to: from.seq, reason: "unloaded" });
        }
    }

    #openNext() {
        const next = this.#opens.takeNext();
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
        this.#tally.missing(missing.count);
        this.rows.appendGap(missing);
    }

    #events(message) {
        if (message.fetched) {
            this.#loads.collect(message);
            return [];
        }
        const fresh = this.rows.append(message);
        const { matched = fresh.length, seen = fresh.length } = message;
        this.#tally.add(matched, seen);
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
            this.#tally.add(message.count, Math.max(seen, message.count));
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
        return this.#isLive && !this.#opens.isAsked ? this.#hold.ask() : [];
    }

    #fetched(message) {
        this.#touch("start");
        const messages = this.#loads.finish(message.to ?? Infinity);
        this.#choices.end();
        return messages;
    }

    #error(message) {
        if (ANSWERS_OPEN.has(message.code) && this.#opens.isAsked) return this.#refused(message);
        this.#notices.push({ kind: "error", message: message.message });
        this.#touch("start");
        return this.#loads.fail();
    }

    /** An open was refused: the lens before it goes on, unless it was the first one or a resume. */
    #refused(message) {
        const { lens, anchorSeq, isStandIn } = this.#opens.answered();
        this.#touch("lens");
        this.#choices.takeBack(this.#lens, anchorSeq);
        if (message.code === "position") {
            this.rows.appendNote("Could not resume here", message.message);
            return [this.#opens.newest(lens)];
        }
        if (message.code === "stream") this.#notices.push({ kind: "error", message: message.message });
        else this.#opens.refused(lens, message);
        if (this.#isOpen || this.#opens.hasNext) return this.#openNext();
        if (this.#lens && this.#position) return this.#resumed();
        if (isStandIn) return [];
        return [this.#opens.newest({ stream: message.code === "stream" ? "all" : lens.stream, filter: "" }, true)];
    }

    #askAround(wanted) {
        const seq = this.#position?.seq ?? 0;
        const continuation = this.isHeld ? this.#choices.continuation(wanted.lens, this.#lens, seq) : undefined;
        const head = Math.max(seq, this.#stats?.head ?? 0);
        return this.#opens.around(wanted, { isHeld: this.isHeld, continuation, epoch: this.#epoch, head });
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
