// What people write for a moment or a range: "14:02", "5m ago", "yesterday 17:30", ISO, a position, "14:00 - 14:10".
// Pure: text, the time now and the zone of the clock in; a place in the log out.

import { instantOf } from "../filter/instant.js";
import { dateIn, timeOfWall } from "../parts/zones.js";
import { isoOf } from "./iso.js";

const UNITS = { ms: 1, s: 1000, sec: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const UNIT = /(\d+(?:\.\d+)?)\s*(ms|sec|s|min|m|hours?|h|days?|d|weeks?|w)(?:onds?|utes?)?\s*/gy;
const CLOCK = /^(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*([ap]m)?$/i;
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const BETWEEN = /\s+(?:-|\u2013|to|until)\s+|\s*\.\.\s*|\s*\u2013\s*/;

/** The forms, for the box and for what it says when it does not understand. */
export const FORMS = ["14:02", "5m ago", "yesterday 17:30", "2026-11-22 14:02", "14:00 - 14:10", "#1842"];

/**
 * `{ at: time }`, `{ since, until }` in RFC 3339, `{ at: position }`, `{ isNow: true }`, or `{ error }`. `context` is
 * { now, zone, epoch }: a number of an event needs the epoch of the log.
 */
export function parseMoment(text, context) {
    const words = text.trim();
    if (words === "") return { error: "Write a time, such as 14:02, 5m ago or yesterday 17:30." };
    if (/^(?:now|live)$/i.test(words)) return { isNow: true };
    const position = positionOf(words, context.epoch);
    if (position) return position;
    const ends = words.split(BETWEEN);
    if (ends.length === 2 && ends.every(Boolean)) return rangeOf(ends, context);
    const time = timeOf(words, context);
    return time === undefined ? unknown(words) : { at: isoOf(time) };
}

/** What an address says, with absolute times: a link means the same whenever it is opened. */
export function settled(place, context) {
    if (place === undefined) return undefined;
    const time = (text) => text && (parseMoment(text, context).at ?? text);
    return place.at ? { at: time(place.at) } : withEnds(time(place.since), time(place.until));
}

function withEnds(since, until) {
    return { ...(since && { since }), ...(until && { until }) };
}

function positionOf(words, epoch) {
    if (/^[a-z0-9]{4,32}:\d+$/.test(words) && !CLOCK.test(words)) return { at: words };
    const seq = /^#\s*(\d[\d\s\u202f]*)$/.exec(words)?.[1].replace(/\D/g, "");
    if (seq === undefined) return undefined;
    return epoch ? { at: `${epoch}:${seq}` } : { error: "The number of an event needs the relay, which is away." };
}

function rangeOf([first, second], context) {
    const since = timeOf(first, context);
    if (since === undefined) return unknown(first);
    // The end is on the day of the beginning unless it says another.
    const until = /^(?:now|live)$/i.test(second) ? context.now : timeOf(second, { ...context, day: since, since });
    if (until === undefined) return unknown(second);
    if (until <= since) return { error: `${second} is not after ${first}.` };
    return { since: isoOf(since), until: isoOf(until) };
}

function timeOf(words, context) {
    return agoOf(words, context) ?? writtenOf(words, context) ?? unixOf(words) ?? dayAndClock(words, context);
}

/** "5m ago", "-1h30m", "90 s": a span before now. */
function agoOf(words, { now }) {
    const span = words.replace(/^[-\u2212]\s*/, "").replace(/\s*(?:ago|before)$/i, "").toLowerCase();
    let total = 0;
    UNIT.lastIndex = 0;
    let at = 0;
    for (let part = UNIT.exec(span); part; part = UNIT.exec(span)) {
        total += Number(part[1]) * (UNITS[part[2]] ?? UNITS[part[2][0]]);
        at = UNIT.lastIndex;
    }
    if (at === 0 || at !== span.length) return undefined;
    // Nobody who says minutes means milliseconds.
    const step = total % 1000 === 0 ? 1000 : 1;
    return Math.floor((now - Math.round(total)) / step) * step;
}

/** A date with or without a time, as logs write it; without a zone it is in the reader's. */
function writtenOf(words, { zone }) {
    const instant = instantOf(words.replace(/^(\S+)\s+(\S+?)\s*(Z|UTC)$/i, "$1T$2Z"));
    if (!instant) return undefined;
    const time = Number(instant.nanoseconds / 1_000_000n);
    const hasZone = /(?:z|utc|[+-]\d\d:?\d\d|[+-]\d\d)$/i.test(words.slice("2026-11-22".length));
    if (hasZone) return time;
    const at = new Date(time);
    return timeOfWall(zone, {
        year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), hour: at.getUTCHours(),
        minute: at.getUTCMinutes(), second: at.getUTCSeconds(), millisecond: at.getUTCMilliseconds(),
    });
}

/** Seconds or milliseconds since 1970, as programs write them. */
function unixOf(words) {
    if (/^\d{10}(?:\.\d+)?$/.test(words)) return Math.round(Number(words) * 1000);
    return /^\d{13}$/.test(words) ? Number(words) : undefined;
}

/** "14:02", "yesterday 17:30", "monday", "22 Nov 14:02". Without a day, the last time that clocks showed it. */
function dayAndClock(words, context) {
    const parts = words.toLowerCase().replaceAll(",", " ").split(/\s+/);
    for (let split = 0; split <= parts.length; split += 1) {
        const clock = clockOf(parts.slice(split).join(" "), split > 0);
        const date = clock && dateOf(parts.slice(0, split), context);
        if (date) return earlier(timeOfWall(context.zone, { ...date, ...clock }), date, clock, context);
    }
    return undefined;
}

/** Before a day a clock may be left out, and an hour alone is no clock without "am" or "pm". */
function clockOf(words, hasDay) {
    if (words === "") return hasDay ? { hour: 0 } : undefined;
    const match = CLOCK.exec(words);
    if (!match || (match[2] === undefined && !match[5])) return undefined;
    const [hour, minute, second] = match.slice(1, 4).map((digits) => Number(digits ?? 0));
    const half = match[5]?.toLowerCase();
    if (half && (hour < 1 || hour > 12)) return undefined;
    const whole = half ? (hour % 12) + (half === "pm" ? 12 : 0) : hour;
    if (whole > 23 || minute > 59 || second > 59) return undefined;
    return { hour: whole, minute, second, millisecond: Number((match[4] ?? "0").padEnd(3, "0").slice(0, 3)) };
}

function dateOf(parts, { now, zone, day = now }) {
    const today = dateIn(zone, day);
    if (parts.length === 0) return { ...today, isImplied: true };
    const [word] = parts;
    if (parts.length === 1 && word === "today") return dateIn(zone, now);
    if (parts.length === 1 && word === "yesterday") return before(dateIn(zone, now), 1);
    const weekday = word.length < 3 ? -1 : DAYS.findIndex((name) => name.startsWith(word));
    if (parts.length === 1 && weekday >= 0) {
        const current = dateIn(zone, now);
        return before(current, (current.weekday - weekday + 7) % 7);
    }
    return monthAndDay(parts, dateIn(zone, now));
}

/** "22 nov", "nov 22", "22 nov 2025". Without a year, the last such day. */
function monthAndDay(parts, today) {
    const named = parts.findIndex((part) => MONTHS.includes(part.slice(0, 3)) && /^[a-z]+\.?$/.test(part));
    const numbers = parts.filter((part) => /^\d+\.?$/.test(part)).map(Number.parseFloat);
    if (named < 0 || numbers.length + 1 !== parts.length || numbers.length < 1 || numbers.length > 2) return undefined;
    const month = MONTHS.indexOf(parts[named].slice(0, 3)) + 1;
    const [day, year = today.year - (month * 32 + numbers[0] > today.month * 32 + today.day ? 1 : 0)] = numbers;
    const isDay = day >= 1 && new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
    return isDay ? { year, month, day } : undefined;
}

function before({ year, month, day }, days) {
    const at = new Date(Date.UTC(year, month - 1, day - days));
    return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

/** A clock without a day that has not come yet is yesterday's; the end of a range is after its beginning. */
function earlier(time, date, clock, { now, zone, since }) {
    if (!date.isImplied) return time;
    if (since !== undefined) return time > since ? time : timeOfWall(zone, { ...before(date, -1), ...clock });
    return time <= now ? time : timeOfWall(zone, { ...before(date, 1), ...clock });
}

function unknown(words) {
    return { error: `\u201c${words}\u201d is no time. Write for example ${FORMS.slice(0, 3).join(", ")} or an ISO date.` };
}
