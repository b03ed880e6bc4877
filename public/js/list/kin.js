// Rows that belong together: same source, same run of a service, same trace. Pure.

import { fieldOf, valueText } from "./event-fields.js";
import { parseEvent } from "../session/protocol.js";

/** Rows searched in one direction: a moment's work. */
const REACH = 50_000;

/** By what events belong together, the closest tie first; each is a list of fields that must all be the same. */
const TIES = [
    { name: "trace", fields: ["trace_id"] }, { name: "trace", fields: ["traceId"] }, { name: "trace", fields: ["trace.id"] },
    { name: "trace", fields: ["trace"] },
    { name: "request", fields: ["request_id"] }, { name: "request", fields: ["requestId"] }, { name: "request", fields: ["req_id"] },
    { name: "correlation", fields: ["correlation_id"] },
    { name: "invocation", fields: ["invocation"] }, { name: "invocation", fields: ["invocation_id"] },
    { name: "process", fields: ["unit", "pid"] }, { name: "process", fields: ["identifier", "pid"] },
];

/** The closest ties an event has: [{ name, pairs: [[field, value text], …] }], one of each name. */
export function tiesOf(event) {
    const found = [];
    for (const { name, fields } of TIES) {
        if (found.some((tie) => tie.name === name)) continue;
        const pairs = fields.map((field) => [field, fieldOf(event, field)]);
        if (pairs.every(([, value]) => value !== undefined && value !== "")) {
            found.push({ name, pairs: pairs.map(([field, value]) => [field, valueText(value)]) });
        }
    }
    return found;
}

/** The index of the next row, in direction `step`, that shares a tie with the one at `index`. */
export function nextOfTie(ring, index, step, tie) {
    const written = tie.pairs.map(([, value]) => JSON.stringify(value).slice(1, -1));
    const isKin = ({ text }) => {
        if (text === undefined || !written.every((value) => text.includes(value))) return false;
        const event = parseEvent(text);
        return tie.pairs.every(([field, value]) => {
            const own = fieldOf(event, field);
            return own !== undefined && valueText(own) === value;
        });
    };
    return near(ring, index, step, isKin);
}

/** The same by source alone. */
export function nextOfSource(ring, index, step, source) {
    const written = `"source":${JSON.stringify(source)}`;
    return near(ring, index, step, ({ text }) => text?.includes(written) && JSON.parse(text).source === source);
}

/** For `[` and `]`: the next row of the closest tie that has one; { index, name }, or { name } if there is none. */
export function nextKin(ring, index, step) {
    const text = ring.at(index)?.text;
    const ties = text === undefined ? [] : tiesOf(parseEvent(text));
    for (const tie of ties) {
        const found = nextOfTie(ring, index, step, tie);
        if (found !== undefined) return { index: found, name: tie.name };
    }
    return { name: ties[0]?.name };
}

/** The rows next to an event in each respect: [{ name, step, index, text }]. */
export function neighboursOf(ring, index) {
    const text = ring.at(index)?.text;
    if (text === undefined) return [];
    const event = parseEvent(text);
    const found = [];
    const add = (name, step, at) => {
        if (at !== undefined) found.push({ name, step, index: at, text: ring.at(at).text });
    };
    for (const step of [-1, 1]) {
        add("source", step, nextOfSource(ring, index, step, event.source));
        for (const tie of tiesOf(event)) add(tie.name, step, nextOfTie(ring, index, step, tie));
    }
    return found;
}

function near(ring, index, step, test) {
    const last = step > 0 ? Math.min(ring.end - 1, index + REACH) : Math.max(ring.base, index - REACH);
    for (let at = index + step; step > 0 ? at <= last : at >= last; at += step) if (test(ring.at(at))) return at;
    return undefined;
}
