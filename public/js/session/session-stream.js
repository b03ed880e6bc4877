// What comes while a lens is open: events, gaps, statistics, answers to loads. Pure.
//
// Each function takes the session's state and answers the messages to send.

export function events(state, message) {
    if (message.fetched) {
        state.loads.collect(message);
        return [];
    }
    const fresh = state.rows.append(message);
    const { matched = fresh.length, seen = fresh.length } = message;
    state.tally.add(matched, seen);
    state.hold.arrived(fresh, message);
    if (state.resume) state.resume.read += fresh.length;
    if (!state.isHeld) swap(state);
    state.touch("counts", "start");
    return state.reached(message.position);
}

export function live(state, message, now) {
    const wasWaiting = state.rows.isWaiting;
    state.isLive = true;
    swap(state);
    if (wasWaiting) state.hold.replaced();
    tellResumed(state, now);
    state.reached(message.position);
    searched(state);
    state.touch("counts", "start");
    return askToHold(state);
}

/** A backlog without a match: the relay looked through all of its log for it. */
function searched({ lens, position, stats, tally }) {
    if (tally.value.seen > 0 || lens.stream !== "all" || !stats?.oldest || !position) return;
    tally.add(0, Math.max(0, position.seq - stats.oldest + 1));
}

function swap(state) {
    state.rows.swap();
    if (!state.isHeld) state.choices.end();
}

/** Once per resume: when the backlog is through, or at once when the reader holds and no backlog comes. */
export function tellResumed(state, now) {
    if (!state.resume) return;
    const { lostAt, read, missing } = state.resume;
    state.notices.push({ kind: "resumed", missing, read, away: now - lostAt });
    state.resume = undefined;
}

export function gap(state, message) {
    if (message.count === 0) return [];
    if (state.loads.expects(message)) {
        state.loads.collect(message);
    } else if (message.reason === "paused") {
        const seen = state.lens.stream === "all" ? message.to - message.from + 1 : state.hold.seen;
        state.tally.add(message.count, Math.max(seen, message.count));
        state.rows.appendGap(state.hasRested ? { ...message, reason: "hidden" } : message);
        state.hasRested = false;
        state.touch("counts");
        return state.isHeld ? [] : state.loads.newest();
    } else {
        missing(state, message);
    }
    state.touch("counts");
    return [];
}

export function statistics(state, message) {
    state.stats = message;
    state.hold.counted(message, state.isLive);
    state.touch("stats", "counts", "start");
    return askToHold(state);
}

/** Rows go on coming until the backlog is through and there are statistics to count from. */
export function askToHold(state) {
    return state.isLive && !state.opens.isAsked ? state.hold.ask() : [];
}

export function fetched(state, message) {
    state.touch("start");
    const messages = state.loads.finish(message.to ?? Infinity);
    state.choices.end();
    return messages;
}

/** The relay could not do what was asked, which was a load. */
export function failed(state, message) {
    state.notices.push({ kind: "error", message: message.message });
    state.touch("start");
    return state.loads.fail();
}

/** A note on an event, told at once also to a reader who holds. */
export function noted(state, { of }) {
    state.rows.noted(of);
    return [];
}

export function missing(state, missing) {
    state.tally.missing(missing.count);
    state.rows.appendGap(missing);
}
