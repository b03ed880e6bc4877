// The wire: subprotocol tailrace.v1, JSON in text frames. Pure: text in, values out, and back.

export const SUBPROTOCOL = "tailrace.v1";

/** Rows asked for when a stream is opened: some forty screens, and still one short burst to send. */
export const BACKLOG_ROWS = 2000;

/** On a link where each byte counts: a first part of some screens, rows as fast as they can be read, counts less often. */
export const THRIFT = { rows: 300, perSecond: 20, every: "10s" };

/** "7c1e:1842" → { epoch: "7c1e", seq: 1842 }; undefined if it is not a position. */
export function parsePosition(text) {
    const match = /^([^:]+):(\d+)$/.exec(text ?? "");
    return match ? { epoch: match[1], seq: Number(match[2]) } : undefined;
}

export function formatPosition({ epoch, seq }) {
    return `${epoch}:${seq}`;
}

/** `start` is { from: "epoch:seq" } or { last: rows }. */
export function openMessage({ stream, filter }, start, isThrifty = false) {
    const open = { type: "open", stream, filter, ...start };
    if (!isThrifty) return open;
    const last = start.last === undefined ? {} : { last: Math.min(start.last, THRIFT.rows) };
    return { ...open, ...last, max_rate: THRIFT.perSecond };
}

/** Changes the most that comes in a second of the lens that is open. */
export function rateMessage(isThrifty) {
    return { type: "rate", events_per_second: isThrifty ? THRIFT.perSecond : null };
}

/**
 * One message of the server. Events keep their exact text in `texts`, beside the parsed `events`: numbers beyond 2⁵³
 * would otherwise be shown, copied and filtered with wrong digits. Undefined for what is not a message.
 */
export function parseMessage(text) {
    let message;
    try {
        message = JSON.parse(text);
    } catch {
        return undefined;
    }
    if (typeof message?.type !== "string") return undefined;
    if (message.type !== "events") return message;
    if (!Array.isArray(message.events)) return undefined;
    const texts = sliceEvents(text);
    const exact = texts.length === message.events.length;
    return { ...message, texts: exact ? texts : message.events.map((event) => JSON.stringify(event)) };
}

/** Parses an event's own text; whole numbers that a double cannot hold become `ExactNumber`. */
export function parseEvent(text) {
    if (!/\d{16}/.test(text)) return JSON.parse(text);
    const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => {
        const isWide = token[0] !== "\"" && /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
        return isWide ? `{${JSON.stringify(EXACT_KEY)}:"${token}"}` : token;
    });
    return JSON.parse(marked, (key, value) => {
        return typeof value?.[EXACT_KEY] === "string" ? new ExactNumber(value[EXACT_KEY]) : value;
    });
}

/** A whole number kept as its digits. */
export class ExactNumber {
    constructor(digits) {
        this.digits = digits;
    }

    toString() {
        return this.digits;
    }
}

/** Marks such a number while it goes through JSON; no field is named like this. */
const EXACT_KEY = "\u0001exact";

/** The text of each element of the top-level array "events". */
export function sliceEvents(text) {
    const key = /"events"\s*:\s*\[/g;
    const found = key.exec(text);
    if (!found) return [];
    const slices = [];
    let depth = 0;
    let start = 0;
    for (let at = key.lastIndex; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (code === 0x22) {
            at = endOfString(text, at);
        } else if (code === 0x7b || code === 0x5b) {
            if (depth === 0) start = at;
            depth += 1;
        } else if (code === 0x7d || code === 0x5d) {
            if (depth === 0) break;
            depth -= 1;
            if (depth === 0) slices.push(text.slice(start, at + 1));
        }
    }
    return slices;
}

/** Index of the closing quote of the string that opens at `at`. */
export function endOfString(text, at) {
    let end = text.indexOf("\"", at + 1);
    while (end > 0) {
        let slashes = 0;
        while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
        if (slashes % 2 === 0) return end;
        end = text.indexOf("\"", end + 1);
    }
    return text.length;
}
