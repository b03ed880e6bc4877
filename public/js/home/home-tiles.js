// What the tiles of the home page show: views kept by the team, by the reader, and the streams of the relay. Pure.

import { count, counted, rate, span } from "../parts/format.js";
import { errorsIn } from "../parts/levels.js";
import { searchOf } from "../page/view-address.js";
import { written } from "../rows/columns.js";

/** Two panels of each are watched, and a connection has 24. */
export const MOST_WATCHED = 12;

const WINDOW = "15m";
const POINTS = 60;

/** All views, each stream and filter once, as `{ name, more, kind, stream, filter, address }`. */
export function tilesOf({ team, own, streams }) {
    const all = [
        ...team.map((lens) => ({ ...lens, more: lens.about ?? lens.filter, kind: "team" })),
        ...own.map((lens) => ({ ...lens, more: lens.filter, kind: "yours" })),
        ...streams.map((stream) => ({
            name: stream, more: stream === "all" ? "everything of this relay" : "a stream of this relay", kind: "stream", stream, filter: "",
        })),
    ];
    return all.map((tile) => ({ ...tile, address: addressOf(tile) }));
}

/** Panels to watch for a view: its events by level, and its last error. */
export function panelsFor({ stream, filter }) {
    const own = filter.trim();
    return [
        { kind: "timeseries", stream, filter: own, by: ["level"], window: WINDOW, points: POINTS, every: "2s" },
        { kind: "log", stream, filter: own === "" ? "level>=error" : `(${own}) level>=error`, window: "1d", limit: 1, every: "2s" },
    ];
}

/** `{ rate, total, errors, bars, last, isQuiet, words }` of the messages of both panels; undefined before they come. */
export function figuresOf(events, errors, now) {
    if (!events?.series) return undefined;
    const sums = Object.fromEntries(events.series.map(({ name, count: size }) => [name, size]));
    const loud = new Set(events.series.filter(({ name }) => errorsIn({ [name]: 1 }) > 0).map(({ name }) => name));
    const bars = Array.from({ length: events.points }, (_, at) => events.series.reduce((bar, { name, values }) => ({
        all: bar.all + (values[at] ?? 0), errors: bar.errors + (loud.has(name) ? values[at] ?? 0 : 0),
    }), { all: 0, errors: 0 }));
    const newest = bars.findLastIndex(({ all }) => all > 0);
    const quietFor = newest < 0 ? undefined : now - (Date.parse(events.from) + (newest + 1) * events.width_ms);
    const last = errors?.events?.at(-1);
    return {
        bars, last, total: events.total ?? 0, errors: errorsIn(sums), isQuiet: newest < 0 || quietFor > 2 * events.width_ms,
        rate: rateOf(bars, events, now), fresh: freshWords(newest, quietFor, events),
    };
}

/** The last error in words: how long ago, and what. */
export function lastErrorWords(last, now) {
    if (!last) return { ago: "", text: "No error in a day" };
    return { ago: `${span(Math.max(1000, now - Date.parse(last.time)))} ago`, text: (last.message ?? "").split("\n")[0], source: last.source };
}

export function errorWords({ errors, total }) {
    const share = errors > 0 && total > 0 ? ` of ${count(total)}` : "";
    return errors === 0 ? "no errors in 15 min" : `${counted(errors, "error")}${share} in 15 min`;
}

/** Over the last minute, without the bucket that still fills. */
function rateOf(bars, { width_ms: width }) {
    const whole = bars.slice(0, -1).slice(-Math.max(1, Math.round(60_000 / width)));
    const sum = whole.reduce((total, { all }) => total + all, 0);
    return rate(sum / Math.max(1, (whole.length * width) / 1000));
}

function freshWords(newest, quietFor, { width_ms: width }) {
    if (newest < 0) return "nothing in 15 min";
    return quietFor > 2 * width ? `quiet for ${span(quietFor)}` : "fresh";
}

function addressOf({ stream, filter, columns }) {
    const names = Array.isArray(columns) ? written(columns) : columns;
    return searchOf({ stream, filter, columns: names || undefined }) || "./";
}
