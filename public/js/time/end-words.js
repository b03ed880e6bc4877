// The line after the last row, if there is something to say there. Pure.

import { count, counted, fullTime } from "../parts/format.js";

/**
 * `{ symbol, title, facts, action }`, or undefined. Rows do not simply end: the connection is away, a fixed range is
 * over, or the log has let go of what came while the reader held.
 */
export function endWords({ time, link, past, stats, counts, isEmpty, lastTime, zone }) {
    if (isEmpty) return undefined;
    if (link.phase === "lost") {
        const at = lastTime ? fullTime(lastTime, zone).split(", ")[1].slice(0, "07:35:12.184".length) : "now";
        const facts = time.place ? "rows can be read on when the relay answers" : "rows go on here when the relay answers";
        return { symbol: "unplug", title: `Nothing known after ${at}`, facts };
    }
    if (time.place) return pastWords(time.place, past);
    return time.held ? overrunWords(stats, counts.position) : undefined;
}

function pastWords(place, past) {
    if (!past || past.isLoading) return undefined;
    if (past.hasNewer) return { symbol: "clock", title: past.isLoadingNewer ? "Loading newer rows" : "More rows follow" };
    if (!past.canLookAgain) return { symbol: "clock", title: "The range ends here", facts: "nothing newer in it matches" };
    return {
        symbol: "clock", title: "The log ended here when you looked", facts: "nothing newer matched", action: "Look again",
    };
}

/** What the relay did not send while held is in its log, until newer events push it out. */
function overrunWords(stats, position) {
    const first = (position?.seq ?? Infinity) + 1;
    if (!(stats?.oldest > first)) return undefined;
    const lost = stats.oldest - first;
    return {
        symbol: "gap",
        title: `${counted(lost, "event")} after this row left the log`,
        facts: `seq ${count(first)} \u2013 ${count(stats.oldest - 1)} \u00b7 evicted while held`,
    };
}
