// Answers of the relay's history (`/api/v1/events`) as messages of a stream. Pure.

import { sliceEvents } from "./protocol.js";

/** A part of the history: `{ messages, next, position, epoch, matched, searched }`, its messages oldest first. */
export function parseHistory(text) {
    const { events, order, missing, ...rest } = JSON.parse(text);
    const slices = sliceEvents(text);
    const texts = slices.length === events.length ? slices : events.map((event) => JSON.stringify(event));
    const found = events.map((event, at) => ({ event, text: texts[at] }));
    if (order === "desc") found.reverse();
    return { ...rest, messages: inOrder(found, missing ?? []) };
}

/** What went wrong, from an answer that is no part of the history: `{ code, message }`. */
export function parseProblem(status, text) {
    if (status === 0) return { code: "unreachable", message: "the relay does not answer" };
    try {
        const { code, detail } = JSON.parse(text);
        return { code: code ?? String(status), message: detail ?? `the relay answered ${status}` };
    } catch {
        return { code: String(status), message: `the relay answered ${status}` };
    }
}

/** Events and, at their places, what is missing between them. */
function inOrder(found, missing) {
    const messages = [];
    let rest = found;
    for (const gap of [...missing].sort((one, other) => one.from - other.from)) {
        const isBehind = rest.findIndex(({ event }) => event.seq > gap.to);
        const before = isBehind < 0 ? rest : rest.slice(0, isBehind);
        if (before.length > 0) messages.push(eventsMessage(before));
        messages.push({ type: "gap", ...gap });
        rest = isBehind < 0 ? [] : rest.slice(isBehind);
    }
    if (rest.length > 0) messages.push(eventsMessage(rest));
    return messages;
}

function eventsMessage(found) {
    return {
        type: "events",
        first: found[0].event.seq,
        last: found.at(-1).event.seq,
        events: found.map(({ event }) => event),
        texts: found.map(({ text }) => text),
    };
}
