import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbourWords, placesOf, signed, timesOf } from "../../public/js/details/event-facts.js";
import { copied } from "../../public/js/list/copy-text.js";
import { fieldStats, textStats } from "../../public/js/list/field-stats.js";
import { neighboursOf, nextKin } from "../../public/js/list/kin.js";
import { likeness } from "../../public/js/list/repeats.js";
import { Ring } from "../../public/js/list/ring.js";
import { Unfolded } from "../../public/js/list/unfolded.js";
import { added, moved, read, removed, widthFor, written } from "../../public/js/rows/columns.js";
import { contextQueries } from "../../public/js/rows/context.js";
import { MOST_BOOKMARKS, RowChoices } from "../../public/js/rows/row-choices.js";
import { linkOf, positionOf } from "../../public/js/rows/row-link.js";
import { meaningOf, tokensOf } from "../../public/js/rows/tokens.js";
import { EDITS } from "../../public/js/rows/value-filter.js";

const json = (seq, more = {}) => JSON.stringify({
    seq, time: `2026-11-22T07:35:${String(seq % 60).padStart(2, "0")}.500Z`, level: "info", source: "api", host: "web-1",
    message: `line ${seq}`, fields: {}, ...more,
});
const ringOf = (...texts) => {
    const ring = new Ring();
    for (const text of texts) ring.push({ text, seq: JSON.parse(text).seq, cost: 1 });
    return ring;
};
const found = (text) => tokensOf(text).map((token) => [token.kind, token.text]);

test("tokens of a line are recognised", () => {
    assert.deepEqual(found("GET /api/v1/cart from 10.4.2.17 in 412 ms"), [
        ["path", "/api/v1/cart"], ["address", "10.4.2.17"], ["number", "412 ms"],
    ]);
    assert.deepEqual(found("nginx.service: https://a.b/c?d=e, 4bf92f3577b34da6"), [
        ["unit", "nginx.service"], ["link", "https://a.b/c?d=e"], ["id", "4bf92f3577b34da6"],
    ]);
    assert.deepEqual(found("pool=orders name=\"a b\" to 2001:db8::1"), [
        ["value", "orders"], ["value", "a b"], ["address", "2001:db8::1"],
    ]);
    assert.deepEqual(found("only words, nothing else"), []);
    const [token] = tokensOf("user=ada");
    assert.deepEqual([token.key, token.from, token.to], ["user", 5, 8]);
});

test("a token means the field that has its value, else a text", () => {
    const pairs = [["status", "502"], ["client", "10.4.2.17"], ["duration_ms", "3004"]];
    assert.deepEqual(meaningOf({ text: "10.4.2.17" }, pairs), { field: "client", value: "10.4.2.17" });
    assert.deepEqual(meaningOf({ text: "3004 ms" }, pairs), { field: "duration_ms", value: "3004" });
    assert.deepEqual(meaningOf({ text: "502" }, pairs), { value: "502" });
    assert.deepEqual(meaningOf({ text: "502", key: "status" }, pairs), { field: "status", value: "502" });
});

test("values go into the filter by field or as text, once", () => {
    assert.equal(EDITS.include("", { field: "status", value: "502" }), "status=502");
    assert.equal(EDITS.include("level>=warn", { value: "10.4.2.17" }), "level>=warn \"10.4.2.17\"");
    assert.equal(EDITS.include("\"a\"", { value: "a" }), "\"a\"");
    assert.equal(EDITS.exclude("a OR b", { value: "c d" }), "(a OR b) -\"c d\"");
    assert.equal(EDITS.exists("", { field: "user.id" }), "user.id:*");
    assert.equal(EDITS.exists("x", { field: "a b" }), "x \"a b\":*");
});

test("events are copied as text, NDJSON, CSV and logfmt", () => {
    const one = json(1, { message: "\u001b[31mred\u001b[0m, \"quoted\"", fields: { status: 502, note: "=SUM(A1)" } });
    assert.equal(copied([one]), "2026-11-22T07:35:01.500Z info api red, \"quoted\" status=502 note=\"=SUM(A1)\"");
    assert.match(copied([one], { hasColours: true }), /\u001b\[31mred/);
    assert.equal(copied([one], { form: "ndjson" }), one);
    assert.equal(copied([one], { form: "csv", time: "epoch" }), [
        "seq,time,level,source,host,message,status,note",
        "1,1795332901.5,info,api,web-1,\"red, \"\"quoted\"\"\",502,'=SUM(A1)",
    ].join("\r\n"));
    assert.match(copied([one], { form: "logfmt", time: "none" }), /^level=info source=api host=web-1 msg="red, \\"quoted\\""/);
    assert.match(copied([one], { time: "shown", zone: "utc" }), /^07:35:01\.500 info/);
});

test("top values and occurrences are counted among the rows", () => {
    const ring = ringOf(
        json(1, { fields: { error: { code: "A" } } }), json(2, { fields: { error: { code: "B" } } }),
        json(3, { fields: { error: { code: "A" } } }), json(4),
    );
    assert.deepEqual(fieldStats(ring.rows, "error.code"), {
        rows: 4, present: 3, distinct: 2, top: [{ value: "A", count: 2 }, { value: "B", count: 1 }],
    });
    assert.deepEqual(textStats(ring.rows, "line 4"), { rows: 4, present: 1 });
});

test("kin are found by trace before process, and neighbours by source", () => {
    const ring = ringOf(
        json(1, { fields: { trace_id: "t1", unit: "a", pid: 7 } }), json(2, { source: "db" }),
        json(3, { fields: { trace_id: "t2", unit: "a", pid: 7 } }), json(4, { fields: { trace_id: "t1", unit: "a", pid: 7 } }),
    );
    assert.deepEqual(nextKin(ring, 0, 1), { index: 3, name: "trace" });
    assert.deepEqual(nextKin(ring, 2, -1), { index: 0, name: "process" });
    assert.deepEqual(nextKin(ring, 1, 1), { name: undefined });
    const names = neighboursOf(ring, 2).map(({ name, step, index }) => [name, step, index]);
    assert.deepEqual(names, [["source", -1, 0], ["process", -1, 0], ["source", 1, 3], ["process", 1, 3]]);
});

test("repeats have three grades, each wider than the one before", () => {
    const like = (one, other, grade) => likeness(json(1, { message: one }), grade) === likeness(json(2, { message: other }), grade);
    assert.ok(like("same", "same", "exact") && !like("took 12 ms", "took 13 ms", "exact"));
    assert.ok(like("took 12 ms", "took 13 ms", "numbers") && !like("user ada in", "user bob in", "numbers"));
    assert.ok(like("user=ada id 4bf9 at 10.0.0.1", "user=bob id 77aa at 10.0.0.2", "signature"));
    assert.ok(!like("started", "stopped", "signature"));
    assert.notEqual(likeness(json(1, { level: "error" }), "exact"), likeness(json(1), "exact"));
});

test("joined lines open one by one, all, and to their end", () => {
    const unfolded = new Unfolded();
    assert.equal(unfolded.linesOf(5), 0);
    unfolded.toggle(5);
    const first = unfolded.linesOf(5);
    unfolded.showWhole(5);
    assert.ok(first > 0 && unfolded.linesOf(5) > first);
    unfolded.setAll(true);
    assert.ok(unfolded.linesOf(6) > 0);
    unfolded.toggle(6);
    assert.equal(unfolded.linesOf(6), 0);
});

test("columns are added once, moved, and written so that they can be read", () => {
    const names = added(added(["a"], "b"), "a");
    assert.deepEqual(names, ["a", "b"]);
    assert.deepEqual(moved(["a", "b", "c"], "a", 1), ["b", "a", "c"]);
    assert.deepEqual(moved(["a", "b"], "a", -1), ["a", "b"]);
    assert.deepEqual(removed(names, "a"), ["b"]);
    assert.deepEqual(read(written(["x,y", "user.id"])), ["x,y", "user.id"]);
    assert.deepEqual(read("a,a,,b"), ["a", "a,b"]);
    assert.equal(widthFor("ip", ["10.4.2.17", "x".repeat(200)]), 28);
});

test("choices survive a bad storage, and bookmarks are bounded and by log", () => {
    const items = new Map([["tailrace.rows", "{\"columns\":7,\"repeats\":\"exact\",\"strange\":1}"]]);
    const storage = { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value) };
    const choices = new RowChoices(storage);
    assert.deepEqual([choices.get("columns"), choices.get("repeats"), choices.get("strange")], [[], "exact", undefined]);
    for (let seq = 1; seq <= MOST_BOOKMARKS + 5; seq += 1) choices.flipBookmark(`e1:${seq}`);
    choices.flipBookmark("e2:1");
    assert.equal(choices.get("bookmarks").length, MOST_BOOKMARKS);
    assert.deepEqual(new RowChoices(storage).bookmarkedIn("e2"), [1]);
    assert.equal(choices.flipBookmark("e2:1"), false);
    assert.deepEqual(choices.bookmarkedIn("e2"), []);
    const refusing = new RowChoices({ getItem: () => "not json", setItem: () => { throw new Error("full"); } });
    refusing.set("repeats", "numbers");
    assert.equal(refusing.get("repeats"), "numbers");
});

test("a link to a row leads back to its position", () => {
    const link = linkOf({ origin: "http://h", pathname: "/", search: "?filter=a" }, "e1", 12);
    assert.equal(link, "http://h/?filter=a#e1:12");
    assert.deepEqual(positionOf("#e1:12"), { epoch: "e1", seq: 12 });
    assert.equal(positionOf(""), undefined);
});

test("context is asked for by source, with the event itself in one answer", () => {
    const state = { event: { seq: 10, source: "a b" }, epoch: "e", before: 20, after: 40, isAny: false };
    const [before, after] = contextQueries(state, "all");
    assert.deepEqual(before, { stream: "all", filter: "source=\"a b\"", order: "desc", from: "e:10", limit: 20 });
    assert.deepEqual([after.from, after.limit], ["e:9", 41]);
    assert.equal(contextQueries({ ...state, isAny: true }, "all")[0].filter, "");
});

test("times, places and distances of an event", () => {
    const event = { seq: 3, time: "2026-11-22T07:35:00Z", received: "2026-11-22T07:35:02Z", source: "api", fields: { file: "/a" } };
    assert.deepEqual(timesOf(event, Date.parse("2026-11-22T07:36:00Z")).at(-1), ["age", "60 s"]);
    assert.deepEqual(timesOf(event, 0)[2], ["on its way", "+2.000 s"]);
    assert.deepEqual(placesOf(event, "e"), [["position", "e:3"], ["source", "api"], ["file", "/a"]]);
    assert.equal(signed(-412), "\u22120.412 s");
    assert.equal(neighbourWords(event, { ...event, time: "2026-11-22T07:35:00.584Z", message: "x\ny" }, "utc").text, "x");
});
