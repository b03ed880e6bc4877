// What the head of the facets says the counts are of. Pure.

import { clock, short, span } from "../parts/format.js";
import { WINDOW_MS } from "./facet-counts.js";

/** `mode` live, held or past; `base` the number of events, undefined while it is being counted. */
export function baseWords({ mode, base, frozenAt, isWholeLog, error, time, zone }) {
    if (error !== undefined && base === undefined) return `No counts: ${error}`;
    const events = base === undefined ? "counting\u2026" : `${short(base)} event${base === 1 ? "" : "s"}`;
    return `${reach({ mode, frozenAt, isWholeLog, time, zone })} \u00b7 ${events}`;
}

function reach({ mode, frozenAt, isWholeLog, time, zone }) {
    if (mode === "past") {
        const { since, until } = time.place;
        const milliseconds = Date.parse(until) - Date.parse(since);
        return Number.isFinite(milliseconds) ? `in range \u00b7 ${span(milliseconds)}` : "in range";
    }
    if (mode === "held" && frozenAt !== undefined) {
        return `frozen ${clock(new Date(frozenAt).toISOString(), zone).second}`;
    }
    return isWholeLog ? "whole log" : `last ${span(WINDOW_MS)}`;
}
