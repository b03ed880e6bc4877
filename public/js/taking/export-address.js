// The address of a download of what matches. Pure.

export const FORMATS = [
    ["text", "Text", "a line per event, times in UTC"],
    ["ndjson", "NDJSON", "events exactly as they are"],
    ["csv", "CSV", "for a spreadsheet; safe from formulas"],
];

/**
 * `choice` is { format, range, fields }: `range` "all", "last" (with `since`, such as "1h") "here" (with `from` and
 * `to`, positions) or "past" (with `place`, the range of the past that the page shows).
 */
export function exportAddress({ stream, filter }, { format, range, since, from, to, place, fields = [] }) {
    const query = new URLSearchParams({ format });
    if (stream !== "all") query.set("stream", stream);
    if (filter.trim() !== "") query.set("filter", filter.trim());
    if (range === "last") query.set("since", since);
    if (range === "past") for (const end of ["since", "until"]) if (place[end]) query.set(end, place[end]);
    if (range === "here") {
        query.set("from", from);
        query.set("to", to);
    }
    if (fields.length > 0) query.set("fields", fields.join(","));
    return `api/v1/export?${query}`;
}
