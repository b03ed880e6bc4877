// What is another after a moment than before it: values of fields, and messages by their shape. Pure.

import { likeness } from "../list/repeats.js";

/** Spans to compare, on each side of the moment. */
export const SPANS = [["1 min", 60_000], ["5 min", 300_000], ["15 min", 900_000], ["1 h", 3_600_000], ["6 h", 21_600_000]];

const MOST_CHANGES = 40;
const MOST_MESSAGES = 12;

/** Less than this is chance: the difference in standard deviations of a count. */
const LEAST_SCORE = 2.5;

const EVENTS_OWN = ["level", "source", "host"];

/** Letters of a message that tell it from others. */
const LEAST_PIECE = 6;

/** Less than a fifth more or fewer is no news, however sure it is. */
const LEAST_RATIO = 1.2;

/** Fields beside the events' own that are counted on each side, and those that say where a line stood. */
const MOST_FIELDS = 13;
const DULL = /^(?:raw|raw_base64|offset|lines|line_offsets|join_\w+|seqnum\w*|boot_id|machine_id)$/;

/** A field with nearly as many values as events is an id, and all of its values are new. */
const ID_SHARE = 0.5;

/** The two sides; after the moment there may be less time than was asked for, and rates are compared. */
export function sidesOf(moment, span, now) {
    const after = Math.max(1000, Math.min(span, now - moment));
    return { before: { since: moment - span, until: moment }, after: { since: moment, until: moment + after } };
}

/** Events per minute. */
export function perMinute(count, { since, until }) {
    return (count * 60_000) / (until - since);
}

/** Fields whose values are worth counting: those of the event, and those with few values, the most frequent first. */
export function fieldsWorth(lists, mostValues) {
    const found = new Map();
    for (const { name, count, distinct } of lists.flat()) {
        const known = found.get(name) ?? { count: 0, distinct: 0 };
        found.set(name, { count: known.count + count, distinct: Math.max(known.distinct, distinct) });
    }
    const others = [...found].filter(([name, { distinct }]) => distinct <= mostValues && !DULL.test(name) && !EVENTS_OWN.includes(name))
        .sort(([, one], [, other]) => other.count - one.count).map(([name]) => name);
    return [...EVENTS_OWN, ...others.slice(0, MOST_FIELDS)];
}

/**
 * Values that changed most, first: `{ field, value, before, after, kind }`, kind "new", "gone", "more" or "less". Lists
 * of facets of the two sides in; numbers are per minute.
 */
export function changesOf(before, after, sides) {
    const names = [...new Set([...after, ...before].map(({ field }) => field))];
    const changes = names.flatMap((field) => {
        const [old, young] = [before, after].map((list) => list.find((facet) => facet.field === field));
        if ([old, young].some((facet) => isId(facet))) return [];
        const values = new Set([...(young?.values ?? []), ...(old?.values ?? [])].map(({ value }) => value));
        const isTold = (value) => [old, young].every((facet) => countIn(facet, value) !== undefined);
        return [...values].filter(isTold).map((value) => change(field, value, countIn(old, value), countIn(young, value), sides));
    });
    return changes
        .filter(({ score, before: old, after: young }) => Math.abs(score) >= LEAST_SCORE
            && Math.max(old, young) >= LEAST_RATIO * Math.min(old, young))
        .sort((one, other) => Math.abs(other.score) - Math.abs(one.score))
        .slice(0, MOST_CHANGES);
}

/** Messages of a shape that was not there before, the most frequent first: `{ event, count }`. */
export function newMessages(before, after) {
    const known = new Set(before.map(shapeOf));
    const found = new Map();
    for (const event of after) {
        const shape = shapeOf(event);
        if (known.has(shape)) continue;
        const entry = found.get(shape) ?? { event, count: 0 };
        entry.count += 1;
        found.set(shape, entry);
    }
    return [...found.values()].sort((one, other) => other.count - one.count).slice(0, MOST_MESSAGES);
}

/**
 * A filter for other messages of the shape of this event: its source, level, and the longest piece of its text that
 * has no number in it. Undefined where none is long enough to tell it by.
 */
export function likenessFilter({ source, level, message = "" }) {
    const pieces = message.split("\n")[0].split(/\S*\d\S*|["'\\]/).map((piece) => piece.trim());
    const [piece] = pieces.sort((one, other) => other.length - one.length);
    if (piece.length < LEAST_PIECE) return undefined;
    const parts = [`source=${JSON.stringify(source)}`, level && `level=${level}`, JSON.stringify(piece)];
    return parts.filter(Boolean).join(" ");
}

/** "4.4 times as many", "a third", for two sums. */
export function ratioWords(before, after) {
    if (before === after) return "as many";
    if (before === 0) return "none before";
    if (after === 0) return "none after";
    const times = after > before ? after / before : before / after;
    if (times < 1.05) return "about as many";
    const figure = times >= 10 ? String(Math.round(times)) : times.toFixed(1);
    return after > before ? `${figure} times as many` : `${figure} times fewer`;
}

function isId(facet) {
    return facet !== undefined && facet.present > 20 && facet.distinct > facet.present * ID_SHARE;
}

/** Undefined where nobody knows: the list has only the most frequent values, and this is none of them. */
function countIn(facet, value) {
    const found = facet?.values.find((one) => one.value === value)?.count;
    return found ?? (facet?.other > 0 ? undefined : 0);
}

/** What was before is scaled to the length of what is after; both are counts, with the chance of counts. */
function change(field, value, old, young, sides) {
    const [before, after] = [perMinute(old, sides.before), perMinute(young, sides.after)];
    const scale = (sides.after.until - sides.after.since) / (sides.before.until - sides.before.since);
    const kind = old === 0 ? "new" : young === 0 ? "gone" : after > before ? "more" : "less";
    return { field, value, before, after, kind, score: (young - old * scale) / Math.sqrt(young + old * scale * scale + 1) };
}

function shapeOf(event) {
    return likeness(JSON.stringify(event), "signature");
}
