import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketAt, countsOfHistory, countsOfPanels, joined, onGrid, sums, namesIn } from "../../public/js/histogram/counts.js";
import { toggleLevel } from "../../public/js/filter-box/level-text.js";
import { passesLevel } from "../../public/js/filter-box/levels-passed.js";
import { marksOf, mergedEvents, startsOf } from "../../public/js/histogram/marks.js";
import { columns, isDwarfed, labelsOf, partsOf, scaleOf } from "../../public/js/histogram/scale.js";
import { legendNames, stacked } from "../../public/js/histogram/series.js";
import {
    between, endsAt, LONGEST_WATCHED, SPANS, spelled, viewAround, widthOf, zoomed,
} from "../../public/js/histogram/spans.js";
import { bucketWords, headWords, spokenBucket, summary } from "../../public/js/histogram/words.js";

const T = Date.parse("2026-11-22T07:30:00Z");
const iso = (time) => new Date(time).toISOString();
const context = { now: T + 60_000, zone: "utc" };
const counts = (series, more = {}) => ({
    since: T, width: 5000, size: Object.values(series)[0].length, known: T, all: undefined,
    series: Object.entries(series).map(([name, values]) => ({ name, values })), ...more,
});
const valuesOf = (list) => Object.fromEntries(list.map(({ name, values }) => [name, values]));

// Spans.

test("live views are of so many whole buckets, whose borders are on the clock", () => {
    const { since, until, width } = endsAt({ span: 900_000 }, T + 1234);
    assert.deepEqual([width, since % width, until - since], [5000, 0, 900_000]);
    assert.ok(until > T + 1234 && until - T - 1234 <= width);
    for (const span of SPANS) {
        const ends = endsAt({ span }, T + 777);
        assert.ok((ends.until - ends.since) / ends.width <= 300, `${span} has no more points than a panel may`);
        assert.ok(ends.width >= 1000);
    }
});

test("zooming walks the spans of live views, and halves or doubles others around a time", () => {
    assert.deepEqual(zoomed({ span: 900_000 }, 1), { span: 300_000 });
    assert.deepEqual(zoomed({ span: 900_000 }, -1), { span: 1_800_000 });
    assert.deepEqual(zoomed({ span: SPANS[0] }, 1), { span: SPANS[0] });
    assert.deepEqual(zoomed({ span: SPANS.at(-1) }, -1), { span: SPANS.at(-1) });
    assert.deepEqual(zoomed({ since: 0, until: 1000 }, 1, 200), { since: 100, until: 600 });
    assert.deepEqual(zoomed({ since: 1000, until: 2000 }, -1), { since: 500, until: 2500 });
    let view = { since: T, until: T + 1000 };
    for (let step = 0; step < 60; step += 1) view = zoomed(view, step < 30 ? 1 : -1);
    assert.ok(view.until > view.since && Number.isFinite(widthOf(view)));
});

test("a range that is in the view keeps it; another one is shown with its surroundings", () => {
    const shown = { since: T, until: T + 900_000 };
    assert.deepEqual(viewAround({ since: T + 60_000, until: T + 120_000 }, shown, 900_000), shown);
    const outside = viewAround({ since: T - 600_000, until: T - 300_000 }, shown, 900_000);
    assert.deepEqual(outside, { since: T - 900_000, until: T });
    const moment = viewAround({ moment: T - 10_000_000 }, shown, 900_000);
    assert.deepEqual(moment, { since: T - 10_450_000, until: T - 9_550_000 });
    assert.deepEqual(viewAround({ moment: T + 1000 }, shown, 900_000), shown);
});

test("widths are spelled as the relay reads them", () => {
    assert.deepEqual([500, 1000, 15_000, 60_000, 7_200_000, 86_400_000, LONGEST_WATCHED].map(spelled), [
        "500ms", "1s", "15s", "1m", "2h", "1d", "1d",
    ]);
    assert.equal(spelled(90_000), "90s");
});

// Counts.

const panel = (more) => ({
    from: iso(T), width_ms: 5000, points: 4, complete: true,
    series: [{ name: "info", values: [1, 2, 3, 4] }, { name: "none", values: [0, 0, 1, 0] }], ...more,
});

test("panels become counts; the pale ones are moved to the same buckets", () => {
    const ghost = panel({ from: iso(T - 5000), series: [{ name: "info", values: [9, 10, 11, 12] }] });
    const found = countsOfPanels(panel({ other: [1, 0, 0, 0] }), ghost);
    assert.deepEqual(valuesOf(found.series), { info: [1, 2, 3, 4], none: [0, 0, 1, 0], other: [1, 0, 0, 0] });
    assert.deepEqual(valuesOf(found.all), { info: [10, 11, 12, 0] });
    assert.equal(found.known, T);
    assert.equal(countsOfPanels(undefined), undefined);
    assert.equal(countsOfPanels(panel({ complete: false, complete_from: iso(T + 7000) })).known, T + 7000);
});

const part = (series, more = {}) => ({ since: iso(T), width_ms: 5000, series, ...more });

test("parts of an answer that was cut add up", () => {
    const found = countsOfHistory([
        part([{ value: "info", counts: [1, 2, 0, 0] }]),
        part([{ value: "info", counts: [0, 1, 5, 0] }, { value: null, counts: [0, 0, 0, 1] }, { other: true, counts: [1, 1, 1, 1] }]),
    ], { since: T, until: T + 20_000, width: 5000 }, [part([{ value: "info", counts: [4, 4, 4, 4] }])]);
    assert.deepEqual(valuesOf(found.series), { info: [1, 3, 5, 0], none: [0, 0, 0, 1], other: [1, 1, 1, 1] });
    assert.deepEqual(valuesOf(found.all), { info: [4, 4, 4, 4] });
});

test("an empty log has empty buckets", () => {
    const found = countsOfHistory([{ since: iso(T), width_ms: 5000, series: [], buckets: [] }], {
        since: T, until: T + 20_000, width: 5000,
    });
    assert.deepEqual([found.size, found.series], [4, []]);
    assert.equal(onGrid(found, { since: T, until: T + 20_000, width: 5000 }).size, 4);
});

test("what panels do not know yet comes from the history", () => {
    const live = countsOfPanels(panel({ complete: false, complete_from: iso(T + 7000) }));
    const past = countsOfHistory([part([{ value: "info", counts: [7, 7, 7, 7] }, { value: "error", counts: [1, 1, 1, 1] }])], {
        since: T - 5000, until: T + 15_000, width: 5000,
    });
    const both = joined(live, past);
    assert.deepEqual(valuesOf(both.series), { info: [7, 7, 3, 4], error: [1, 1, 0, 0], none: [0, 0, 1, 0] });
    assert.equal(joined(live, undefined), live);
    assert.equal(joined(undefined, past), past);
    assert.equal(joined(countsOfPanels(panel()), past).series.length, 2);
});

test("sums are of a part or of all, by name and together", () => {
    const { series } = counts({ info: [1, 2, 3], error: [0, 1, 0] });
    assert.deepEqual([...sums(series).named], [["info", 6], ["error", 1]]);
    assert.equal(sums(series, 1, 2).total, 3);
    assert.equal(sums(series, -5, 1).total, 1);
    assert.equal(bucketAt(counts({ info: [0] }), T + 5000), 1);
});

// Looks.

test("bars touch neither each other nor the edge", () => {
    const xs = columns(7, 100);
    assert.deepEqual([xs[0], xs.at(-1), xs.length], [0, 100, 8]);
    assert.ok(xs.every((x, at) => at === 0 || x - xs[at - 1] >= 14));
});

test("parts of a bar make up its height, and one error among many lines is seen", () => {
    const scale = scaleOf(counts({ info: [10_000], error: [1] }), 60, false);
    const sizes = partsOf([10_000, 1], scale, (at) => at === 1);
    assert.equal(sizes[1], 1);
    assert.ok(sizes[0] > 50);
    assert.deepEqual(partsOf([10_000, 1], scale, () => false), [sizes[0], 0]);
    assert.deepEqual(partsOf([0, 0], scale, () => true), [0, 0]);
});

test("pale bars have their own scale, and its factor is told", () => {
    const { ratio, of, ghost } = scaleOf(counts({ info: [10, 5] }, { all: [{ name: "info", values: [90, 40] }] }), 60, false);
    assert.ok(ratio > 6 && ratio < 9.5);
    assert.ok(Math.abs(of(10) - 60 / 1.28) < 0.1 && Math.abs(ghost(90) - 60 / 1.02) < 0.1);
});

test("a logarithmic scale lifts small numbers and is offered when one bucket dwarfs the rest", () => {
    const log = scaleOf(counts({ info: [10_000, 10] }), 60, true);
    const linear = scaleOf(counts({ info: [10_000, 10] }), 60, false);
    assert.ok(log.of(10) > 10 && linear.of(10) < 1);
    assert.equal(log.of(0), 0);
    const even = Array.from({ length: 60 }, (_, at) => 10 + (at % 3));
    assert.equal(isDwarfed(counts({ info: even })), false);
    assert.equal(isDwarfed(counts({ info: [...even, 4000] })), true);
    assert.equal(isDwarfed(counts({ info: [0, 0, 5000] })), false);
});

test("labels stand on whole minutes of the reader's clock and leave room for each other", () => {
    const ends = { since: T, until: T + 900_000 };
    const utc = labelsOf(ends, 1400, "utc");
    assert.deepEqual(utc.slice(0, 2).map(({ text }) => text), ["07:30", "07:31"]);
    assert.ok(utc.every(({ x }, at) => at === 0 || x - utc[at - 1].x >= 92));
    assert.equal(labelsOf(ends, 1400, "Asia/Kathmandu")[0].text, "13:15");
    assert.equal(labelsOf({ since: T, until: T + 2000 }, 1400, "utc")[1].text, "07:30:00.200");
    const days = labelsOf({ since: T, until: T + 5 * 86_400_000 }, 1400, "utc");
    assert.ok(days.some(({ text }) => text === "23 Nov"));
});

test("levels are stacked as they rise, and the legend begins with the worst", () => {
    const some = counts({ error: [1], info: [5], none: [1], critical: [1] });
    assert.deepEqual(stacked(some, "level").map(({ name }) => name), ["none", "info", "error", "critical"]);
    assert.deepEqual(legendNames(some, "level", new Map(), ["warn"]), ["critical", "error", "warn", "info", "none"]);
    const hosts = counts({ b: [1], other: [9], a: [2] });
    assert.deepEqual(stacked(hosts, "host").map(({ name }) => name), ["other", "a", "b"]);
    assert.deepEqual(legendNames(hosts, "host", sums(hosts.series).named, []), ["a", "b", "other"]);
});

test("marks are notes, and times at which something is missing; the rest is no mark", () => {
    const events = [
        { seq: 4, time: iso(T + 2), message: "rolled back to the version before\nmore", fields: { mark: { seq: 1 } } },
        { seq: 2, time: iso(T), source: "nginx", fields: { gap: { reason: "truncated", count: 4096, unit: "bytes" } } },
        { seq: 3, time: iso(T + 1), fields: { gap: { reason: "sampled", count: 5 } } },
        { seq: 5, time: iso(T), message: "nothing" },
    ];
    const { notes, gaps } = marksOf(events);
    assert.deepEqual(notes, [{ time: T + 2, label: "rolled back to the vers\u2026" }]);
    assert.deepEqual(gaps.map(({ isSampled }) => isSampled), [false, true]);
    assert.equal(gaps[0].words, "4096 bytes lost at nginx: truncated");
    assert.equal(mergedEvents(events, events).length, 4);
});

// Levels.

test("a level is on if the clauses about levels let it pass", () => {
    assert.ok(passesLevel("", "debug") && passesLevel("nginx status:500", "debug"));
    assert.ok(!passesLevel("level>=warn nginx", "info") && passesLevel("level>=warn nginx", "error"));
    assert.ok(!passesLevel("-level=debug", "debug") && !passesLevel("level=(warn OR error)", "info"));
    assert.ok(passesLevel("level:((", "info"), "a filter that is no filter hides nothing");
});

test("a click in the legend switches that level and no other", () => {
    const levels = ["trace", "debug", "info", "notice", "warn", "error", "critical"];
    for (const start of ["", "nginx", "level>=info nginx", "level>=warn", "-level=debug", "level=(warn OR error) x"]) {
        for (const level of levels) {
            const text = toggleLevel(start, level);
            const expected = levels.filter((each) => passesLevel(start, each) !== (each === level));
            const found = levels.filter((each) => passesLevel(text, each));
            assert.deepEqual(found, expected, `${start} and ${level}: ${text}`);
        }
    }
});

// Words.

test("the head tells the span, the legend's bucket its rate", () => {
    const ends = { since: T, until: T + 900_000, width: 5000 };
    const live = headWords({ view: { span: 900_000 }, ends, context });
    assert.deepEqual(live, { strong: "last 15 min", quiet: " \u00b7 5 s a bar" });
    assert.equal(headWords({ view: between(T, T + 900_000), ends, context }).strong, "07:30:00 \u2013 07:45:00");
    const some = counts({ info: [10, 20] }, { all: [{ name: "info", values: [100, 200] }] });
    assert.deepEqual(bucketWords(some, 1, 2, context), { strong: "07:30:05 \u2013 07:30:10", quiet: " \u00b7 4/s of 40/s" });
});

test("numbers can be read without seeing bars", () => {
    const some = counts({ info: [10, 20, 0], error: [0, 3, 0] });
    assert.equal(summary(some, "level", context),
        "07:30:00 \u2013 07:30:15: 33 events; 3 error, 30 info. Most in 07:30:05 \u2013 07:30:10, 23.");
    assert.equal(spokenBucket(some, 1, 2, "level", context), "07:30:05 \u2013 07:30:10: 23 events, 3 error, 20 info");
    assert.equal(summary(counts({ info: [0, 0] }), "level", context), "07:30:00 \u2013 07:30:10: no events.");
});

test("the relay's own start and the configuration it took over are marks", () => {
    const started = "2026-11-22T07:00:00Z";
    assert.deepEqual(startsOf({ started }), [{ time: Date.parse(started), label: "relay start", isOfRelay: true }]);
    assert.deepEqual(startsOf({ started, configuration: { generation: 1, applied: started } }).length, 1);
    const applied = "2026-11-22T07:30:00Z";
    assert.deepEqual(startsOf({ started, configuration: { generation: 3, applied } }).map(({ label }) => label), ["relay start", "reload"]);
    assert.deepEqual(startsOf(undefined), []);
});

test("the parts of an answer are added up by value", () => {
    const part = (info, none) => ({ series: [{ value: "info", count: info }, { value: null, count: none }, { other: true, count: 1 }] });
    assert.deepEqual([...namesIn([part(3, 1), part(4, 0)])], [["info", 7], ["none", 1], ["other", 2]]);
});
