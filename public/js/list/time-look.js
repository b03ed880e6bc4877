// The time column of a row: a clock, how long ago, or how long after the row above. Pure.

import { clock, span } from "../parts/format.js";

/** A silence is long when it is so many times as long as most in these rows, and at least so long. */
const LONG_TIMES = 8;
const LONG_LEAST_MS = 250;

/** Pairs of rows that are looked at to know how long most silences are. */
const SAMPLED_PAIRS = 1000;

/** Within one source: a clock that was set back, or nothing for so long that it deserves a line. */
const BACK_MS = 60_000;
const LATER_MS = 1_800_000;

/** What stands in the column, `{ time, timeClass }`; undefined leaves the clock. `times` are { mode, now, limit }. */
export function timeLook(at, above, { mode, now, limit }) {
    if (mode === "relative") return { time: words(at <= now ? span(now - at) : `in ${span(at - now)}`) };
    if (mode !== "delta") return undefined;
    const delta = at - Date.parse(above);
    if (!Number.isFinite(delta)) return { time: words("") };
    return { time: words(deltaWords(delta)), timeClass: delta >= limit ? "long" : "" };
}

/** "+0.067" in seconds, longer silences in their unit. */
export function deltaWords(delta) {
    const size = Math.abs(delta);
    const sign = delta < 0 ? "\u2212" : "+";
    return size < 100_000 ? `${sign}${(size / 1000).toFixed(3)}` : `${sign}${span(size)}`;
}

/** How long a silence has to be to count as a slow-down, from the rows of a ring. */
export function silenceLimit(ring) {
    const step = Math.max(1, Math.floor(ring.length / SAMPLED_PAIRS));
    const silences = [];
    for (let index = ring.base + 1; index < ring.end; index += step) {
        const silence = Date.parse(ring.at(index).time) - Date.parse(ring.at(index - 1).time);
        if (silence >= 0) silences.push(silence);
    }
    silences.sort((one, other) => one - other);
    return Math.max(LONG_LEAST_MS, LONG_TIMES * (silences[Math.floor(silences.length / 2)] ?? 0));
}

/** Index of the next row from `from` in direction `step` that came after a long silence. */
export function findSlowDown(ring, from, step) {
    const limit = silenceLimit(ring);
    const timeAt = (index) => Date.parse(ring.at(index)?.time);
    for (let index = from + step; index > ring.base && index < ring.end; index += step) {
        if (timeAt(index) - timeAt(index - 1) >= limit) return index;
    }
    return undefined;
}

/**
 * What stands above a row whose time does not go on from the row above: another day, or a jump. `isSameSource()` is
 * only asked when there is one: streams of several files go back and forth all the time.
 */
export function breakWords(time, above, zone, isSameSource) {
    const [here, there] = [clock(time, zone), clock(above, zone)];
    if (!here || !there) return undefined;
    if (here.day !== there.day) return here.day;
    const jump = Date.parse(time) - Date.parse(above);
    if (jump > -BACK_MS && jump < LATER_MS) return undefined;
    if (!isSameSource()) return undefined;
    return jump < 0 ? `Time goes back ${span(-jump)}` : `${span(jump)} later`;
}

function words(text) {
    return { second: text, millis: "" };
}
