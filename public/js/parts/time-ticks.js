// Round times for axes, on the clock of a zone. Pure.

import { MONTHS } from "./format.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;
const STEPS = [
    1, 2, 5, 10, 20, 50, 100, 200, 500,
    ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
    ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE),
    ...[1, 2, 5, 10, 20, 50, 100].map((days) => days * DAY),
];

/**
 * Times in milliseconds from `from` until before `to`, at most about `most` of them, from the smallest step that is so few.
 * `offset` is the zone's, in milliseconds east.
 */
export function timeTicks(from, to, most, offset = 0) {
    const step = STEPS.find((one) => (to - from) / one <= most) ?? STEPS.at(-1);
    const ticks = [];
    for (let at = Math.ceil((from + offset) / step) * step - offset; at < to; at += step) ticks.push(at);
    return { step, ticks };
}

/** "14:05", as fine as the step needs; a day begins with its date: "22 Nov". */
export function tickLabel(at, step, offset = 0) {
    const clock = new Date(at + offset);
    if ((at + offset) % DAY === 0) return `${clock.getUTCDate()} ${MONTHS[clock.getUTCMonth()]}`;
    return clock.toISOString().slice(11, step >= MINUTE ? 16 : step >= SECOND ? 19 : 23);
}
