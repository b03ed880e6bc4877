// Which time the histogram shows and in what steps. Pure.
//
// A view is `{ span }`, so many milliseconds up to now, or `{ since, until }`.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Spans up to now, as people ask for them. The relay keeps those of a day and less up to date by itself. */
export const SPANS = [
    MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY,
];
export const STANDARD_SPAN = 15 * MINUTE;
export const LONGEST_WATCHED = DAY;

/** Widths of a bucket that divide the next larger unit, so that borders fall on the clock. */
const WIDTHS = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE,
    2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY,
    2 * DAY, 5 * DAY, 10 * DAY, 20 * DAY, 50 * DAY, 100 * DAY,
];

/** Buckets that still are bars, with a pixel between them, on a wide screen. */
const MOST_BUCKETS = 180;

/** A live view does not show less than a second a bar: the relay counts by the second. */
const LEAST_WATCHED = SECOND;

/** The shortest range that can be zoomed to. */
const SHORTEST = 20;

export function isLive(view) {
    return view.span !== undefined;
}

/** Both ends of a view at a time, whole buckets; the newest one still fills. */
export function endsAt(view, now) {
    const width = widthOf(view);
    if (!isLive(view)) return { since: floor(view.since, width), until: ceil(view.until, width), width };
    const until = floor(now, width) + width;
    return { since: until - Math.ceil(view.span / width) * width, until, width };
}

/** Milliseconds of a bucket. */
export function widthOf(view) {
    const size = isLive(view) ? view.span : view.until - view.since;
    const width = WIDTHS.find((each) => each * MOST_BUCKETS >= size) ?? WIDTHS.at(-1);
    return isLive(view) ? Math.max(LEAST_WATCHED, width) : width;
}

/** The view one step closer (1) or further away (−1), around a time if it does not end now. */
export function zoomed(view, step, around) {
    if (isLive(view)) {
        const at = SPANS.findIndex((span) => span >= view.span);
        return { span: SPANS[Math.max(0, Math.min(SPANS.length - 1, (at < 0 ? SPANS.length - 1 : at) - step))] };
    }
    const { since, until } = view;
    const middle = around ?? (since + until) / 2;
    const factor = step > 0 ? 0.5 : 2;
    return between(middle - (middle - since) * factor, middle + (until - middle) * factor);
}

export function between(since, until) {
    const size = Math.max(SHORTEST, Math.min(SPANS.at(-1) * 12, until - since));
    return { since: Math.round(since), until: Math.round(since + size) };
}

/** The view around a range, so that what is before and behind it is seen too; the one that is shown if it holds it. */
export function viewAround({ since, until, moment }, shown, span) {
    const [first, last] = [since ?? moment ?? until, until ?? moment ?? since];
    if (first >= shown.since && last <= shown.until && last - first > (shown.until - shown.since) / 40) {
        return between(shown.since, shown.until);
    }
    if (first >= shown.since && last <= shown.until && first === last) return between(shown.since, shown.until);
    const margin = first === last ? span / 2 : last - first;
    return between(first - margin, last + margin);
}

/** The relay's spelling of a width or a span: "500ms", "15s", "6h". */
export function spelled(milliseconds) {
    const units = [["d", DAY], ["h", HOUR], ["m", MINUTE], ["s", SECOND], ["ms", 1]];
    const [name, size] = units.find(([, each]) => milliseconds >= each && milliseconds % each === 0);
    return `${milliseconds / size}${name}`;
}

export function floor(time, width) {
    return Math.floor(time / width) * width;
}

export function ceil(time, width) {
    return Math.ceil(time / width) * width;
}
