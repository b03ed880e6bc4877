import assert from "node:assert/strict";
import { test } from "node:test";
import { axisWords, figureOf, roundAbove, valueWords } from "../../public/js/charts/figures.js";
import { coloursOf } from "../../public/js/charts/hues.js";
import { lastValue, linePath, pointAt, spread } from "../../public/js/charts/line-shape.js";
import { tickLabel, timeTicks } from "../../public/js/parts/time-ticks.js";
import { seeded } from "./random.mjs";

const MINUTE = 60_000;

test("an axis ends at a round number whose half is one too", () => {
    const found = [0, 1, 3, 5, 7, 9, 11, 41, 60, 61, 99, 3100, 0.3, 0.1 + 0.2].map(roundAbove);
    assert.deepEqual(found.slice(0, 12), [1, 1, 4, 6, 8, 10, 20, 60, 60, 80, 100, 4000]);
    assert.ok(Math.abs(found[12] - 0.4) < 1e-9 && Math.abs(found[13] - 0.4) < 1e-9);
});

test("times on an axis are round on the clock of the zone", () => {
    const from = Date.parse("2026-11-22T07:21:40Z");
    const utc = timeTicks(from, from + 15 * MINUTE, 4);
    assert.deepEqual(utc.ticks.map((at) => tickLabel(at, utc.step)), ["07:25", "07:30", "07:35"]);
    const india = timeTicks(from, from + 15 * MINUTE, 4, 330 * MINUTE);
    assert.deepEqual(india.ticks.map((at) => tickLabel(at, india.step, 330 * MINUTE)), ["12:55", "13:00", "13:05"]);
    const days = timeTicks(from, from + 5 * 24 * 60 * MINUTE, 6);
    assert.equal(tickLabel(days.ticks[0], days.step), "23 Nov");
    const midnight = timeTicks(from + 16 * 60 * MINUTE, from + 18 * 60 * MINUTE, 4);
    assert.deepEqual(midnight.ticks.map((at) => tickLabel(at, midnight.step)), ["23:30", "23 Nov", "00:30", "01:00"]);
    const seconds = timeTicks(from, from + 20_000, 5);
    assert.equal(tickLabel(seconds.ticks[0], seconds.step), "07:21:40");
});

test("values are short and have the unit that fits", () => {
    assert.equal(valueWords(3004, "ms"), "3 s");
    assert.equal(valueWords(18.44, "ms"), "18.4 ms");
    assert.equal(valueWords(0.25, "ms"), "250 \u00b5s");
    assert.equal(valueWords(90, "s"), "1.5 min");
    assert.equal(valueWords(4_812_331, "bytes"), "4.8 MB");
    assert.equal(valueWords(2.94, "%"), "2.94 %");
    assert.equal(valueWords(1204), "1\u202f204");
    assert.equal(valueWords(1_204_000), "1.2\u202fM");
    assert.equal(valueWords(-12_345), "\u221212.3\u202fk");
    assert.equal(valueWords(999_970), "1\u202fM");
    assert.equal(valueWords(-0.0001), "0");
    assert.equal(valueWords(null), "\u2013");
    assert.deepEqual(figureOf(0.0000004, "s"), { figure: "400", unit: "ns" });
    assert.equal(axisWords(0, "ms"), "0");
    assert.equal(axisWords(15_000), "15\u202fk");
});

test("a line has holes where nothing is known, and what stands alone can be seen", () => {
    const place = { left: 0, right: 30, top: 0, bottom: 10, most: 10 };
    assert.equal(linePath([0, 10, null, 5], place), "M0.0 10.0L10.0 0.0M30.0 5.0h2");
    assert.equal(pointAt(14, 4, place), 1);
    assert.equal(pointAt(99, 4, place), 3);
});

test("a line says its last value, not that of the bucket that still fills", () => {
    assert.equal(lastValue([1, 2, 3]), 2);
    assert.equal(lastValue([1, null, null]), 1);
    assert.equal(lastValue([null, null, 7]), 7);
    assert.equal(lastValue([null]), null);
});

test("names at line ends never lie on each other and keep their order", () => {
    const { below } = seeded(7);
    for (let round = 0; round < 500; round += 1) {
        const wanted = Array.from({ length: 1 + below(6) }, () => below(100));
        const places = spread(wanted, 15, { top: 0, bottom: 100 });
        const order = wanted.map((_, at) => at).sort((one, other) => wanted[one] - wanted[other] || one - other);
        order.slice(1).forEach((at, above) => assert.ok(places[at] - places[order[above]] >= 15));
    }
});

test("lines of one chart have different hues, levels their own colour", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    assert.equal(new Set(coloursOf(names)).size, 8);
    assert.deepEqual(coloursOf(["error", "none"], true), ["var(--fill-error)", "var(--graphic)"]);
    assert.deepEqual(coloursOf([undefined]), ["var(--accent)"]);
});
