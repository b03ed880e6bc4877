import assert from "node:assert/strict";
import { test } from "node:test";
import { errorWords, figuresOf, lastErrorWords, panelsFor, tilesOf } from "../../public/js/home/home-tiles.js";
import { lensView } from "../../public/js/palette/lenses.js";

const FROM = "2026-11-22T07:00:00Z";
const at = (seconds) => Date.parse(FROM) + seconds * 1000;
const panel = (series) => ({
    type: "panel", from: FROM, width_ms: 15_000, points: 4, series, total: series.reduce((sum, { count }) => sum + count, 0),
});

test("tiles are the views of the team, the reader's own, and the streams", () => {
    const tiles = tilesOf({
        team: [{ name: "Slow", about: "more than 1 s", stream: "all", filter: "duration_ms>1000", columns: ["trace", "a,b"] }],
        own: [{ name: "mine", stream: "web", filter: "x", columns: "host" }],
        streams: ["all", "errors"],
    });
    assert.deepEqual(tiles.map(({ name, kind, more }) => [name, kind, more]), [
        ["Slow", "team", "more than 1 s"], ["mine", "yours", "x"], ["all", "stream", "everything of this relay"],
        ["errors", "stream", "a stream of this relay"],
    ]);
    assert.deepEqual(tiles.map(({ address }) => address), [
        "?filter=duration_ms%3E1000&columns=trace,a,,b", "?stream=web&filter=x&columns=host", "./", "?stream=errors",
    ]);
});

test("each view is watched by its events and its last error", () => {
    const [events, errors] = panelsFor({ stream: "web", filter: "a OR b" });
    assert.deepEqual([events.kind, events.stream, events.filter, events.by], ["timeseries", "web", "a OR b", ["level"]]);
    assert.equal(errors.filter, "(a OR b) level>=error");
    assert.equal(panelsFor({ stream: "all", filter: "" })[1].filter, "level>=error");
});

test("a tile tells rate, errors, and how fresh the view is", () => {
    const events = panel([{ name: "info", count: 45, values: [15, 15, 15, 0] }, { name: "error", count: 3, values: [0, 3, 0, 0] }]);
    const figures = figuresOf(events, { events: [{ time: FROM, message: "a\nb", source: "api" }] }, at(50));
    assert.deepEqual([figures.rate, figures.errors, figures.total, figures.isQuiet, figures.fresh], ["1.1/s", 3, 48, false, "fresh"]);
    assert.deepEqual(figures.bars[1], { all: 18, errors: 3 });
    assert.equal(errorWords(figures), "3 errors of 48 in 15 min");
    assert.deepEqual(lastErrorWords(figures.last, at(60)), { ago: "60 s ago", text: "a", source: "api" });
});

test("a quiet view says since when, and an empty one that there is nothing", () => {
    const events = panel([{ name: "info", count: 1, values: [1, 0, 0, 0] }]);
    const figures = figuresOf(events, undefined, at(115));
    assert.deepEqual([figures.isQuiet, figures.fresh], [true, "quiet for 100 s"]);
    assert.equal(figuresOf(panel([]), undefined, at(60)).fresh, "nothing in 15 min");
    assert.equal(figuresOf(undefined, undefined, at(60)), undefined);
    assert.equal(errorWords({ errors: 0, total: 5 }), "no errors in 15 min");
    assert.equal(lastErrorWords(undefined, at(0)).text, "No error in a day");
});

test("a view opens with its columns, those of the page stay where it names none", () => {
    assert.deepEqual(lensView({ name: "a", stream: "all", filter: "x", columns: ["b", "c"] }), { stream: "all", filter: "x", columns: "b,c" });
    assert.deepEqual(lensView({ stream: "all", filter: "x", columns: [] }), { stream: "all", filter: "x" });
    assert.deepEqual(lensView({ stream: "all", filter: "x", columns: "d" }), { stream: "all", filter: "x", columns: "d" });
});
