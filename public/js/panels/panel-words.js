// What a tile says about its panel, in words. Pure.

import { count, span } from "../parts/format.js";
import { axisWords, figureOf, valueWords } from "../charts/figures.js";

/** A source is late if its silence is this many times as long as its usual pause, and at least LATE_MS. */
const LATE_PAUSES = 10;
const LATE_MS = 10_000;

/** The quiet words behind the title: what is counted, over how long, and how far it is known. */
export function metaOf({ kind, value, by, window_ms: window, width_ms: width, complete, complete_from: known }) {
    const what = value === "count" || value === "last" ? "" : value;
    const each = kind === "timeseries" && value === "count" ? `in ${span(width)}` : "";
    const parts = [what, each, value === "last" ? `events in ${span(window)}, newest` : span(window)].filter(Boolean);
    if (complete === false) parts.push(known ? `known from ${known.slice(11, 16)}` : "reading the log");
    if (by?.length > 0 && kind === "timeseries") parts.unshift(`by ${by.join(", ")}`);
    return parts.join(" \u00b7 ");
}

/** A stat: the figure, and how its second half compares with the first. */
export function statOf({ value, result, unit, values = [], window_ms: window }) {
    const { figure, unit: written } = figureOf(result, unit);
    if (value !== "count") return { figure, unit: written, change: 0, words: `${value} over ${span(window)}` };
    const middle = Math.floor(values.length / 2);
    const before = sum(values.slice(0, middle));
    const after = sum(values.slice(middle));
    const half = span(window / 2);
    const words = after === before
        ? `as many in the last ${half} as before`
        : `${count(after)} in the last ${half}, ${count(before)} before`;
    return { figure, unit: written, change: Math.sign(after - before), words };
}

/** Entries of a `top` panel with their share of the largest: [{ name, words, share, title }]. */
export function topOf({ entries = [], unit, value, approximate }) {
    const most = Math.max(...entries.map((entry) => entry.value ?? 0), 0);
    return entries.map((entry) => ({
        name: entry.name,
        words: `${entry.error ? "\u2248" : ""}${valueWords(entry.value, unit)}`,
        share: most > 0 ? Math.max(0, entry.value ?? 0) / most : 0,
        title: titleOf(entry, value, approximate),
    }));
}

function titleOf({ name, count: events, error }, value, approximate) {
    const parts = [name];
    if (events !== undefined && value !== "count") parts.push(`${count(events)} events`);
    if (error) parts.push(`at most ${count(error)} too high`);
    else if (approximate) parts.push("exact, though not all names are");
    return parts.join(" \u00b7 ");
}

/**
 * Entries of a panel of newest times: how old each is, and whether it is late for what is usual of it. `now` is the
 * relay's time in milliseconds.
 */
export function freshnessOf({ entries = [], window_ms: window }, now) {
    return entries.map(({ name, value, count: events }) => {
        if (value === null) return { name, events: "0", age: "silent", isLate: false, title: `${name}: none in ${span(window)}` };
        const age = Math.max(0, now - Date.parse(value));
        const pause = window / Math.max(1, events);
        return {
            name,
            events: axisWords(events),
            age: ageWords(age),
            isLate: age > Math.max(LATE_MS, LATE_PAUSES * pause),
            title: `${name}: newest event ${value}`,
        };
    });
}

function ageWords(age) {
    return age < 10_000 ? `${(age / 1000).toFixed(1)} s` : span(age);
}

function sum(values) {
    return values.reduce((total, value) => total + (value ?? 0), 0);
}
