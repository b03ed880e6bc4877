// From an event's JSON to what a row shows: pure data, made in the worker so that the page only paints.

import { clock, count, counted } from "../parts/format.js";
import { isMark, markWords } from "../details/mark-text.js";
import { ExactNumber, parseEvent } from "../session/protocol.js";
import { LEVELS } from "../parts/levels.js";
import { breakWords, timeLook } from "./time-look.js";

/** Characters of a message in a row; the details show all of it. Four lines of a wide screen when wrapped. */
const MESSAGE_LIMIT = 2000;

/** Fields and characters of one value in the tail: what fits beside a message on a wide screen. */
const TAIL_FIELDS = 16;
const VALUE_LIMIT = 120;

/** Milliseconds from which a duration counts as slow. */
const SLOW_MS = 1000;

/** Fields that say where a line came from rather than what happened: in the details, not in the tail. */
const QUIET_FIELDS = new Set([
    "file", "offset", "raw", "raw_base64", "lines", "truncated_bytes", "identifier", "pid", "line_pid", "unit", "transport",
    "priority", "facility", "boot_id", "machine_id", "hostname", "runtime_scope", "uid", "gid", "comm", "exe",
    "cmdline", "cap_effective", "invocation_id", "invocation", "boot", "selinux_context", "audit_session",
    "audit_loginuid", "source_realtime_timestamp", "timestamp", "stream_id", "cgroup", "slice", "session",
    "owner_uid", "user_unit", "user_slice", "code_file", "code_line", "code_func", "message_id", "tid", "job_id",
    "job_type", "job_result", "cpu_usage_nsec", "peer_uid", "peer_gid", "peer_pid",
]);
const QUIET_PREFIXES = ["syslog_", "systemd_", "kernel_", "udev_"];

/**
 * What a row of kind "event" or "gap" shows. `context` is { zone, words, above, sourceAbove, times }: the zone of times,
 * the filter's words to mark, time and source of the row above, and what the column of times shows.
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
    row.at = Date.parse(event.time);
    row.time = time ?? { second: String(event.time ?? ""), millis: "" };
    if (context.times) Object.assign(row, timeLook(row.at, context.above, context.times));
    row.source = printable(event.source ?? "");
    row.hue = hueOf(row.source);
    if (isMark(event)) return { ...row, kind: "mark", ...markWords(event, row.time.second, printable) };
    if (event.fields?.gap) return { ...row, kind: "gap", ...sourceGapWords(event) };
    return { ...row, kind: "event", ...messageOf(event, context.words), tail: tailOf(event.fields) };
}

/** What a row for missing events shows; `gap` is { from, to, count, reason, canLoad, isLoading }. */
export function rowOfGap(index, gap) {
    const where = gap.from === undefined ? "" : `seq ${count(gap.from)} \u2013 ${count(gap.to)}`;
    const isChosen = gap.reason === "paused" || gap.reason === "unloaded";   // the reader's doing: nothing went wrong
    const facts = [where, isChosen ? "" : GAP_REASONS[gap.reason] ?? gap.reason].filter(Boolean).join(" \u00b7 ");
    const load = gap.canLoad ? { isLoading: gap.isLoading, label: gap.label } : undefined;
    return { index, kind: isChosen ? "skipped" : "gap", title: gapTitle(gap), facts, load };
}

/** A plain line of the event for the clipboard: time, level, source, message, fields. */
export function plainLine(text) {
    const event = parseEvent(text);
    const quoted = (value) => (/[\s"]/.test(value) ? JSON.stringify(value) : value);
    const fields = tailOf(event.fields, Infinity).map(({ key, value }) => `${key}=${quoted(value)}`);
    return [event.time, event.level ?? "-", event.source, stripAnsi(event.message ?? ""), ...fields].join(" ");
}

/** Nested fields by their dotted names: [["error.code", "ETIMEDOUT"], …]; arrays stay one value. */
export function flatten(fields, prefix = "") {
    return Object.entries(fields ?? {}).flatMap(([key, value]) => {
        return isTree(value) ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]];
    });
}

/** A field's value as text, without quotes. */
export function valueText(value) {
    if (typeof value === "string") return value;
    if (value instanceof ExactNumber) return value.digits;
    return JSON.stringify(value, (_, inner) => (inner instanceof ExactNumber ? inner.digits : inner));
}

/** One of eight hues by the name, the same on every page: FNV-1a, its high bits mixed into the low ones. */
export function hueOf(name) {
    let hash = 0x811c9dc5;
    for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 29;
}

/** Text for a screen: no colour codes, other control characters as their pictures. Line ends stay. */
export function printable(text) {
    const picture = (sign) => (sign === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + sign.charCodeAt(0)));
    return stripAnsi(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, picture);
}

function isTree(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

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
    if (reason === "paused") return `${missing === undefined ? "More" : count(missing)} skipped while held`;
    return `${missing === undefined ? "Events" : counted(missing, "event")} not delivered`;
}

function sourceGapWords(event) {
    const { count: missing, unit = "events", reason } = event.fields.gap;
    const title = missing === undefined ? "Lost at the source" : `${count(Number(missing))} ${unit} lost at the source`;
    return { title, facts: [event.source, reason, printable(event.message ?? "")].filter(Boolean).join(" \u00b7 ") };
}

function messageOf(event, words) {
    const full = printable(event.message ?? "");
    const shown = full.length > MESSAGE_LIMIT ? full.slice(0, MESSAGE_LIMIT) : full;
    const written = /^(?:[\w./@-]+)?\[\d+\]:? /.exec(shown)?.[0] ?? "";
    const id = written || identifierOf(event);
    const [first, ...others] = shown.slice(written.length).split("\n");
    const lines = others.length > 0 ? Math.max(event.fields?.lines ?? 0, full.split("\n").length) : undefined;
    const rest = others.map((line) => `\n${line}`).join("");
    return { id, parts: marked(first, words), rest, lines, isCut: full.length > shown.length };
}

/** "sshd[20211]: " for events whose transport keeps it apart from the message. */
function identifierOf({ source, fields }) {
    if (!fields?.identifier || fields.identifier === source) return "";
    // A relayed line names the process itself; `pid` is then the sender that passed it on.
    const pid = fields.line_pid ?? fields.pid;
    return printable(`${fields.identifier}${pid === undefined ? "" : `[${valueText(pid)}]`}: `);
}

/** The message as plain strings and, for what the filter's words matched, [string]. */
function marked(message, words) {
    if (words === undefined) return [message];
    return message.split(words).map((part, at) => (at % 2 === 1 ? [part] : part)).filter((part) => part.length > 0);
}

/** The pattern for `marked`; undefined when there is nothing to mark. A word with a capital is matched exactly. */
export function markPattern(words) {
    if (words.length === 0) return undefined;
    const isExact = words.every((word) => word !== word.toLowerCase());
    const source = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
    return new RegExp(`(${source})`, isExact ? "" : "i");
}

function tailOf(fields, limit = TAIL_FIELDS) {
    const tail = [];
    for (const [key, value] of flatten(fields)) {
        if (tail.length === limit) break;
        if (isQuiet(key)) continue;
        const text = printable(valueText(value)).replaceAll("\n", " ");
        const shown = limit !== Infinity && text.length > VALUE_LIMIT ? `${text.slice(0, VALUE_LIMIT)}\u2026` : text;
        tail.push({ key: printable(key), value: shown, mood: moodOf(key, value) });
    }
    return tail;
}

function isQuiet(key) {
    return QUIET_FIELDS.has(key) || QUIET_PREFIXES.some((prefix) => key.startsWith(prefix));
}

function moodOf(key, value) {
    if (/^(?:http_)?status(?:_code)?$/.test(key) && value >= 500 && value < 600) return "bad";
    if (/(?:_ms|^ms|millis)$/.test(key) && value >= SLOW_MS) return "slow";
    return undefined;
}

function stripAnsi(text) {
    return text.replace(/\u001b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g, "");
}
