// What is marked in the histogram: notes of people, and times of which the relay knows that something is missing. Pure.

/** The filter that finds events about these. */
export const MARKS_FILTER = "mark:* OR gap:*";

/** Characters of a note that are written beside its line. */
const LABEL = 24;

/** `{ notes: [{ time, label }], gaps: [{ time, isSampled, words }] }` of events, in the order of time. */
export function marksOf(events) {
    const notes = [];
    const gaps = [];
    for (const { time, message = "", source, fields = {} } of events) {
        const at = Date.parse(time);
        if (fields.mark) notes.push({ time: at, label: cut(message) });
        else if (fields.gap) gaps.push({ time: at, isSampled: isChosen(fields.gap), words: gapWords(fields.gap, source) });
    }
    const byTime = (one, other) => one.time - other.time;
    return { notes: notes.sort(byTime), gaps: gaps.sort(byTime) };
}

/** When the relay was started, and when it took over another configuration, of what it says of itself. */
export function startsOf({ started, configuration } = {}) {
    const reload = configuration?.generation > 1 ? [{ time: Date.parse(configuration.applied), label: "reload" }] : [];
    return [{ time: Date.parse(started), label: "relay start" }, ...reload]
        .filter(({ time }) => Number.isFinite(time)).map((mark) => ({ ...mark, isOfRelay: true }));
}

/** One list of events out of two, each event once. */
export function mergedEvents(one, other) {
    return [...new Map([...one, ...other].map((event) => [event.seq, event])).values()];
}

/** What a stream left out by its configuration is no loss. */
function isChosen({ reason }) {
    return reason === "sampled" || reason === "rate_limit";
}

function gapWords({ count, unit = "events", reason }, source) {
    const lost = count === undefined ? "something" : `${count} ${unit}`;
    return isChosen({ reason }) ? `${lost} left out by the stream` : `${lost} lost at ${source}: ${reason}`;
}

function cut(text) {
    const line = text.split("\n")[0];
    return line.length > LABEL ? `${line.slice(0, LABEL - 1)}\u2026` : line;
}
