import assert from "node:assert/strict";
import { test } from "node:test";
import { isoOf } from "../../public/js/time/iso.js";
import { parseMoment } from "../../public/js/time/moment.js";
import { dateIn, isZone, offsetOf, timeOfWall } from "../../public/js/parts/zones.js";

const NOW = Date.parse("2026-11-22T14:30:00Z");   // a Sunday
const at = (text, zone = "utc") => parseMoment(text, { now: NOW, zone, epoch: "7c1e" });

test("a time of day is the last time that clocks showed it", () => {
    assert.deepEqual(at("14:02"), { at: "2026-11-22T14:02:00Z" });
    assert.deepEqual(at("14:02:03.5"), { at: "2026-11-22T14:02:03.500Z" });
    assert.deepEqual(at("23:00"), { at: "2026-11-21T23:00:00Z" });
    assert.deepEqual(at("9pm"), { at: "2026-11-21T21:00:00Z" });
    assert.deepEqual(at("12am"), { at: "2026-11-22T00:00:00Z" });
    assert.deepEqual(at("12:30 pm"), { at: "2026-11-22T12:30:00Z" });
});

test("a span is before now, with or without the word", () => {
    for (const text of ["5m ago", "5m", "-5m", "5 min ago", "5 minutes ago", "300s", "5 MIN"]) {
        assert.deepEqual(at(text), { at: "2026-11-22T14:25:00Z" }, text);
    }
    assert.deepEqual(at("1h30m"), { at: "2026-11-22T13:00:00Z" });
    assert.deepEqual(at("2 weeks ago"), { at: "2026-11-08T14:30:00Z" });
    assert.deepEqual(at("0.5h"), { at: "2026-11-22T14:00:00Z" });
});

test("a day may come first", () => {
    assert.deepEqual(at("yesterday 17:30"), { at: "2026-11-21T17:30:00Z" });
    assert.deepEqual(at("Yesterday, 17:30"), { at: "2026-11-21T17:30:00Z" });
    assert.deepEqual(at("yesterday"), { at: "2026-11-21T00:00:00Z" });
    assert.deepEqual(at("today 01:00"), { at: "2026-11-22T01:00:00Z" });
    assert.deepEqual(at("monday 9:00"), { at: "2026-11-16T09:00:00Z" });
    assert.deepEqual(at("22 Nov 14:02"), { at: "2026-11-22T14:02:00Z" });
    assert.deepEqual(at("nov 3, 2025"), { at: "2025-11-03T00:00:00Z" });
    assert.deepEqual(at("24 dec"), { at: "2025-12-24T00:00:00Z" });
});

test("dates as logs write them, and seconds since 1970", () => {
    assert.deepEqual(at("2026-11-22T14:02:01.25+01:00"), { at: "2026-11-22T13:02:01.250Z" });
    assert.deepEqual(at("2026-11-22 14:02"), { at: "2026-11-22T14:02:00Z" });
    assert.deepEqual(at("2026-11-22 14:02 UTC", "Asia/Tokyo"), { at: "2026-11-22T14:02:00Z" });
    assert.deepEqual(at("2026-11-20"), { at: "2026-11-20T00:00:00Z" });
    assert.deepEqual(at("1700000000"), { at: "2023-11-14T22:13:20Z" });
    assert.deepEqual(at("1700000000123"), { at: "2023-11-14T22:13:20.123Z" });
});

test("times without a zone are of the reader's clock", () => {
    assert.deepEqual(at("14:02", "Europe/Berlin"), { at: "2026-11-22T13:02:00Z" });
    assert.deepEqual(at("2026-07-01 12:00", "Europe/Berlin"), { at: "2026-07-01T10:00:00Z" });
    assert.deepEqual(at("2026-07-01", "America/New_York"), { at: "2026-07-01T04:00:00Z" });
    // It is Monday morning there already.
    assert.deepEqual(at("yesterday 8:00", "Pacific/Auckland"), { at: "2026-11-21T19:00:00Z" });
});

test("positions, numbers of events, and now", () => {
    assert.deepEqual(at("fb5rwzwimj:3"), { at: "fb5rwzwimj:3" });
    assert.deepEqual(at("#1842"), { at: "7c1e:1842" });
    assert.deepEqual(at("# 1\u202f842"), { at: "7c1e:1842" });
    assert.ok(parseMoment("#1842", { now: NOW, zone: "utc" }).error);
    assert.deepEqual(at("now"), { isNow: true });
});

test("two moments are a range, whose end is after its beginning", () => {
    const range = (since, until) => ({ since, until });
    assert.deepEqual(at("14:00 - 14:10"), range("2026-11-22T14:00:00Z", "2026-11-22T14:10:00Z"));
    assert.deepEqual(at("14:00\u201314:10"), range("2026-11-22T14:00:00Z", "2026-11-22T14:10:00Z"));
    assert.deepEqual(at("23:50 to 00:10"), range("2026-11-21T23:50:00Z", "2026-11-22T00:10:00Z"));
    assert.deepEqual(at("yesterday 17:00 - 18:00"), range("2026-11-21T17:00:00Z", "2026-11-21T18:00:00Z"));
    assert.deepEqual(at("10m ago .. now"), range("2026-11-22T14:20:00Z", "2026-11-22T14:30:00Z"));
    assert.match(at("2026-11-22 12:00 - 2026-11-22 11:00").error, /not after/);
});

test("what is no time is told with what would be one", () => {
    for (const text of ["banana", "25:00", "14", "13pm", "32 nov", "14:00 - banana", "2026-13-01", "5 parsecs"]) {
        assert.match(at(text).error, /Write for example 14:02/, text);
    }
    assert.match(at("  ").error, /Write a time/);
});

test("every text has an answer", () => {
    const letters = "0123456789:-. agomhdT+Z#now";
    let seed = 42;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let round = 0; round < 3000; round += 1) {
        const text = Array.from({ length: random() * 14 }, () => letters[Math.floor(random() * letters.length)]).join("");
        const found = at(text, round % 2 ? "utc" : "Europe/Berlin");
        const isTime = (value) => value === undefined || !Number.isNaN(Date.parse(value)) || /^\w+:\d+$/.test(value);
        assert.ok(found.error || found.isNow || [found.at, found.since, found.until].every(isTime), text);
    }
});

test("zones know their offsets, also where the clocks change", () => {
    assert.equal(offsetOf("Europe/Berlin", Date.parse("2026-07-01T00:00:00Z")), 7_200_000);
    assert.equal(offsetOf("Europe/Berlin", Date.parse("2026-12-01T00:00:00Z")), 3_600_000);
    assert.equal(offsetOf("Asia/Kathmandu", NOW), 20_700_000);
    const wall = (hour, minute) => isoOf(timeOfWall("Europe/Berlin", { year: 2026, month: 10, day: 25, hour, minute }));
    assert.equal(wall(1, 30), "2026-10-24T23:30:00Z");
    assert.equal(wall(2, 30), "2026-10-25T00:30:00Z");   // twice on this day: the first
    assert.equal(wall(3, 30), "2026-10-25T02:30:00Z");
    assert.deepEqual(dateIn("Pacific/Auckland", NOW), { year: 2026, month: 11, day: 23, weekday: 1 });
    assert.ok(isZone("utc") && isZone("local") && isZone("Europe/Berlin"));
    assert.ok(!isZone("Europe/Atlantis") && !isZone(undefined) && !isZone(""));
});
