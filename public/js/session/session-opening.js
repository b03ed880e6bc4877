// Opening a lens, and going on with it after a break: what the relay's answers mean for a session. Pure.
//
// Each function takes the session's state and answers the messages to send.

import { wordsOf } from "../filter-box/marked-words.js";
import { formatPosition, parsePosition } from "./protocol.js";
import { missing, tellResumed } from "./session-stream.js";

export function hello(state, message) {
    state.isConnected = true;
    state.host = message.host;
    state.user = message.user ?? undefined;
    state.streams = message.streams ?? ["all"];
    state.configuration = message.configuration;
    state.touch("relay");
    const { lens } = state.opens.wanted;
    const isRefused = state.opens.isRefused(lens.filter);
    const isSame = lens.stream === state.lens?.stream && lens.filter === state.lens?.filter;
    if (state.position && (isSame || (isRefused && state.lens))) return resumed(state);
    return [state.isHeld ? askAround(state, state.opens.wanted) : state.opens.newest(lens)];
}

/** Goes on where the connection broke. A held page asks to hold at once: it wants the count, not the rows. */
function resumed(state) {
    state.choices.takeBack(state.lens, state.opens.wanted.anchorSeq);
    const open = state.opens.resume(state.lens, state.position);
    return state.isHeld ? [open, ...state.hold.askNow()] : [open];
}

export function opened(state, message, now) {
    const asked = state.opens.answered();
    if (!asked) return [];
    const from = parsePosition(message.from);
    state.lens = asked.lens;
    const isFirst = !state.isOpen;
    state.isOpen = true;
    if (!asked.isStandIn && !asked.isResume) state.opens.problem = undefined;
    state.isLive = false;
    if (asked.isResume) {
        state.resume = { lostAt: state.lostAt, read: 0, missing: message.complete ? 0 : message.missing?.count };
        if (state.isHeld) tellResumed(state, now);
    } else {
        begin(state, asked, from);
    }
    state.hold.opened(asked.isResume);
    if (from) entered(state, from.epoch);
    if (!message.complete && message.missing) missing(state, message.missing);
    state.reached(message.from);
    state.touch("lens", "counts", "start");
    return [...(isFirst ? state.watches.connected() : []), ...openNext(state)];
}

/** The rows of another lens gather aside, behind those that are here already if it goes on from them. */
function begin(state, { lens, anchorSeq, ...asked }, from) {
    const continuation = from?.epoch === state.epoch ? asked.continuation : undefined;
    const { kept, test } = continuation ?? {};
    state.choices.answered(continuation);
    state.loads.cancel();
    const matched = state.rows.begin(wordsOf(lens.filter), state.isHeld ? anchorSeq : undefined, kept, test);
    state.tally.begin({ matched, seen: kept ? kept.lastSeq - (kept.coveredFrom ?? kept.lastSeq) + 1 : 0 });
    if (kept && from.seq > kept.lastSeq) {
        state.rows.appendGap({ from: kept.lastSeq + 1, to: from.seq, reason: "unloaded" });
    }
}

function openNext(state) {
    const next = state.opens.takeNext();
    return next ? [askAround(state, next)] : [];
}

/** A log of another epoch shares no seqs with the one before. */
function entered(state, epoch) {
    if (state.epoch !== undefined && state.epoch !== epoch) {
        state.rows.appendNote("The relay's log began anew", `epoch ${state.epoch} ended, ${epoch} began`);
        state.rows.restartSeqs();
        state.choices.end();
    }
    state.epoch = epoch;
}

/** An open was refused: the lens before it goes on, unless it was the first one or a resume. */
export function refused(state, message) {
    const { lens, anchorSeq, isStandIn } = state.opens.answered();
    state.touch("lens");
    state.choices.takeBack(state.lens, anchorSeq);
    if (message.code === "position") {
        state.rows.appendNote("Could not resume here", message.message);
        return [state.opens.newest(lens)];
    }
    if (message.code === "stream") state.notices.push({ kind: "error", message: message.message });
    else state.opens.refused(lens, message);
    if (state.isOpen || state.opens.hasNext) return openNext(state);
    if (state.lens && state.position) return resumed(state);
    if (isStandIn) return [];
    return [state.opens.newest({ stream: message.code === "stream" ? "all" : lens.stream, filter: "" }, true)];
}

export function askAround(state, wanted) {
    const seq = state.position?.seq ?? 0;
    const continuation = state.isHeld ? state.choices.continuation(wanted.lens, state.lens, seq) : undefined;
    const head = Math.max(seq, state.stats?.head ?? 0);
    const place = { isHeld: state.isHeld, continuation, epoch: state.epoch, head };
    if (!state.past.isOpen && state.opens.isBeyondReach(wanted, place)) {
        state.beyond = formatPosition({ epoch: state.epoch, seq: wanted.anchorSeq });
        state.touch("beyond");
    }
    return state.opens.around(wanted, place);
}
