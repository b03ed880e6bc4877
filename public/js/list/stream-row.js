// What the worker keeps of one row: an event with its text, a gap, or a note. Pure.

import { rank, severity } from "../parts/levels.js";
import { rowOfEvent, rowOfGap } from "./row-text.js";

/** Events fetched by one "Load them": a moment's wait, and still a list one can read. */
const LOAD_STEP = 5000;

/** Bytes a row costs beside its text: the object, its slot, and the headers of its strings. */
const ROW_OVERHEAD = 120;

/** Reasons of gaps whose events the relay's log still has. */
const LOADABLE = new Set(["paused", "slow", "sampled", "unloaded"]);

/** Rows of `events` messages and of gaps between them. */
export function rowsOf(messages) {
    return messages.flatMap((message) => {
        if (message.type === "gap") return [gapRow(message)];
        return message.events.map((event, at) => eventRow(event, message.texts[at]));
    });
}

function eventRow(event, text) {
    return {
        seq: event.seq, time: event.time, text, severity: severity(rank(event.level)), cost: text.length + ROW_OVERHEAD,
    };
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

/** What the page shows of a row; `context` is { zone, words, above } as for `rowOfEvent`. */
export function painted(index, row, context) {
    if (row.note) return { index, kind: "note", ...row.note };
    if (!row.gap) return rowOfEvent(index, row.text, context);
    const label = row.gap.count > LOAD_STEP ? "Load the newest of them" : "Load them";
    return rowOfGap(index, { ...row.gap, canLoad: isLoadable(row.gap), isLoading: row.isLoading, label });
}
