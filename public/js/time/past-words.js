// What the page says about the past: above the rows, and in their place when there are none. Pure.

import { clock, count, counted, span, zoneName } from "../parts/format.js";
import { endsOf, momentOf } from "./place.js";

/** The line above the rows: `{ title, facts, problem, isRange }`. The view is that of the page. */
export function pastWords({ time, past, pastCounts, stats, zone, now }) {
    const { since, until } = endsOf(time.place);
    const isRange = since !== undefined && until !== undefined;
    if (past?.problem) return { title: problemTitle(past.problem), facts: past.problem.message, isBad: true, isRange };
    if (Date.parse(stats?.oldest_time) > momentOf(time.place)) {
        return { title: "The log does not reach back so far.", facts: reach({ stats, zone, now }), isBad: false, isRange };
    }
    const title = isRange ? "Fixed range" : titleOf(time.place);
    const facts = [
        past?.isLoading !== false ? searchWords(past) : countWords(pastCounts),
        isRange ? "nothing new arrives here" : "older and newer rows come as you scroll",
    ];
    return { title, facts: facts.filter(Boolean).join(" \u00b7 "), isBad: false, isRange };
}

/** Why there are no rows: `{ title, text, beginning }`, the last one the time at which the log begins if that helps. */
export function emptyWords({ time, past, stats, zone, now }) {
    const text = [reach({ stats, zone, now })];
    const beginning = stats?.oldest_time;
    if (past?.problem) return { title: problemTitle(past.problem), text: [past.problem.message, ...text], beginning };
    const { until } = endsOf(time.place);
    if (until <= Date.parse(beginning)) return { title: "The log does not reach back so far", text, beginning };
    const isFiltered = past?.lens?.filter !== "";
    const title = isFiltered ? "Nothing in this range matches the filter" : "Nothing was logged in this range";
    return { title, text: [past ? `${counted(past.searched, "event")} looked at.` : ""] };
}

function titleOf({ at, since }) {
    if (at) return "Around a moment";
    return since ? "From a time on" : "Up to a time";
}

function problemTitle({ code }) {
    if (code === "unreachable") return "The past cannot be read now";
    if (code === "position") return "This place is not in the log";
    return code === "503" ? "The relay is busy with other searches" : "The relay cannot read this";
}

function reach({ stats, zone, now }) {
    const at = clock(stats?.oldest_time, zone);
    if (!at) return "";
    const ago = span(now - Date.parse(stats.oldest_time));
    return `The log begins ${ago} ago, at ${at.day}, ${at.second} ${zoneName(zone)}.`;
}

function searchWords(past) {
    return past?.searched > 0 ? `searching, ${counted(past.searched, "event")} looked at` : "searching";
}

function countWords(counts) {
    return counts ? `${count(counts.matched)} matching of ${count(counts.seen)}` : "";
}
