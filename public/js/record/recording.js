// A recording: from a little before the key was pressed until it is pressed again, everything of the log, whatever the
// filter shows. The relay's log is the recorder; only the two ends are kept here. Pure.

import { span } from "../parts/format.js";

/** What led to it is mostly what one wants. */
export const BEFORE_MS = 5 * 60_000;

/** The recording that a tab had before it was loaded again, undefined for anything else. */
export function recordingFrom(stored) {
    const recording = stored?.from > 0 && stored.begun >= stored.from ? stored : undefined;
    return recording && { from: recording.from, begun: recording.begun };
}

export function begun(now) {
    return { from: now - BEFORE_MS, begun: now };
}

/** The address of the file, of everything between the ends. */
export function fileAddress({ from }, now) {
    const query = new URLSearchParams({ format: "ndjson", since: new Date(from).toISOString(), until: new Date(now).toISOString() });
    return `api/v1/export?${query}`;
}

export function fileName(host, { from }) {
    const time = new Date(from).toISOString().slice(0, 19).replace(/[-:]/g, "");
    return `tailrace-${(host ?? "log").replace(/[^\w.-]+/g, "-")}-${time}Z.ndjson`;
}

/** What the strip says: how long it runs, and whether the log has let go of its beginning. */
export function recordingWords({ from, begun: at }, { now, oldest }) {
    const isCut = oldest > from && oldest > at;
    const words = `Recording ${span(Math.max(1000, now - at))}`;
    return { words, isCut, title: isCut
        ? "The log no longer has the beginning of this recording. Press b to save what it has."
        : `Everything since ${span(at - from)} before you pressed b, whatever the filter shows. Press b again to save it.` };
}
