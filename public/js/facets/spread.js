// The distribution of a number field. Pure.

/** Bars across the width of a facet. */
export const BARS = 36;

/** From this ratio of largest to middle value on, bars are of equal ratio rather than of equal width. */
const SKEW = 40;

/** `{ bars: [count], low, high, p50, p95, isSkewed }` of [{ value, count }]; undefined if there is no number. */
export function spreadOf(values) {
    const found = values.map(({ value, count }) => ({ at: Number(value), count }))
        .filter(({ at }) => Number.isFinite(at));
    if (found.length === 0) return undefined;
    found.sort((one, other) => one.at - other.at);
    const total = found.reduce((sum, { count }) => sum + count, 0);
    const quantile = (part) => {
        let seen = 0;
        return found.find(({ count }) => (seen += count) >= part * total).at;
    };
    const [low, high, p50, p95] = [found[0].at, found.at(-1).at, quantile(0.5), quantile(0.95)];
    const isSkewed = low >= 0 && high > SKEW * Math.max(p50, Number.EPSILON);
    const place = isSkewed ? Math.log1p : (at) => at;
    const [from, span] = [place(low), place(high) - place(low)];
    const bars = new Array(BARS).fill(0);
    for (const { at, count } of found) {
        const bar = span > 0 ? Math.min(BARS - 1, Math.floor(((place(at) - from) / span) * BARS)) : BARS >> 1;
        bars[bar] += count;
    }
    return { bars, low, high, p50, p95, isSkewed };
}
