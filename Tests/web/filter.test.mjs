import assert from "node:assert/strict";
import { test } from "node:test";
import { Filter } from "../../public/js/filter/filter.js";

const event = (message, fields = {}, more = {}) => JSON.stringify({
    seq: 7, time: "2026-11-22T07:35:12.5Z", source: "s", host: "h", ...more, message, fields,
});
const outcomes = (filter, text) => new Filter(filter).outcomes(text)
    .map(({ clause, outcome, type }) => [clause, outcome, type].filter(Boolean).join(" | "));

test("each clause tells its outcome and how the value was compared", () => {
    assert.deepEqual(
        outcomes("word status:6 nope:x source:s level:info", event("word", { status: 5 })),
        [
            "level=info | missing", "nope:x | missing", "source:s | holds | text", "status:6 | fails | number",
            "word | holds | text",
        ],
    );
    const text = event("x", { ip: "10.0.0.1", took_ms: 1500, when: "2026-11-22T08:00Z", ok: true, tags: ["a", "b"] });
    assert.deepEqual(
        outcomes("ip:10.0.0.0/8 took_ms>1s when>2026-11-22 ok=true tags:b -ip:* /^x$/ took_ms>x", text),
        [
            "ip:* | holds | presence", "/^x$/ | holds | regex", "ip:10.0.0.0/8 | holds | network",
            "ok=true | holds | bool", "tags:b | holds | text", "took_ms>1s | holds | number",
            "took_ms>x | fails | nothing to compare", "when>2026-11-22 | holds | time",
        ],
    );
    assert.deepEqual(outcomes("level>=warn", event("x", {}, { level: "error" })), ["level>=warn | holds | level"]);
});

test("a filter narrows another one if it only adds conditions to it", () => {
    const narrows = (one, other) => new Filter(one).narrows(new Filter(other));
    assert.ok(narrows("a", ""));
    assert.ok(narrows("b a", "a"));
    assert.ok(narrows("(x OR y) level:err a", "level=error (y OR x)"));
    assert.ok(narrows("a", "a"));
    assert.ok(!narrows("a OR b", "a"));
    assert.ok(!narrows("", "a"));
    assert.ok(!narrows("a", "a b"));
    assert.ok(narrows("a gap:*", "a"), "gaps pass `a`");
    assert.ok(!narrows("-gap:x", "-gap:x -gap:y"));
    assert.ok(!narrows("a b", "(a b) -gap:*"));
});

test("only the relay can tell what streams an event is in and what some regexes mean", () => {
    for (const filter of ["stream:errors", "a -stream=web", "/\\p{L}/", "x #(/\\Qa\\E/)", "/a(^b)?/"]) {
        assert.ok(!new Filter(filter).isAnswerable, filter);
    }
    for (const filter of ["stream:all", "stream:*", "/\\bfoo$/i", ""]) {
        assert.ok(new Filter(filter).isAnswerable, filter);
    }
});

test("no regex takes more than linear time", () => {
    const text = event("a".repeat(50_000));
    for (const filter of ["/(a|aa)*b/", "/(a*)*b/", "/(.*)(.*)(.*)(.*)x/", "/(a?){60}a{60}b/", "a*a*a*a*b"]) {
        const found = new Filter(filter);
        if (!found.isAnswerable) continue;
        const started = process.cpuUsage().user;
        assert.ok(!found.matches(text), filter);
        assert.ok(process.cpuUsage().user - started < 2_000_000, filter);
    }
});

test("numbers keep their digits, keys that are there twice count once, escapes are read", () => {
    const fields = (inside) => `{"seq":1,"time":"2026-11-22T07:35:12Z","message":"","fields":{${inside}}}`;
    assert.ok(new Filter("a=9007199254740993").matches(fields("\"a\":9007199254740993")));
    assert.ok(!new Filter("a=9007199254740993").matches(fields("\"a\":9007199254740992")));
    assert.ok(new Filter("a:1.?0").matches(fields("\"a\":1.50")));
    assert.ok(!new Filter("a:2").matches(fields("\"a\":1,\"a\":2")));
    assert.ok(new Filter("ab:\"x\\ty\"").matches(fields("\"\\u0061b\":\"x\\ty\"")));
    assert.ok(new Filter("a:\ufffd").matches(fields("\"a\":\"\\ud83dx\"")));
});
