// What the details say of an event beside its fields: its place in the log, its times, its neighbours. Pure.

import { clock, span } from "../parts/format.js";
import { valueText } from "../list/event-fields.js";
import { printable } from "../list/terminal-text.js";

/** Fields of the source's own place. */
const PLACES = ["file", "offset", "cursor", "inode", "boot", "boot_id", "invocation", "invocation_id"];

/** Pairs of name and text that say where the event stands. */
export function placesOf(event, epoch) {
    const own = PLACES.filter((name) => event.fields?.[name] !== undefined)
        .map((name) => [name, valueText(event.fields[name])]);
    return [
        ["position", epoch === undefined ? String(event.seq) : `${epoch}:${event.seq}`],
        ["host", event.host],
        ["source", event.source],
        ...own,
    ].filter(([, text]) => text !== undefined);
}

/** Pairs of name and text about time; `received` is only given where it differs by more than a second. */
export function timesOf(event, now) {
    const at = Date.parse(event.time);
    const arrived = event.received === undefined ? undefined : Date.parse(event.received);
    return [
        ["event", event.time],
        ["arrived", arrived === undefined ? "within a second" : event.received],
        ["on its way", arrived === undefined ? undefined : signed(arrived - at)],
        ["age", Number.isNaN(at) ? undefined : span(now - at)],
    ].filter(([, text]) => text !== undefined);
}

/** How one neighbour is written: its distance in time and its message. */
export function neighbourWords(event, other, zone) {
    const distance = Date.parse(other.time) - Date.parse(event.time);
    const message = printable((other.message ?? "").slice(0, 400)).split("\n")[0];
    return { when: signed(distance), at: clock(other.time, zone)?.second ?? "", text: message };
}

/** A span with its direction: "+0.584 s", "−3 min". */
export function signed(milliseconds) {
    const size = Math.abs(milliseconds);
    const sign = milliseconds < 0 ? "\u2212" : "+";
    return size < 100_000 ? `${sign}${(size / 1000).toFixed(3)} s` : `${sign}${span(size)}`;
}
