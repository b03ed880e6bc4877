import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, clock, count, counted, fullTime, rate, span } from "../../public/js/parts/format.js";

test("numbers are grouped by thousands with narrow spaces", () => {
    assert.equal(count(7), "7");
    assert.equal(count(1842964), "1\u202f842\u202f964");
    assert.equal(counted(1, "event"), "1 event");
    assert.equal(counted(1204, "event"), "1\u202f204 events");
});

test("rates keep one decimal below ten", () => {
    assert.deepEqual(
        [0, 0.31, 2, 9.94, 18.4, 5276].map(rate), ["0/s", "0.3/s", "2/s", "9.9/s", "18/s", "5\u202f276/s"],
    );
    assert.equal(rate(NaN), "0/s");
});

test("sizes have three digits at most", () => {
    assert.deepEqual([0, 999, 1000, 4_812_331, 41_000_000].map(bytes), ["0 B", "999 B", "1.0 kB", "4.8 MB", "41 MB"]);
});

test("spans use the largest unit that fits", () => {
    assert.deepEqual(
        [430, 12_000, 119_000, 2_280_000, 18_000_000, 604_800_000].map(span),
        ["430 ms", "12 s", "119 s", "38 min", "5 h", "7 days"],
    );
});

test("a time is cut without rounding, to the last of nine digits", () => {
    const time = "2026-11-22T07:35:02.918113999Z";
    assert.deepEqual(clock(time, "utc"), { day: "22 Nov 2026", second: "07:35:02", millis: "918", nanos: "113999" });
    assert.equal(fullTime(time, "utc"), "22 Nov 2026, 07:35:02.918\u202f113\u202f999");
    assert.equal(clock("2026-11-22T07:35:02Z", "utc").millis, "000");
    assert.equal(clock("2026-11-22T07:35:02.9Z", "utc").millis, "900");
});

test("what is not a time stays what it is", () => {
    assert.equal(clock("yesterday", "utc"), undefined);
    assert.equal(clock(undefined, "utc"), undefined);
    assert.equal(fullTime("yesterday", "utc"), "yesterday");
});

test("a local time agrees with the clock of the machine", () => {
    const at = new Date("2026-11-22T07:35:02Z");
    assert.equal(clock("2026-11-22T07:35:02Z", "local").second.slice(0, 2), String(at.getHours()).padStart(2, "0"));
});
