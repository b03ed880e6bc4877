// From an event's JSON to what a row shows: pure data, made in the worker so that the page only paints.

import { clock, count, counted } from "../parts/format.js";
import { isMark, markWords } from "../details/mark-text.js";
import { hueOf } from "../parts/hue.js";
import { LEVELS } from "../parts/levels.js";
import { parseEvent } from "../session/protocol.js";
import { fieldOf, flatten, isQuiet, memberName, valueText } from "./event-fields.js";
import { partsOf, spansWithin } from "./message-parts.js";
import { framesOf } from "./stack-trace.js";
import { printable, styled } from "./terminal-text.js";
import { breakWords, timeLook } from "./time-look.js";

/** Characters of a message in a row; the details show all of it. Four lines of a wide screen when wrapped. */
const MESSAGE_LIMIT = 2000;

/** Characters of a message that are read for its lines: those of the longest trace that is laid out in a row. */
const LINES_LIMIT = 262_144;

/** Characters of one line of an open event. */
const LINE_LIMIT = 1000;

/** Fields and characters of one value in the tail: what fits beside a message on a wide screen. */
const TAIL_FIELDS = 16;
const VALUE_LIMIT = 120;

/** Milliseconds from which a duration counts as slow. */
const SLOW_MS = 1000;

/**
 * What a row of kind "event" or "gap" shows. `context` is { zone, words, above, sourceAbove, times, columns, lines }: the
 * zone of times, the filter's words to mark, time and source of the row above, what the column of times shows, names of
 * fields that have a column, and how many lines to show of a joined event.
 */
export function rowOfEvent(index, text, context) {
    const event = parseEvent(text);
    const row = { index, seq: event.seq, level: LEVELS.includes(event.level) ? event.level : undefined };
    const time = clock(event.time, context.zone);
    if (time && context.above !== undefined) {
        const above = clock(context.above, context.zone);
        row.isSameSecond = above?.second === time.second && above.day === time.day;
        row.day = breakWords(event.time, context.above, context.zone, () => context.sourceAbove?.() === event.source);
    }
    if (event.fields?.boot_mark) row.day = ["The machine was booted", row.day].filter(Boolean).join(" \u00b7 ");
    row.at = Date.parse(event.time);
    row.time = time ?? { second: String(event.time ?? ""), millis: "" };
    if (context.times) Object.assign(row, timeLook(row.at, context.above, context.times));
    row.source = printable(event.source ?? "");
    row.hue = hueOf(row.source);
    if (isMark(event)) return { ...row, kind: "mark", ...markWords(event, row.time.second, printable) };
    if (event.fields?.gap) return { ...row, kind: "gap", ...sourceGapWords(event) };
    const { columns = [] } = context;
    if (columns.length > 0) row.columns = columns.map((name) => columnText(event, name));
    return { ...row, kind: "event", ...messageOf(event, context), tail: tailOf(event.fields, columns) };
}

/** What a row for missing events shows; `gap` is { from, to, count, reason, canLoad, isLoading }. */
export function rowOfGap(index, gap) {
    const where = gap.from === undefined ? "" : `seq ${count(gap.from)} \u2013 ${count(gap.to)}`;
    const isChosen = CHOSEN.has(gap.reason);
    const facts = [where, isChosen ? "" : GAP_REASONS[gap.reason] ?? gap.reason].filter(Boolean).join(" \u00b7 ");
    const load = gap.canLoad ? { isLoading: gap.isLoading, label: gap.label } : undefined;
    return { index, kind: isChosen ? "skipped" : "gap", title: gapTitle(gap), facts, load };
}

/** The reader's doing: nothing went wrong. */
const CHOSEN = new Set(["paused", "hidden", "unloaded"]);

/** What the reader did while events were kept back. */
const MEANWHILE = { paused: "held", hidden: "this tab was hidden" };

const GAP_REASONS = {
    evicted: "evicted: the relay's log no longer has them",
    slow: "slow: this page did not keep up",
    sampled: "sampled: more than the rate this page asked for",
    source: "the source lost them",
    damaged: "damaged: this part of the relay's log cannot be read",
    "power-loss": "power loss: they were not on disk yet when the machine went down",
    "unknown-epoch": "the relay's log is another one now, nobody can know how many",
};

function gapTitle({ reason, count: missing }) {
    if (reason === "unloaded") return "Not loaded";
    if (MEANWHILE[reason]) return `${missing === undefined ? "More" : count(missing)} skipped while ${MEANWHILE[reason]}`;
    return `${missing === undefined ? "Events" : counted(missing, "event")} not delivered`;
}

function sourceGapWords(event) {
    const { count: missing, unit = "events", reason } = event.fields.gap;
    const title = missing === undefined ? "Lost at the source" : `${count(Number(missing))} ${unit} lost at the source`;
    return { title, facts: [event.source, reason, printable(event.message ?? "")].filter(Boolean).join(" \u00b7 ") };
}

function messageOf(event, { words, lines: open = 0 }) {
    const raw = event.message ?? "";
    const { text, spans } = styled(raw.length > LINES_LIMIT ? raw.slice(0, LINES_LIMIT) : raw);
    const newline = text.indexOf("\n");
    const end = Math.min(newline < 0 ? text.length : newline, MESSAGE_LIMIT);
    const written = /^(?:[\w./@-]+)?\[\d+\]:? /.exec(text.slice(0, 200))?.[0] ?? "";
    const id = written || identifierOf(event);
    const from = Math.min(written.length, end);
    const parts = partsOf(text.slice(from, end), words, spansWithin(spans, from, end));
    const isCut = newline < 0 ? raw.length > end && text.length > end : newline > end;
    if (newline < 0) return { id, parts, isCut };
    return { id, parts, isCut, ...joinedLines(event, text.slice(newline + 1), open) };
}

/** The lines below the first: how many, and `open` of them if they are to be shown. */
function joinedLines(event, text, open) {
    const others = text.split("\n");
    const lines = Math.max(Number(event.fields?.lines ?? 0) || 0, others.length + 1);
    if (open === 0) return { lines };
    const shown = others.slice(0, open).map((line) => (line.length > LINE_LIMIT ? `${line.slice(0, LINE_LIMIT)}\u2026` : line));
    return { lines, frames: framesOf(shown), more: Math.max(0, lines - 1 - shown.length) };
}

/** "sshd[20211]: " for events whose transport keeps it apart from the message. */
function identifierOf({ source, fields }) {
    if (!fields?.identifier || fields.identifier === source) return "";
    // A relayed line names the process itself; `pid` is then the sender that passed it on.
    const pid = fields.line_pid ?? fields.pid;
    return printable(`${fields.identifier}${pid === undefined ? "" : `[${valueText(pid)}]`}: `);
}

function tailOf(fields, columns) {
    const tail = [];
    for (const [key, value] of flatten(fields)) {
        if (tail.length === TAIL_FIELDS) break;
        if (isQuiet(key) || columns.includes(memberName(key))) continue;
        tail.push({ key: printable(key), value: shortText(value), mood: moodOf(key, value) });
    }
    return tail;
}

function columnText(event, name) {
    const value = fieldOf(event, name);
    return value === undefined ? { name } : { name, value: shortText(value), mood: moodOf(name, value) };
}

function shortText(value) {
    const text = printable(valueText(value)).replaceAll("\n", " ");
    return text.length > VALUE_LIMIT ? `${text.slice(0, VALUE_LIMIT)}\u2026` : text;
}

function moodOf(key, value) {
    if (/^(?:http_)?status(?:_code)?$/.test(key) && value >= 500 && value < 600) return "bad";
    if (/(?:_ms|^ms|millis)$/.test(key) && value >= SLOW_MS) return "slow";
    return undefined;
}
