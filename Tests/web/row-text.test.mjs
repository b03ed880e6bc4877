import assert from "node:assert/strict";
import { test } from "node:test";
import { plainLine } from "../../public/js/list/copy-text.js";
import { flatten } from "../../public/js/list/event-fields.js";
import { markPattern } from "../../public/js/list/message-parts.js";
import { rowOfEvent, rowOfGap } from "../../public/js/list/row-text.js";
import { hueOf } from "../../public/js/parts/hue.js";
import { printable } from "../../public/js/list/terminal-text.js";

const event = (more) => JSON.stringify({
    seq: 5,
    time: "2026-11-22T07:35:02.918Z",
    level: "error",
    source: "api",
    host: "web-1",
    message: "charge failed",
    fields: {},
    ...more,
});
const row = (more, context = {}) => rowOfEvent(3, event(more), { zone: "utc", ...context });

test("a row has what its cells show", () => {
    const shown = row({ fields: { status: 502, duration_ms: 3004, error: { code: "ETIMEDOUT" } } });
    assert.deepEqual(
        [shown.index, shown.seq, shown.level, shown.time.second, shown.time.millis], [3, 5, "error", "07:35:02", "918"],
    );
    assert.deepEqual(
        shown.tail,
        [
            { key: "status", value: "502", mood: "bad" },
            { key: "duration_ms", value: "3004", mood: "slow" },
            { key: "error.code", value: "ETIMEDOUT", mood: undefined },
        ],
    );
});

test("a second that repeats and a day that begins are told", () => {
    assert.equal(row({}, { above: "2026-11-22T07:35:02.100Z" }).isSameSecond, true);
    assert.equal(row({}, { above: "2026-11-22T07:35:01.999Z" }).isSameSecond, false);
    assert.equal(row({}, { above: "2026-11-21T23:59:59Z" }).day, "22 Nov 2026");
    assert.equal(row({}).day, undefined);
});

test("an identifier stands before the message, once", () => {
    assert.equal(row({ fields: { identifier: "sshd", pid: 20211 } }).id, "sshd[20211]: ");
    const written = row({ message: "sshd[20211]: Failed", fields: { identifier: "sshd", pid: 20211 } });
    assert.deepEqual([written.id, written.parts], ["sshd[20211]: ", ["Failed"]]);
});

test("the filter's words are marked", () => {
    const words = markPattern(["upstream", "timed"]);
    assert.deepEqual(row({ message: "Upstream timed out" }, { words }).parts, [["Upstream"], " ", ["timed"], " out"]);
    assert.deepEqual(row({ message: "a.b" }, { words: markPattern(["."]) }).parts, ["a", ["."], "b"]);
    assert.equal(markPattern([]), undefined);
    assert.deepEqual(row({ message: "err ERR" }, { words: markPattern(["ERR"]) }).parts, ["err ", ["ERR"]]);
});

test("control characters are visible, colour codes are not", () => {
    assert.equal(printable("\u001b[32mready\u001b[0m a\u0000b\u007f\tc"), "ready a\u2400b\u2421\tc");
});

test("long messages and values are cut and say so", () => {
    const shown = row({ message: "x".repeat(9000), fields: { body: "y".repeat(9000) } });
    assert.equal(shown.isCut, true);
    assert.ok(shown.parts[0].length < 3000 && shown.tail[0].value.length < 200);
});

test("joined lines are counted", () => {
    const joined = row({ message: "a\nb\nc" });
    assert.deepEqual([joined.parts, joined.lines, joined.frames], [["a"], 3, undefined]);
    const open = row({ message: "a\nb\nc" }, { lines: 1 });
    assert.deepEqual([open.frames.map(({ text }) => text), open.more], [["b"], 1]);
    assert.equal(row({ message: "a\nb", fields: { lines: 42 } }).lines, 42);
    assert.equal(row({}).lines, undefined);
});

test("what an input lost is a gap row of its own event", () => {
    const gap = row({ level: "warn", fields: { gap: { reason: "dropped", count: 312, unit: "events" } } });
    assert.deepEqual([gap.kind, gap.title], ["gap", "312 events lost at the source"]);
    assert.match(gap.facts, /api · dropped · charge failed/);
    assert.equal(row({ fields: { gap: { reason: "vacuumed" } } }).title, "Lost at the source");
});

test("gaps of the relay say count, place and reason", () => {
    const skipped = rowOfGap(
        9, { from: 5, to: 1208, count: 1204, reason: "paused", canLoad: true, label: "Load them" },
    );
    assert.deepEqual(
        [skipped.kind, skipped.title, skipped.load.label], ["skipped", "1\u202f204 skipped while held", "Load them"],
    );
    const lost = rowOfGap(9, { from: 5, to: 8, count: 4, reason: "evicted", canLoad: false });
    assert.deepEqual([lost.kind, lost.title, lost.load], ["gap", "4 events not delivered", undefined]);
    assert.match(lost.facts, /no longer has them/);
});

test("an event without level, fields or message is still a row", () => {
    const bare = rowOfEvent(0, "{\"seq\":1,\"time\":\"x\"}", { zone: "utc" });
    assert.deepEqual([bare.kind, bare.level, bare.source, bare.tail], ["event", undefined, "", []]);
    assert.equal(row({ level: "loud" }).level, undefined);
});

test("a plain line has all fields, quoted where they have spaces", () => {
    assert.equal(
        plainLine(event({ fields: { a: "x y", id: 1 } })),
        "2026-11-22T07:35:02.918Z error api charge failed a=\"x y\" id=1",
    );
});

test("nested fields are flattened, arrays are not", () => {
    assert.deepEqual(flatten({ a: { b: { c: 1 } }, d: [1, 2], e: null }), [["a.b.c", 1], ["d", [1, 2]], ["e", null]]);
});

test("hues are stable and spread", () => {
    const names = ["nginx", "api", "postgres", "system", "journal", "kernel", "checkout", "web", "docker", "redis"];
    assert.ok(names.every((name) => hueOf(name) >= 0 && hueOf(name) < 8));
    assert.ok(new Set(names.map(hueOf)).size >= 5);
});

test("a boot of the machine stands above the event that marks it", () => {
    const boot = { seq: 2, time: "2026-11-22T07:00:00Z", source: "journal", message: "booted", fields: { boot_mark: { from: "a", to: "b" } } };
    const row = (above) => rowOfEvent(0, JSON.stringify(boot), { zone: "utc", above });
    assert.equal(row("2026-11-22T06:59:00Z").day, "The machine was booted");
    assert.equal(row("2026-11-21T06:59:00Z").day, "The machine was booted \u00b7 22 Nov 2026");
    assert.equal(row().day, "The machine was booted");
});
