import assert from "node:assert/strict";
import { test } from "node:test";
import { panelTOML, spanText } from "../../public/js/panels/panel-toml.js";
import { freshnessOf, metaOf, statOf, topOf } from "../../public/js/panels/panel-words.js";

test("a tile says what it counts, over how long, and how far it is known", () => {
    const panel = { kind: "timeseries", value: "count", by: ["host"], window_ms: 900_000, width_ms: 3000 };
    assert.equal(metaOf({ ...panel, complete: true }), "by host \u00b7 in 3 s \u00b7 15 min");
    assert.equal(metaOf({ ...panel, complete: false }), "by host \u00b7 in 3 s \u00b7 15 min \u00b7 reading the log");
    const known = { ...panel, by: [], complete: false, complete_from: "2026-11-22T07:31:00Z" };
    assert.equal(metaOf(known), "in 3 s \u00b7 15 min \u00b7 known from 07:31");
    assert.equal(metaOf({ kind: "top", value: "p95(ms)", by: ["path"], window_ms: 60_000, complete: true }), "p95(ms) \u00b7 60 s");
});

test("a count compares its newer half with the older", () => {
    const stat = statOf({ value: "count", result: 12, values: [1, 1, 4, 6], window_ms: 900_000 });
    assert.deepEqual(stat, { figure: "12", unit: "", change: 1, words: "10 in the last 8 min, 2 before" });
    assert.equal(statOf({ value: "p95(ms)", result: 3004, unit: "ms", values: [], window_ms: 900_000 }).change, 0);
});

test("entries of a top panel are shares of the largest, estimates are marked", () => {
    const top = topOf({ entries: [{ name: "/cart", value: 40 }, { name: "/", value: 10, error: 3 }], value: "count" });
    assert.deepEqual(top.map(({ words, share }) => [words, share]), [["40", 1], ["\u224810", 0.25]]);
});

test("a source is late when its silence is long for it", () => {
    const now = Date.parse("2026-11-22T11:04:36Z");
    const entries = [
        { name: "busy", value: "2026-11-22T11:04:16Z", count: 3600 },
        { name: "rare", value: "2026-11-22T11:00:00Z", count: 6 },
        { name: "fresh", value: "2026-11-22T11:04:35.8Z", count: 36_000 },
        { name: "dead", value: null, count: 0 },
    ];
    const found = freshnessOf({ entries, window_ms: 3_600_000 }, now);
    assert.deepEqual(found.map(({ isLate }) => isLate), [true, false, false, false]);
    assert.deepEqual(found.map(({ age }) => age), ["20 s", "5 min", "0.2 s", "silent"]);
    assert.deepEqual(found.map(({ events }) => events), ["3\u202f600", "6", "36\u202fk", "0"]);
});

test("a panel can be pasted into the configuration", () => {
    const panel = {
        title: "5xx \"per\" host", kind: "timeseries", stream: "all", filter: "status:500..599", value: "count", by: ["host"],
        window_ms: 900_000, every_ms: 1000,
    };
    assert.equal(panelTOML(panel), [
        "[[panel]]", "title = \"5xx \\\"per\\\" host\"", "filter = \"status:500..599\"", "kind = \"timeseries\"", "by = \"host\"",
        "window = \"15m\"", "every = \"1s\"", "",
    ].join("\n"));
    assert.equal(spanText(90_000), "90s");
});
