import assert from "node:assert/strict";
import { test } from "node:test";
import { endWords } from "../../public/js/time/end-words.js";
import { emptyWords, pastWords } from "../../public/js/time/past-words.js";
import { settled } from "../../public/js/time/moment.js";
import { exactSpan, isSettled, moved, placeWords } from "../../public/js/time/place.js";
import { timeWords } from "../../public/js/time/time-words.js";
import { inPast, LIVE } from "../../public/js/time/time-state.js";
import { placeOf, searchOf } from "../../public/js/page/view-address.js";

const NOW = Date.parse("2026-11-22T14:30:00Z");
const context = { now: NOW, zone: "utc" };
const range = { since: "2026-11-22T07:26:15Z", until: "2026-11-22T07:31:30Z" };

test("the address names a range or a moment, and nothing else", () => {
    const lens = { stream: "all", filter: "level>=warn" };
    for (const place of [range, { at: "2026-11-22T14:02:00Z" }, { at: "fb5rwzwimj:12" }, { since: "2026-11-22T07:26:15Z" }]) {
        assert.deepEqual(placeOf(searchOf(lens, place)), { ...place, ...("since" in place && { until: place.until }) });
    }
    assert.equal(placeOf(searchOf(lens)), undefined);
    assert.equal(placeOf(`?at=${"x".repeat(100)}`), undefined);
    assert.equal(searchOf({ stream: "all", filter: "" }, range), "?since=2026-11-22T07:26:15Z&until=2026-11-22T07:31:30Z");
});

test("a link with a span before now means the time at which it is opened", () => {
    assert.deepEqual(settled({ since: "15m" }, context), { since: "2026-11-22T14:15:00Z" });
    assert.deepEqual(settled({ at: "abcd:7" }, context), { at: "abcd:7" });
    assert.deepEqual(settled({ at: "nonsense" }, context), { at: "nonsense" });
    assert.equal(settled(undefined, context), undefined);
    const places = [{ since: "15m" }, { since: "2026-11-22T14:15:00.000Z" }, { since: "2026-11-22T14:15Z", until: "yesterday" }];
    for (const place of places) assert.ok(!isSettled(place) && isSettled(settled({ since: place.since }, context)));
    assert.ok(isSettled({ at: "abcd:7" }) && isSettled({ since: "2026-11-22T14:15:00.250Z" }));
});

test("places in words", () => {
    assert.equal(placeWords(range, context), "07:26:15 \u2013 07:31:30");
    const night = { since: "2026-11-20T23:59:00Z", until: "2026-11-21T00:01:00.250Z" };
    assert.equal(placeWords(night, context), "20 Nov, 23:59:00 \u2013 21 Nov, 00:01:00.250");
    assert.equal(placeWords({ at: "2025-11-22T14:02:00Z" }, context), "22 Nov 2025, 14:02:00");
    assert.equal(placeWords({ at: "abcd:1842" }, context), "event 1\u202f842");
    assert.equal(placeWords({ at: "abcd:1842" }, { ...context, landedTime: "2026-11-22T14:02:00Z" }), "14:02:00");
    assert.equal(placeWords({ at: "nonsense" }, context), "nonsense");
});

test("neighbours of a range have its length", () => {
    assert.deepEqual(moved(range, 1), { since: "2026-11-22T07:31:30Z", until: "2026-11-22T07:36:45Z" });
    assert.deepEqual(moved(range, -1), { since: "2026-11-22T07:21:00Z", until: "2026-11-22T07:26:15Z" });
});

test("spans say all that can be read off them", () => {
    const words = [90_000, 315_000, 3_600_000, 5_400_000, 90_000_000, 250, 119_000].map(exactSpan);
    assert.deepEqual(words, ["90 s", "5 min 15 s", "1 h", "1 h 30 min", "1 day 1 h", "250 ms", "119 s"]);
});

const view = (more) => ({
    time: inPast(range), link: { phase: "open" }, past: undefined, stats: undefined, counts: {}, isEmpty: false, ...context,
    news: { matched: 0, errors: 0 }, ...more,
});
const plain = (why) => why.map((part) => part.strong ?? part.more ?? part).join("");

test("the state says the range, and how long ago a moment was", () => {
    const ranged = timeWords(view());
    assert.deepEqual([ranged.mode, ranged.word, plain(ranged.why)], [
        "past", "PAST", "07:26:15 \u2013 07:31:30 \u00b7 5 min 15 s",
    ]);
    const moment = timeWords(view({ time: inPast({ at: "2026-11-22T14:02:00Z" }) }));
    assert.equal(plain(moment.why), "14:02:00 \u00b7 28 min ago");
    const landed = { landedTime: "2026-11-22T14:02:00Z" };
    assert.equal(plain(timeWords(view({ time: inPast({ at: "abcd:7" }), past: landed })).why), "14:02:00 \u00b7 28 min ago");
});

test("the line above the rows says what is shown, that it is searched for, or what is wrong", () => {
    assert.equal(pastWords(view()).facts, "searching \u00b7 nothing new arrives here");
    const searching = { isLoading: true, searched: 2_400_000 };
    assert.match(pastWords(view({ past: searching })).facts, /2\u202f400\u202f000 events looked at/);
    const there = pastWords(view({ past: { isLoading: false }, pastCounts: { matched: 2117, seen: 13904 } }));
    assert.match(there.facts, /^2\u202f117 matching of 13\u202f904/);
    const problem = { code: "unreachable", message: "the relay does not answer" };
    assert.deepEqual(pastWords(view({ past: { problem } })).isBad, true);
});

test("a moment before the log began says when it begins", () => {
    const time = inPast({ at: "2026-11-22T01:00:00Z" });
    const words = pastWords(view({ time, stats: { oldest_time: "2026-11-22T13:30:00Z" }, past: { isLoading: false } }));
    assert.match(words.title, /does not reach back/);
    assert.match(words.facts, /begins 60 min ago/);
});

test("no rows have a reason", () => {
    const stats = { oldest_time: "2026-11-22T13:30:00Z" };
    const past = { lens: { filter: "x" }, searched: 12 };
    assert.match(emptyWords(view({ stats, past })).title, /does not reach back/);
    assert.match(emptyWords(view({ stats, past })).text[0], /begins 60 min ago, at 22 Nov 2026, 13:30:00 UTC/);
    const late = inPast({ since: "2026-11-22T13:40:00Z", until: "2026-11-22T13:50:00Z" });
    assert.match(emptyWords(view({ time: late, stats, past })).title, /matches the filter/);
    assert.match(emptyWords(view({ time: late, stats, past: { ...past, lens: { filter: "" } } })).title, /Nothing was logged/);
    const problem = { code: "position", message: "this log does not know nosuchlog" };
    assert.match(emptyWords(view({ stats, past: { problem } })).title, /not in the log/);
});

test("rows do not simply end", () => {
    const facts = { isLoading: false, hasNewer: false, canLookAgain: false };
    assert.match(endWords(view({ past: facts })).title, /range ends here/);
    assert.equal(endWords(view({ past: { ...facts, canLookAgain: true } })).action, "Look again");
    assert.match(endWords(view({ past: { ...facts, hasNewer: true } })).title, /More rows/);
    assert.match(endWords(view({ link: { phase: "lost" }, lastTime: "2026-11-22T14:02:00Z" })).title, /Nothing known after 14:02/);
    assert.equal(endWords(view({ time: LIVE })), undefined);
    assert.equal(endWords(view({ isEmpty: true, past: facts })), undefined);
});

test("a ring that overran while held says so before the reader returns", () => {
    const held = { held: true, reason: "scrolled" };
    const state = (oldest) => endWords(view({ time: held, stats: { oldest }, counts: { position: { seq: 100 } } }));
    assert.equal(state(50), undefined);
    assert.equal(state(101), undefined);
    const words = state(141);
    assert.equal(words.title, "40 events after this row left the log");
    assert.match(words.facts, /seq 101 \u2013 140/);
});
