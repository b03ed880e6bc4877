import assert from "node:assert/strict";
import { test } from "node:test";
import {
    changesOf, fieldsWorth, likenessFilter, newMessages, perMinute, ratioWords, sidesOf,
} from "../../public/js/changes/compare.js";

const MINUTE = 60_000;
const facet = (field, counts, more = {}) => {
    const values = Object.entries(counts).map(([value, count]) => ({ value, count }));
    const present = values.reduce((sum, { count }) => sum + count, 0);
    return { field, values, present, distinct: values.length, ...more };
};

test("the side after a moment ends now, and numbers are rates", () => {
    const sides = sidesOf(10 * MINUTE, 5 * MINUTE, 11 * MINUTE);
    assert.deepEqual(sides, { before: { since: 5 * MINUTE, until: 10 * MINUTE }, after: { since: 10 * MINUTE, until: 11 * MINUTE } });
    assert.deepEqual([perMinute(10, sides.before), perMinute(10, sides.after)], [2, 10]);
    assert.equal(sidesOf(10 * MINUTE, MINUTE, 10 * MINUTE).after.until, 10 * MINUTE + 1000, "never no time at all");
});

test("what changed most comes first, and chance is left out", () => {
    const sides = sidesOf(10 * MINUTE, 5 * MINUTE, 60 * MINUTE);
    const before = [facet("status", { 200: 1000, 404: 50 }), facet("host", { "web-1": 500, "web-2": 500 })];
    const after = [facet("status", { 200: 1010, 404: 52, 502: 300 }), facet("host", { "web-1": 700, "web-2": 620, "web-3": 62 })];
    const changes = changesOf(before, after, sides);
    assert.deepEqual(changes.map(({ field, value, kind }) => `${field} ${value} ${kind}`), [
        "status 502 new", "host web-3 new", "host web-1 more", "host web-2 more",
    ]);
    assert.deepEqual([changes[0].before, changes[0].after], [0, 60]);
});

test("sides of different length are compared by their rates", () => {
    const sides = sidesOf(10 * MINUTE, 5 * MINUTE, 11 * MINUTE);
    assert.deepEqual(changesOf([facet("level", { info: 500 })], [facet("level", { info: 100 })], sides), []);
    const [gone] = changesOf([facet("level", { info: 500 })], [facet("level", {})], sides);
    assert.equal(gone.kind, "gone");
});

test("fields with few values on both sides are counted, the most frequent first", () => {
    const fields = [
        [{ name: "status", count: 90, distinct: 4 }, { name: "trace", count: 90, distinct: 90 }, { name: "lines", count: 90, distinct: 1 }],
        [{ name: "path", count: 100, distinct: 7 }, { name: "status", count: 5, distinct: 2 }],
    ];
    assert.deepEqual(fieldsWorth(fields, 20), ["level", "source", "host", "path", "status"]);
});

test("a small difference is no news, however sure it is", () => {
    const sides = sidesOf(10 * MINUTE, 5 * MINUTE, 60 * MINUTE);
    assert.deepEqual(changesOf([facet("level", { info: 10_000 })], [facet("level", { info: 11_000 })], sides), []);
});

test("values of a field that is an id are no news", () => {
    const ids = (from) => facet("trace", Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`t${from + at}`, 1])));
    const sides = sidesOf(10 * MINUTE, MINUTE, 60 * MINUTE);
    assert.deepEqual(changesOf([ids(0)], [ids(100)], sides), []);
});

test("a value that is not among the most frequent ones of a side is not called new", () => {
    const sides = sidesOf(10 * MINUTE, 5 * MINUTE, 60 * MINUTE);
    const before = [facet("ms", { 1: 90, 2: 80 }, { other: 500 })];
    assert.deepEqual(changesOf(before, [facet("ms", { 3: 90 })], sides).map(({ value }) => value), ["1", "2"]);
});

test("messages are new by their shape", () => {
    const event = (message, level = "info") => ({ seq: 1, source: "api", level, message, fields: {} });
    const before = [event("order 12 paid"), event("pool of 5 is full")];
    const after = [event("order 99 paid"), event("cannot reach db-7"), event("cannot reach db-8"), event("order 1 paid", "error")];
    assert.deepEqual(newMessages(before, after).map(({ event: { message, level }, count }) => [message, level, count]), [
        ["cannot reach db-7", "info", 2], ["order 1 paid", "error", 1],
    ]);
});

test("a shape is looked for by the longest text that has no number", () => {
    assert.equal(
        likenessFilter({ source: "api", level: "error", message: "job 12 failed: no connection after 5 s\nat x" }),
        "source=\"api\" level=error \"failed: no connection after\"");
    assert.equal(likenessFilter({ source: "api", message: "12 34 a" }), undefined);
});

test("two sums are told by their ratio", () => {
    assert.deepEqual(
        [ratioWords(2, 2), ratioWords(100, 102), ratioWords(0, 3), ratioWords(3, 0), ratioWords(2, 9), ratioWords(100, 4)],
        ["as many", "about as many", "none before", "none after", "4.5 times as many", "25 times fewer"]);
});
