import assert from "node:assert/strict";
import test from "node:test";
import { rowOfEvent } from "../../public/js/list/row-text.js";

const mark = {
    seq: 15, time: "2026-11-22T07:35:12Z", level: "notice", source: "tailrace", host: "h",
    message: "rolled back\n<b>now</b>\u001b[31m", fields: { mark: { seq: 1200, user: "anonymous" } },
};
const rowOf = (event) => rowOfEvent(7, JSON.stringify(event), { zone: "utc" });

test("a note is a row of its own: its text, who wrote it when, and the event it is about", () => {
    const row = rowOf(mark);
    assert.equal(row.kind, "mark");
    assert.equal(row.title, "rolled back <b>now</b>");
    assert.match(row.facts, /^anonymous, 07:35:12, on event 1.?200$/);
});

test("a long note is cut in its row", () => {
    assert.ok(rowOf({ ...mark, message: "x".repeat(4000) }).title.length < 500);
});

test("only the relay's own events are notes", () => {
    assert.equal(rowOf({ ...mark, source: "nginx" }).kind, "event");
    assert.equal(rowOf({ ...mark, fields: { mark: 5 } }).kind, "event");
    assert.equal(rowOf({ ...mark, fields: {} }).kind, "event");
});
