// When what is in view happened. Pure.

/** The earliest and the latest time of the rows from `first` to `last`, `{ first, last }`; undefined without any. */
export function timesBetween(rows, first, last) {
    const times = [];
    for (let index = first; index <= last; index += 1) {
        const at = rows.get(index)?.at;
        if (Number.isFinite(at)) times.push(at);
    }
    return times.length > 0 ? { first: Math.min(...times), last: Math.max(...times) } : undefined;
}
