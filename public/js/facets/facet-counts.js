// What is asked about facets, and the answers in one form, whether they are watched live or searched in the past. Pure.
//
// Counts are { values: [{ value, count }], missing, total, distinct, isEstimate }: `total` events have a value,
// `missing` have none.

import { withoutBounds, withoutField } from "../filter-box/language.js";

/** How far live counts look back. */
export const WINDOW_MS = 900_000;
const WINDOW = "15m";

export const TOP = 10;

/** Values of a number field that its distribution is made of. */
const SPREAD_LIMIT = 1000;

/** Fields in one search. */
const FIELDS_AT_ONCE = 16;

/** What the relay calls events without a level. */
const NO_LEVEL = "none";

/** For each facet its filter: all but its own conditions, so that the values beside a chosen one stay visible. */
export function queriesOf(facets, filter) {
    return facets.map(({ name, isSpread }) => ({
        name, isSpread: isSpread === true, filter: withoutBounds(withoutField(filter, name)),
    }));
}

/** Panels to watch for the facets with few values. */
export function panelsOf(queries, stream) {
    return queries.filter(({ isSpread }) => !isSpread).map(({ name, filter }) => ({
        kind: "top", stream, filter, value: "count", by: [name], window: WINDOW, every: "1s", limit: TOP,
    }));
}

/** Searches that answer the queries: those with the same filter in one. `range` is { since, until }. */
export function searchesOf(queries, stream, range) {
    const groups = new Map();
    for (const query of queries) {
        const key = JSON.stringify([query.filter, query.isSpread]);
        groups.set(key, [...(groups.get(key) ?? []), query]);
    }
    return [...groups.values()].flatMap((group) => chunks(group).map((part) => ({
        names: part.map(({ name }) => name),
        path: pathOf("facets", {
            stream, filter: part[0].filter, fields: part.map(({ name }) => name).join(","),
            limit: part[0].isSpread ? SPREAD_LIMIT : TOP, ...range,
        }),
    })));
}

/** All that a value search of one facet wants to look through. */
export function valueSearch(query, stream, range, limit) {
    return pathOf("facets", { stream, filter: query.filter, fields: query.name, limit, ...range });
}

export function fieldsPath(stream, range) {
    return pathOf("fields", { stream, ...range });
}

export function countsOfPanel({ entries = [], names, total = 0, missing = 0, approximate, by }) {
    const isLevel = by?.[0] === "level";
    const without = isLevel ? entries.find(({ name }) => name === NO_LEVEL) : undefined;
    const none = without?.value ?? 0;
    const values = entries.filter((entry) => entry !== without)
        .map(({ name, value }) => ({ value: name, count: value ?? 0 }));
    const distinct = (names ?? entries.length) - (without ? 1 : 0);
    return {
        values, missing: missing + none, total: total - none, distinct, isEstimate: approximate === true,
    };
}

export function countsOfFacet({ values = [], present = 0, absent = 0, distinct, approximate }) {
    return {
        values: values.filter(({ value }) => value !== null)
            .map(({ value, count }) => ({ value: String(value), count })),
        missing: absent, total: present, distinct, isEstimate: approximate === true,
    };
}

/** Events of the base: as many as the counts of a facet without conditions of its own add up to. */
export function baseOf(counts, queries, filter) {
    const plain = withoutBounds(filter);
    const whole = queries.filter((query) => query.filter === plain).map(({ name }) => counts.get(name)).filter(Boolean);
    const sums = whole.map(({ total, missing }) => total + missing);
    return sums.length > 0 ? Math.max(...sums) : undefined;
}

function pathOf(route, parameters) {
    const query = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
    return `api/v1/${route}?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}

function chunks(list) {
    const found = [];
    for (let at = 0; at < list.length; at += FIELDS_AT_ONCE) found.push(list.slice(at, at + FIELDS_AT_ONCE));
    return found;
}
