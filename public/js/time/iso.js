// Times as the address of the page and the relay write them. Pure.

/** RFC 3339 in UTC, without a fraction that says nothing. */
export function isoOf(time) {
    return new Date(time).toISOString().replace(/\.000Z$/, "Z");
}
