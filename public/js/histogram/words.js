// The histogram in words: its head, a bucket under the pointer, and all of it for those who cannot see it. Pure.

import { count, counted, rate, span } from "../parts/format.js";
import { rangeWords } from "../time/place.js";
import { sums, totals } from "./counts.js";
import { legendNames } from "./series.js";
import { isLive } from "./spans.js";

/** Series named in a sentence. */
const NAMED = 4;

/** What the head says of the whole: `{ strong, quiet }`. */
export function headWords({ view, ends, isPast, isPolled, context }) {
    const bar = `${span(ends.width)} a bar`;
    if (isPast) return { strong: "in range", quiet: ` \u00b7 ${bar}` };
    if (isLive(view)) return { strong: `last ${span(view.span)}`, quiet: ` \u00b7 ${bar}${isPolled ? ", polled" : ""}` };
    return { strong: rangeWords(ends.since, ends.until, context), quiet: ` \u00b7 ${bar}` };
}

/** The same of one bucket, or of a few while some are being chosen. */
export function bucketWords(counts, first, end, context) {
    const since = counts.since + first * counts.width;
    const until = counts.since + end * counts.width;
    const matched = sums(counts.series, first, end).total;
    const seconds = Math.max(0.001, (Math.min(until, context.now) - since) / 1000);
    const all = counts.all && sums(counts.all, first, end).total;
    const rates = counts.all ? `${rate(matched / seconds)} of ${rate(all / seconds)}` : rate(matched / seconds);
    return { strong: rangeWords(since, until, context), quiet: ` \u00b7 ${rates}` };
}

/** One bucket as a sentence, for the keyboard's cursor. */
export function spokenBucket(counts, first, end, by, context) {
    const { strong } = bucketWords(counts, first, end, context);
    const { named, total } = sums(counts.series, first, end);
    const more = counts.all ? ` of ${count(sums(counts.all, first, end).total)}` : "";
    return `${strong}: ${count(total)}${more} events${listed(counts, named, by, ", ")}`;
}

/** The whole as a sentence. */
export function summary(counts, by, context) {
    const { named, total } = sums(counts.series);
    const of = counts.all ? ` of ${count(sums(counts.all).total)}` : "";
    const ends = rangeWords(counts.since, counts.since + counts.size * counts.width, context);
    if (total === 0) return `${ends}: no events${of}.`;
    const perBucket = totals(counts.series, counts.size);
    const most = Math.max(...perBucket);
    const since = counts.since + perBucket.indexOf(most) * counts.width;
    const peak = `Most in ${rangeWords(since, since + counts.width, context)}, ${count(most)}.`;
    return `${ends}: ${counted(total, "event")}${of}${listed(counts, named, by, "; ")}. ${peak}`;
}

function listed(counts, named, by, before) {
    const names = legendNames(counts, by, named, []).filter((name) => named.get(name) > 0).slice(0, NAMED);
    const words = names.map((name) => `${count(named.get(name))} ${name === "none" ? `without ${by}` : name}`);
    return words.length > 0 ? before + words.join(", ") : "";
}
