// Charts that a reader made of a field. Pure: definitions as `watch` asks for them, with a title.

/** More would leave none of them room to be read. */
export const MOST_CHARTS = 4;

export const VALUES = ["count", "avg", "min", "max", "sum", "p50", "p95", "p99"];
export const WINDOWS = ["5m", "15m", "1h", "6h"];

/** What was stored, without anything that is no chart. */
export function chartsFrom(stored) {
    if (!Array.isArray(stored)) return [];
    return stored.filter((chart) => typeof chart?.title === "string" && typeof chart.kind === "string").slice(0, MOST_CHARTS);
}

/** The definition for a choice { how, field, by, window } and the lens that is looked at. */
export function chartOf({ how, field, by, window }, { stream, filter }) {
    const value = how === "count" ? "count" : `${how}(${field})`;
    const names = how === "count" ? by || field : by;
    const title = [how === "count" ? "Events" : `${how} of ${field}`, names ? `by ${names}` : ""].filter(Boolean).join(" ");
    return {
        title, kind: "timeseries", stream, filter, value, window, every: "1s", ...(names ? { by: [names], limit: 5 } : {}),
    };
}

/** As a `watch` message wants it. */
export function watchOf({ title: _, ...definition }) {
    return definition;
}
