// Events as text for the clipboard: as lines, NDJSON, CSV or logfmt. Pure.

import { clock } from "../parts/format.js";
import { parseEvent } from "../session/protocol.js";
import { flatten, isQuiet, valueText } from "./event-fields.js";
import { printable, withoutColours } from "./terminal-text.js";

/** `texts` are the JSON of events; `choice` { form, time, zone, hasColours }. */
export function copied(texts, { form = "text", ...choice } = {}) {
    if (form === "ndjson") return texts.join("\n");
    const events = texts.map(parseEvent);
    if (form === "csv") return csv(events, choice);
    return events.map((event) => (form === "logfmt" ? logfmt : line)(event, choice)).join("\n");
}

/** A plain line of the event: time, level, source, message, fields. */
export function plainLine(text) {
    return copied([text]);
}

function line(event, choice) {
    const fields = flatten(event.fields).filter(([name]) => !isQuiet(name));
    return [
        timeOf(event, choice), event.level ?? "-", event.source,
        choice.hasColours ? event.message : printable(event.message ?? ""),
        ...fields.map(([name, value]) => `${name}=${quoted(printable(valueText(value)))}`),
    ].filter((part) => part !== undefined).join(" ");
}

function logfmt(event, choice) {
    const { level, source, host } = event;
    const message = messageOf(event, choice);
    const pairs = [
        ["time", timeOf(event, choice)], ["level", level], ["source", source], ["host", host], ["msg", message],
        ...flatten(event.fields).map(([name, value]) => [name, valueText(value)]),
    ].filter(([, value]) => value !== undefined);
    return pairs.map(([name, value]) => `${name.replace(/[\s="]/g, "_")}=${quoted(String(value))}`).join(" ");
}

const COLUMNS = ["seq", "time", "level", "source", "host", "message"];

function csv(events, choice) {
    const names = [...new Set(events.flatMap(({ fields }) => flatten(fields).map(([name]) => name)))];
    const rows = events.map((event) => {
        const fields = new Map(flatten(event.fields));
        const own = { ...event, time: timeOf(event, choice), message: messageOf(event, choice) };
        const texts = names.map((name) => (fields.has(name) ? valueText(fields.get(name)) : ""));
        return [...COLUMNS.map((name) => own[name] ?? ""), ...texts];
    });
    return [[...COLUMNS, ...names], ...rows].map((cells) => cells.map(cell).join(",")).join("\r\n");
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe, as in the relay's export. */
function cell(value) {
    const text = String(value);
    const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll("\"", "\"\"")}"` : safe;
}

function messageOf({ message = "" }, { hasColours }) {
    return hasColours ? message : withoutColours(message);
}

function timeOf({ time }, { time: form = "iso", zone = "utc" }) {
    if (form === "none") return undefined;
    if (form === "epoch") return String(Date.parse(time) / 1000);
    const at = form === "shown" ? clock(time, zone) : undefined;
    return at ? `${at.second}.${at.millis}` : time;
}

function quoted(value) {
    return value === "" || /[\s"=]/.test(value) ? JSON.stringify(value) : value;
}
