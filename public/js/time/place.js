// A place in the past: `{ since, until }` or `{ at }`, times in RFC 3339 or a position, as the address of the page has
// them; an end that is left out is that of the log. Pure.

import { clock, count, span } from "../parts/format.js";
import { isoOf } from "./iso.js";

/** A position, or a time to the second or finer in UTC: as `settled` of moment.js leaves them. */
const SETTLED = /^(?:[a-z0-9]{4,32}:\d+|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?!000Z)\d{3})?Z)$/;

/** Whether a place says the same whenever it is opened. */
export function isSettled({ at, since, until }) {
    return [at, since, until].every((text) => text === undefined || SETTLED.test(text));
}

/** Milliseconds of both ends; undefined where the place has none, as around a moment. */
export function endsOf(place) {
    return { since: timeOf(place?.since), until: timeOf(place?.until) };
}

/** The moment of a place in milliseconds: of the row that a position led to, if that is known. */
export function momentOf(place, landedTime) {
    return timeOf(place?.at) ?? timeOf(landedTime);
}

/** A place of the same length before it (−1) or behind it (1). */
export function moved(place, step) {
    const { since, until } = endsOf(place);
    const size = until - since;
    return { since: isoOf(since + step * size), until: isoOf(until + step * size) };
}

/** The place in words: a range, a moment, or an event. */
export function placeWords(place, { zone, now, landedTime }) {
    const { since, until } = endsOf(place);
    if (since !== undefined && until !== undefined) return rangeWords(since, until, { zone, now });
    if (since !== undefined) return `since ${dayAndTime(since, { zone, now })}`;
    if (until !== undefined) return `until ${dayAndTime(until, { zone, now })}`;
    const moment = momentOf(place, landedTime);
    if (moment !== undefined) return dayAndTime(moment, { zone, now });
    const seq = /^[a-z0-9]+:(\d+)$/.exec(place.at ?? "")?.[1];
    return seq ? `event ${count(Number(seq))}` : String(place.at ?? place.since ?? place.until);
}

/** "07:26:15 – 07:31:30"; with dates if it is not of today. */
export function rangeWords(since, until, { zone, now }) {
    const [first, last] = [since, until].map((time) => clock(isoOf(time), zone));
    const isSameDay = first.day === last.day;
    const end = isSameDay ? shortTime(last) : dayAndTime(until, { zone, now });
    return `${dayAndTime(since, { zone, now })} \u2013 ${end}`;
}

/** "5 min 15 s": two units, so that nothing that can be read off a range is lost. */
export function exactSpan(milliseconds) {
    if (milliseconds < 120_000 && milliseconds % 1000 === 0) return span(milliseconds);
    const units = [["days", 86_400_000], ["h", 3_600_000], ["min", 60_000], ["s", 1000]];
    const at = units.findIndex(([, size]) => milliseconds >= size);
    if (at < 0 || at === units.length - 1) return span(milliseconds);
    const [[name, size], [nextName, nextSize]] = [units[at], units[at + 1]];
    const whole = Math.floor(milliseconds / size);
    const rest = Math.floor((milliseconds % size) / nextSize);
    const words = `${whole} ${whole === 1 && name === "days" ? "day" : name}`;
    return rest > 0 ? `${words} ${rest} ${nextName}` : words;
}

function dayAndTime(time, { zone, now }) {
    const at = clock(isoOf(time), zone);
    const today = clock(isoOf(now), zone);
    if (at.day === today.day) return shortTime(at);
    const year = at.day.slice(-4) === today.day.slice(-4) ? at.day.slice(0, -5) : at.day;
    return `${year}, ${shortTime(at)}`;
}

function shortTime({ second, millis }) {
    return millis === "000" ? second : `${second}.${millis}`;
}

function timeOf(text) {
    const time = Date.parse(text ?? "");
    return Number.isFinite(time) && /^\d{4}-/.test(text) ? time : undefined;
}
