// Round numbers and round times for axes. Pure.

const ROUND = [1, 2, 4, 6, 8, 10];
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
].map((seconds) => seconds * SECOND);

/** The lowest number that is not below `value` and whose half is as round as itself; 1 for nothing. */
export function roundAbove(value) {
    if (!(value > 0)) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    const share = value / power;
    // 0.1 + 0.2 is a little more than 0.3, and no reason for the next step.
    return (ROUND.find((step) => step * (1 + 1e-9) >= share) ?? 10) * power;
}

/**
 * Times in milliseconds on the clock of a zone, at most `most` of them, from the smallest step that is so few.
 * `offset` is the zone's, in milliseconds east.
 */
export function timeTicks(from, to, most, offset = 0) {
    const step = STEPS.find((one) => (to - from) / one <= most) ?? STEPS.at(-1);
    const ticks = [];
    for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) ticks.push(at);
    return { step, ticks };
}

/** "14:05", with seconds if the step needs them, the day if it is one or more: "22 Nov". */
export function tickLabel(at, step, offset = 0) {
    const clock = new Date(at + offset);
    if (step >= DAY) return `${clock.getUTCDate()} ${MONTHS[clock.getUTCMonth()]}`;
    const parts = [clock.getUTCHours(), clock.getUTCMinutes()];
    if (step < MINUTE) parts.push(clock.getUTCSeconds());
    return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
