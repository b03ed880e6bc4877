// How tiles share a wall, and what it shows in turn. Pure.

const WEIGHTS = { timeseries: 2, log: 2, top: 1.25, stat: 0.85 };
const MOST_IN_A_ROW = 4;
const MOST_ROWS = 2;

/** The lenses to show one after the other: one for each `filter` of the address, and the seconds for each. */
export function turnsOf(search) {
    const query = new URLSearchParams(search);
    const stream = query.get("stream") || "all";
    const filters = query.getAll("filter");
    const seconds = Number(/^(\d{1,5})s?$/.exec(query.get("turn") ?? "")?.[1] ?? 20);
    const lenses = (filters.length > 0 ? filters : [""]).map((filter) => ({ stream, filter }));
    return { lenses, seconds: Math.max(5, seconds), title: query.get("title") ?? "" };
}

/** The filter of the newest errors within a lens. */
export function errorsWithin({ stream, filter }) {
    const text = filter.trim();
    return { stream, filter: text === "" ? "level>=error" : `(${text}) level>=error` };
}

/** Panels in at most two rows, those that need width first in each: [[{ panel, weight }]]. */
export function rowsOf(panels) {
    const shown = panels.slice(0, MOST_IN_A_ROW * MOST_ROWS);
    const inFirst = shown.length <= 3 ? shown.length : Math.floor(shown.length / 2);
    return [shown.slice(0, inFirst), shown.slice(inFirst)].filter((row) => row.length > 0)
        .map((row) => row.map((panel) => ({ panel, weight: WEIGHTS[panel.kind] ?? 1 })));
}
