// From counts to pixels: how tall bars are, where they stand, and which times are written below. Pure.

import { tickLabel, timeTicks } from "../parts/time-ticks.js";
import { offsetOf } from "../parts/zones.js";
import { totals } from "./counts.js";

/** Room above the tallest bar; matching bars leave more, so that the pale ones behind them are seen. */
const HEADROOM = { alone: 1.06, matching: 1.28, ghost: 1.02 };

/** One bucket dwarfs the rest when it is so many times the tenth tallest. */
const DWARFING = 12;

/** Least distance of two labels in pixels. */
const LABEL_EVERY = 92;

/** Where each bucket begins, in whole pixels; one more for the end of the last. */
export function columns(size, width) {
    return Array.from({ length: size + 1 }, (_, at) => Math.round((at * width) / Math.max(1, size)));
}

/**
 * `{ of(count), ghost(count), ratio }`: pixels for a number of events, and how many times smaller an event is drawn
 * among all events than among matching ones.
 */
export function scaleOf(counts, height, isLog) {
    const most = Math.max(1, ...totals(counts.series, counts.size)) * (counts.all ? HEADROOM.matching : HEADROOM.alone);
    const mostAll = Math.max(1, ...totals(counts.all ?? [], counts.size)) * HEADROOM.ghost;
    const linear = (value, top) => (value / top) * height;
    const log = (value, top) => (Math.log1p(value) / Math.log1p(top)) * height;
    const pixels = isLog ? log : linear;
    return {
        of: (value) => pixels(value, most),
        ghost: (value) => pixels(value, mostAll),
        ratio: mostAll / most,
    };
}

/** Whether a logarithmic scale would show more: one bucket is far taller than most. */
export function isDwarfed(counts) {
    const sorted = totals(counts.series, counts.size).filter((total) => total > 0).sort((one, other) => other - one);
    if (sorted.length < 8) return false;
    return sorted[0] > DWARFING * sorted[Math.min(sorted.length - 1, Math.floor(sorted.length / 10) + 3)];
}

/**
 * Pixels of each part of a bar, from the base up: together those of the sum, and what `isLoud` is never nothing, so
 * that one error among ten thousand lines is seen.
 */
export function partsOf(values, scale, isLoud) {
    const sum = values.reduce((total, value) => total + value, 0);
    const height = Math.round(scale.of(sum));
    let below = 0;
    let pixel = 0;
    return values.map((value, at) => {
        below += value;
        const top = sum > 0 ? Math.round((below / sum) * height) : 0;
        const size = value > 0 && isLoud(at) ? Math.max(1, top - pixel) : Math.max(0, top - pixel);
        pixel += size;
        return size;
    });
}

/** Labels of the axis: `[{ x, text }]`, on whole minutes or hours of the clock in this zone. */
export function labelsOf({ since, until }, width, zone) {
    const offset = offsetOf(zone, since);
    const { step, ticks } = timeTicks(since, until, width / LABEL_EVERY, offset);
    return ticks.map((at) => ({
        x: Math.round(((at - since) / (until - since)) * width), text: tickLabel(at, step, offset),
    }));
}
