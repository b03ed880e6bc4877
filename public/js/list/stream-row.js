// What the worker keeps of one row: an event with its text, a gap, or a note. Pure.

import { isMark } from "../details/mark-text.js";
import { count } from "../parts/format.js";
import { rank, severity } from "../parts/levels.js";
import { rowOfEvent, rowOfGap } from "./row-text.js";

/** Events fetched by one "Load them": a moment's wait, and still a list one can read. */
const LOAD_STEP = 5000;

/** Events fetched by themselves when the reader is back at the newest ones: some screens of them, from so far at most. */
const NEWEST_STEP = 200;
const NEWEST_REACH = 200_000;

/** Bytes a row costs beside its text: the object, its slot, and the headers of its strings. */
const ROW_OVERHEAD = 120;

/** Reasons of gaps whose events the relay's log still has. */
const LOADABLE = new Set(["paused", "hidden", "slow", "sampled", "unloaded"]);

/** Rows of `events` messages and of gaps between them. */
export function rowsOf(messages) {
    return messages.flatMap((message) => {
        if (message.type === "gap") return [gapRow(message)];
        return message.events.map((event, at) => eventRow(event, message.texts[at]));
    });
}

function eventRow(event, text) {
    const cost = text.length + ROW_OVERHEAD;
    const row = { seq: event.seq, time: event.time, text, severity: severity(rank(event.level)), cost };
    if (isMark(event)) row.notes = Number(event.fields.mark.seq);
    return row;
}

export function gapRow({ from, to, count, reason }) {
    const gap = { from, to, count: count ?? undefined, reason };
    return { gap, seq: to ?? 0, severity: "", isLoading: false, cost: ROW_OVERHEAD };
}

export function isLoadable(gap) {
    return LOADABLE.has(gap.reason) && gap.from !== undefined;
}

/** The range of a gap to fetch at once: its newest part if it is long. */
export function newestPart({ from, to, count }) {
    const share = Math.min(1, LOAD_STEP / Math.max(1, count ?? to - from + 1));
    return { from: Math.max(from, to - Math.ceil((to - from + 1) * share) + 1), to };
}

/** The range of a gap to fetch without being asked, so that nobody comes back to a place without its newest events. */
export function newestFew({ from, to, count }) {
    const share = Math.min(1, NEWEST_STEP / Math.max(1, count ?? to - from + 1));
    const reach = Math.min(NEWEST_REACH, Math.ceil((to - from + 1) * share));
    return { from: Math.max(from, to - reach + 1), to };
}

/**
 * What stands in place of a gap of which a part was fetched as `rows`. The relay answers a long range in part:
 * `reached` is the last seq of what it sent.
 */
export function filledGap({ row, from, to }, rows, reached) {
    const rest = row.gap.count - rows.reduce((sum, { gap }) => sum + (gap?.count ?? 1), 0);
    const before = from > row.gap.from && !(rest <= 0) ? [{ ...row.gap, to: from - 1 }] : [];
    const behind = reached < to ? [{ ...row.gap, from: reached + 1 }] : [];
    const count = before.length + behind.length === 1 ? rest : undefined;
    const gaps = (list) => list.map((gap) => gapRow({ ...gap, count }));
    return [...gaps(before), ...rows, ...gaps(behind)];
}

/** Leaves out what a list already has between two seqs: a sampled stretch is not empty. */
export function withoutKnown(rows, list, { from, to }) {
    const here = list.filter((row) => row.text !== undefined && row.seq >= from && row.seq <= to);
    const known = new Set(here.map((row) => row.seq));
    return rows.filter((row) => !known.has(row.seq));
}

export function noteRow(title, facts, seq) {
    return { note: { title, facts }, seq, severity: "", cost: ROW_OVERHEAD };
}

/** A line the reader drew; `cleared` are the rows above it while they are hidden. */
export function markerRow({ title, facts, seq }) {
    return { marker: { title, facts, cleared: undefined }, seq, severity: "", cost: ROW_OVERHEAD };
}

/** What the page shows of a row; `context` is what `rowOfEvent` takes, and `mark`, the sign before the row. */
export function painted(index, row, context) {
    if (row.marker) return paintedMarker(index, row.marker);
    if (row.note) return { index, kind: "note", ...row.note };
    if (!row.gap) return paintedEvent(index, row, context);
    const label = row.gap.count > LOAD_STEP ? "Load the newest of them" : "Load them";
    return rowOfGap(index, { ...row.gap, canLoad: isLoadable(row.gap), isLoading: row.isLoading, label });
}

function paintedEvent(index, row, context) {
    const shown = rowOfEvent(index, row.text, context);
    shown.mark = context.mark;
    if (row.repeats) {
        shown.repeats = row.repeats.length + 1;
        shown.lastTime = row.repeats.at(-1).time;
    }
    return shown;
}

function paintedMarker(index, { title, facts, cleared }) {
    const clear = cleared === undefined ? "Clear above" : `Show ${count(cleared.length)} above`;
    return { index, kind: "marker", title, facts, clear };
}
