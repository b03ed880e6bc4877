// A place in the past as the parameters of a search. Pure.

import { WINDOW_MS } from "./facet-counts.js";

const POSITION = /^[a-z0-9]{1,32}:\d+$/;

/**
 * Of a place `{ since, until }` or `{ at }`, times or positions; around a moment as far as live counts look back, up to
 * an event from the log's beginning as long as it is not known when that was (`landedTime`); all of the log where the
 * event is of another one than `epoch`. Undefined without a place.
 */
export function rangeOf(place, landedTime, epoch) {
    if (!place) return undefined;
    const { at, since, until } = place;
    if (at === undefined) return { ...end(since, "since", "from"), ...end(until, "until", "to") };
    const isPosition = POSITION.test(at);
    const moment = Date.parse(isPosition ? landedTime : at);
    if (Number.isNaN(moment)) return at.startsWith(`${epoch}:`) ? { to: at } : {};
    return { since: isoAt(moment - WINDOW_MS / 2), until: isoAt(moment + WINDOW_MS / 2) };
}

function end(value, time, position) {
    return value === undefined ? {} : { [POSITION.test(value) ? position : time]: value };
}

function isoAt(milliseconds) {
    return new Date(milliseconds).toISOString();
}
