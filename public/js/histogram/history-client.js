// Asks `/api/v1/histogram` and `/api/v1/events` of the relay. An answer that the relay cut is asked on until it is whole.

/** Parts of one answer at most: with the relay's limits some minutes of searching. */
const MOST_PARTS = 60;

/** Counts of a stream over a range: the parts of the answer, all over the same buckets. `params` as the route has them. */
export async function fetchCounts(params, signal) {
    const parts = [];
    let from;
    do {
        const part = await ask("histogram", { ...params, from }, signal);
        parts.push(part);
        from = part.next;
    } while (from && parts.length < MOST_PARTS);
    return parts;
}

/** Events that match, at most `limit`. */
export async function fetchEvents(params, signal) {
    return (await ask("events", params, signal)).events;
}

/** Fields that events have, each with its number of values. */
export async function fetchFacets(params, signal) {
    return (await ask("facets", params, signal)).facets;
}

/** What the relay says of itself. */
export async function fetchStatus(signal) {
    return ask("status", {}, signal);
}

async function ask(route, params, signal) {
    const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== "");
    const answer = await fetch(`api/v1/${route}?${new URLSearchParams(given)}`, { signal });
    if (!answer.ok) throw new Error(`the relay answered ${answer.status} to ${route}`);
    return answer.json();
}
