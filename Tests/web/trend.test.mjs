import assert from "node:assert/strict";
import { test } from "node:test";
import { Trends } from "../../public/js/facets/trend.js";

const counts = (values) => ({ values: Object.entries(values).map(([value, count]) => ({ value, count })) });

test("a value that grew by much within a minute rises, and one that shrank falls", () => {
    const trends = new Trends();
    trends.note("status", "", counts({ 200: 1000, 502: 10, 404: 50 }), 0);
    const of = (value, count, now = 60_000) => trends.of("status", value, count, now);
    assert.deepEqual([of("200", 1050), of("502", 40), of("404", 30), of("500", 9)], [undefined, "up", "down", "up"]);
    assert.equal(of("502", 13), undefined, "three events are chance");
    assert.equal(of("502", 40, 30_000), undefined, "half a minute is no trend");
    assert.equal(of("502", undefined), undefined);
    assert.equal(trends.of("host", "a", 5, 60_000), undefined);
});

test("counts under another filter are no past", () => {
    const trends = new Trends();
    trends.note("status", "", counts({ 200: 1000 }), 0);
    trends.note("status", "path:/cart", counts({ 200: 10 }), 30_000);
    assert.equal(trends.of("status", "200", 12, 60_000), undefined);
    trends.forget();
    assert.equal(trends.of("status", "200", 12, 90_000), undefined);
});

test("what is compared with is about a minute old, however long it goes on", () => {
    const trends = new Trends();
    for (let at = 0; at <= 600_000; at += 1000) trends.note("status", "", counts({ 502: at / 1000 }), at);
    assert.equal(trends.of("status", "502", 600, 600_000), undefined, "a tenth more than a minute ago");
    assert.equal(trends.of("status", "502", 700, 600_000), "up");
});
