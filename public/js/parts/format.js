// Numbers, sizes, spans and times as the page writes them. Pure: no DOM, no locale of the machine.

import { offsetOf } from "./zones.js";

const THIN_SPACE = "\u202f";
const SIZE_UNITS = ["B", "kB", "MB", "GB", "TB"];
export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 1842964 → "1 842 964" with narrow no-break spaces. */
export function count(value) {
    return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** "1 event", "1 204 events". */
export function counted(value, noun) {
    return `${count(value)} ${noun}${Math.round(value) === 1 ? "" : "s"}`;
}

/** A rate per second: whole numbers from 10 up, one decimal below. */
export function rate(value) {
    if (!Number.isFinite(value) || value <= 0) return "0/s";
    return value >= 9.95 ? `${count(value)}/s` : `${value.toFixed(1).replace(/\.0$/, "")}/s`;
}

/** A number that fits into six characters: 12 002, 1.2 M, 0.035. */
export function short(value) {
    const size = Math.abs(value);
    if (size >= 1e15) return value.toExponential(1);
    for (const [unit, name] of [[1e12, "T"], [1e9, "G"], [1e6, "M"]]) {
        if (size >= unit * 0.99995) return `${decimals(value / unit, size < unit * 9.95 ? 1 : 0)}\u202f${name}`;
    }
    if (Number.isInteger(value) || size >= 999.5) return value < 0 ? `\u2212${count(-value)}` : count(value);
    return decimals(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

function decimals(value, digits) {
    return String(Number(value.toFixed(digits))).replace("-", "\u2212");
}

/** A share of one in percent: 0.582 → "58 %"; what is there is never "0 %". */
export function share(value) {
    const percent = value * 100;
    if (percent > 0 && percent < 1) return "<\u202f1\u202f%";
    return `${percent > 99 && percent < 100 ? 99 : Math.round(percent)}\u202f%`;
}

/** Bytes in decimal units, three digits at most: 4812331 → "4.8 MB". */
export function bytes(value) {
    let size = Math.max(0, value);
    let unit = 0;
    while (size >= 999.5 && unit < SIZE_UNITS.length - 1) {
        size /= 1000;
        unit += 1;
    }
    const digits = unit > 0 && size < 9.95 ? 1 : 0;
    return `${size.toFixed(digits)} ${SIZE_UNITS[unit]}`;
}

/** A span of milliseconds in its largest fitting unit: 12 s, 38 min, 5 h, 3 days. */
export function span(milliseconds) {
    const seconds = Math.max(0, milliseconds / 1000);
    if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
    if (seconds < 120) return `${Math.round(seconds)} s`;
    if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
    if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
    return `${Math.round(seconds / 86_400)} days`;
}

/**
 * An RFC 3339 UTC time cut into what rows need, in a zone: "utc", "local" (the browser's) or a name.
 * Digits behind the millisecond are kept in `nanos` and never rounded. Undefined for what is not such a time.
 */
export function clock(time, zone) {
    const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(time ?? "");
    if (!match) return undefined;
    const fraction = (match[5] ?? "").padEnd(3, "0");
    const base = zone !== "utc" && zone !== undefined
        ? zonedParts(Date.parse(time), zone)
        : { year: match[1], month: match[2], date: match[3], second: match[4] };
    return {
        day: `${Number(base.date)} ${MONTHS[Number(base.month) - 1]} ${base.year}`,
        second: base.second,
        millis: fraction.slice(0, 3),
        nanos: fraction.slice(3),
    };
}

/** The full form for details: "22 Nov 2026, 07:35:02.918 113 204". */
export function fullTime(time, zone) {
    const parts = clock(time, zone);
    if (!parts) return String(time ?? "");
    const fine = parts.nanos.replace(/(\d{3})(?=\d)/g, `$1${THIN_SPACE}`);
    return `${parts.day}, ${parts.second}.${parts.millis}${fine && THIN_SPACE + fine}`;
}

/** "UTC", the local offset as "UTC+01:00", or the place that a zone is named after. */
export function zoneName(zone, at = new Date()) {
    if (zone === "utc") return "UTC";
    if (zone !== "local") return zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
    const minutes = Math.round(offsetOf(zone, at.getTime()) / 60_000);
    const size = Math.abs(minutes);
    return `UTC${minutes < 0 ? "\u2212" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function zonedParts(time, zone) {
    const at = new Date(time + offsetOf(zone, time));
    return {
        year: String(at.getUTCFullYear()),
        month: two(at.getUTCMonth() + 1),
        date: two(at.getUTCDate()),
        second: `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`,
    };
}

function two(value) {
    return String(value).padStart(2, "0");
}
