// Counts by time: what the relay's panels and its history say, in one form. Pure.
//
//   { since, width, size, known, series: [{ name, values }], all: [{ name, values }] }
//
// `since` and `width` in milliseconds, `size` buckets; `values` have a number for each. `all` are the events of the
// stream without the filter; undefined where there is no filter, and the series themselves are all. Before `known` the
// numbers are not known.

/** What stands for events that the named values do not have. */
export const OTHER = "other";
export const NONE = "none";

/** From messages of watched panels, `ghost` the one without a filter; undefined until they are there. */
export function countsOfPanels(main, ghost) {
    if (!main?.from) return undefined;
    const grid = { since: Date.parse(main.from), width: main.width_ms, size: main.points };
    const known = main.complete ? grid.since : Math.max(grid.since, Date.parse(main.complete_from ?? main.time));
    return { ...grid, known, series: seriesOf(main, grid), all: ghost?.from && seriesOf(ghost, grid) };
}

/** From one part or several of `/api/v1/histogram` over the same ends. */
export function countsOfHistory(parts, { since, until, width }, allParts) {
    const grid = { since, width, size: Math.round((until - since) / width) };
    return { ...grid, known: since, series: summed(parts, grid), all: allParts && summed(allParts, grid) };
}

/** Live counts with what the history says of the time before they began to count. */
export function joined(live, past) {
    if (!live || !past) return live ?? past;
    if (live.width !== past.width || live.known <= live.since) return live;
    const border = Math.ceil(live.known / live.width) * live.width;
    const join = (newer, older) => mixed(newer, older, live, past, border);
    return {
        ...live,
        known: Math.min(live.known, past.since),
        series: join(live.series, past.series),
        all: live.all && join(live.all, past.all ?? []),
    };
}

/** The same counts on the buckets between other ends: those that have none yet are empty. */
export function onGrid(counts, ends) {
    if (!counts || counts.width !== ends.width) return undefined;
    const grid = { since: ends.since, width: ends.width, size: Math.round((ends.until - ends.since) / ends.width) };
    const moved = (list) => list?.map(({ name, values }) => ({ name, values: added(empty(grid), grid, counts.since, values) }));
    return { ...counts, ...grid, series: moved(counts.series), all: moved(counts.all) };
}

/** Sums of a list of series over the buckets from `first` to before `end`: by name, and of all. */
export function sums(list, first = 0, end = Infinity) {
    const sum = (values) => values.slice(Math.max(0, first), end).reduce((total, value) => total + value, 0);
    const named = new Map(list.map(({ name, values }) => [name, sum(values)]));
    return { named, total: [...named.values()].reduce((total, value) => total + value, 0) };
}

/** The sum of all series in each bucket. */
export function totals(list, size) {
    return Array.from({ length: size }, (_, at) => list.reduce((sum, { values }) => sum + values[at], 0));
}

/** Number of the bucket of a time; may lie outside. */
export function bucketAt(counts, time) {
    return Math.floor((time - counts.since) / counts.width);
}

function seriesOf(panel, grid) {
    const since = Date.parse(panel.from);
    const series = panel.series.map(({ name, values }) => ({ name: name ?? NONE, values }));
    if (panel.other) series.push({ name: OTHER, values: panel.other });
    return series.map(({ name, values }) => ({ name, values: added(empty(grid), grid, since, values) }));
}

/** How many events of each value the parts of an answer of `/api/v1/histogram` count in all. */
export function namesIn(parts) {
    const named = new Map();
    for (const { series } of parts) {
        for (const each of series ?? []) named.set(nameOf(each), (named.get(nameOf(each)) ?? 0) + each.count);
    }
    return named;
}

function nameOf({ value, other }) {
    if (other) return OTHER;
    return value === null ? NONE : String(value);
}

/** Parts of an answer that was cut count the same buckets: their sums are the answer. */
function summed(parts, grid) {
    const series = new Map();
    for (const { since, series: list } of parts) {
        for (const each of list ?? []) {
            const name = nameOf(each);
            series.set(name, added(series.get(name) ?? empty(grid), grid, Date.parse(since), each.counts));
        }
    }
    return [...series].map(([name, values]) => ({ name, values }));
}

function mixed(newer, older, live, past, border) {
    const names = new Set([...newer, ...older].map(({ name }) => name));
    const valuesOf = (list, name) => list.find((each) => each.name === name)?.values;
    return [...names].map((name) => {
        const [late, early] = [valuesOf(newer, name), valuesOf(older, name)];
        const values = Array.from({ length: live.size }, (_, at) => {
            const time = live.since + at * live.width;
            return time >= border ? late?.[at] ?? 0 : early?.[(time - past.since) / past.width] ?? 0;
        });
        return { name, values };
    });
}

function empty(grid) {
    return new Array(grid.size).fill(0);
}

function added(sum, grid, since, values) {
    const shift = Math.round((since - grid.since) / grid.width);
    values.forEach((value, at) => {
        if (at + shift >= 0 && at + shift < grid.size) sum[at + shift] += value ?? 0;
    });
    return sum;
}
