import assert from "node:assert/strict";
import { test } from "node:test";
import { StreamRows } from "../../public/js/list/stream-rows.js";
import { rowCommands, rowQuestions } from "../../public/js/session/row-commands.js";

const event = (seq, message, more = {}) => ({
    seq, time: "2026-11-22T07:35:02.918Z", level: "info", source: "api", host: "h", message, fields: {}, ...more,
});

function opened(limits) {
    const rows = new StreamRows(limits);
    rows.look({ follow: true, count: 100 });
    const append = (...events) => rows.append({
        type: "events", first: events[0].seq, last: events.at(-1).seq, events, texts: events.map((one) => JSON.stringify(one)),
    });
    /** The list as a page has it after all updates so far. */
    const painted = new Map();
    const shown = () => {
        const { rows: fresh, base, end, generation, splices } = rows.take();
        if (splices.length > 0 || generation !== painted.generation) painted.clear();
        painted.generation = generation;
        for (const row of fresh) painted.set(row.index, row);
        return Array.from({ length: end - base }, (_, at) => painted.get(base + at));
    };
    const session = { lists: [rows], shown: rows };
    return { rows, append, shown, do: rowCommands(session), ask: rowQuestions(session) };
}

const texts = (rows) => rows.map((row) => row.title ?? row.parts.join(""));

test("rows that repeat are one with a count, and come apart again", () => {
    const page = opened();
    page.do.repeats({ grade: "numbers" });
    page.append(event(1, "took 1 ms"), event(2, "took 22 ms"), event(3, "other"), event(4, "took 3 ms"));
    page.append(event(5, "took 4 ms"));
    let shown = page.shown();
    assert.deepEqual(shown.map((row) => [row.parts[0], row.repeats]), [["took 1 ms", 2], ["other", undefined], ["took 3 ms", 2]]);
    assert.equal(page.ask.place({ seq: 5 }).index, page.ask.place({ seq: 4 }).index);
    page.do.repeats({ grade: "exact" });
    shown = page.shown();
    assert.equal(shown.length, 5);
    page.do.repeats({ grade: "off" });
    assert.deepEqual(texts(page.shown()), ["took 1 ms", "took 22 ms", "other", "took 3 ms", "took 4 ms"]);
});

test("what repeats for days is bounded in bytes", () => {
    const page = opened({ maxBytes: 200_000 });
    page.do.repeats({ grade: "exact" });
    for (let seq = 1; seq <= 30_000; seq += 1) page.append(event(seq, "again"));
    assert.ok(page.rows.ring.bytes < 12_000 * 400, String(page.rows.ring.bytes));
    assert.ok(page.rows.ring.length <= 3);
});

test("joined lines open where they are, one or all", () => {
    const page = opened();
    page.append(event(1, "a\nb\nc"), event(2, "plain"), event(3, "d\ne"));
    const base = page.rows.ring.base;
    assert.equal(page.shown()[0].frames, undefined);
    page.do.fold({ index: base });
    assert.deepEqual(page.shown().map((row) => row.frames?.length), [2, undefined, undefined]);
    page.do.foldAll({ isOpen: true });
    page.rows.look({ follow: false, first: base, end: base + 3, missing: { first: base, end: base + 3 } });
    assert.deepEqual(page.shown().map((row) => row.frames?.length), [2, undefined, 1]);
});

test("a line hides what is above it and gives it back", () => {
    const page = opened();
    page.append(event(1, "a"), event(2, "b"));
    page.do.marker({ title: "Line", facts: "" });
    page.append(event(3, "c"));
    assert.deepEqual(texts(page.shown()), ["a", "b", "Line", "c"]);
    page.do.clear({ index: page.rows.ring.base + 2 });
    page.rows.look({ follow: true, count: 101 });
    let shown = page.shown();
    assert.deepEqual(texts(shown), ["Line", "c"]);
    assert.equal(shown[0].clear, "Show 2 above");
    page.do.clear({ index: page.rows.ring.base });
    page.rows.look({ follow: true, count: 102 });
    shown = page.shown();
    assert.deepEqual(texts(shown), ["a", "b", "Line", "c"]);
    assert.equal(shown[2].clear, "Clear above");
});

test("a second line takes over what the first one hid", () => {
    const page = opened();
    page.append(event(1, "a"));
    page.do.marker({ title: "one", facts: "" });
    page.append(event(2, "b"));
    page.do.marker({ title: "two", facts: "" });
    page.do.clear({ index: page.rows.ring.base + 1 });
    page.do.clear({ index: page.rows.ring.base + 2 });
    page.do.clear({ index: page.rows.ring.base });
    page.rows.look({ follow: true, count: 101 });
    assert.deepEqual(texts(page.shown()), ["a", "one", "b", "two"]);
});

test("lines keep their place when another filter is shown", () => {
    const page = opened();
    page.append(event(1, "a"), event(2, "b"));
    page.do.marker({ title: "Line", facts: "" });
    page.append(event(3, "c"));
    page.rows.begin([], undefined);
    page.append(event(1, "a"), event(3, "c"));
    page.rows.swap();
    assert.deepEqual(texts(page.shown()), ["a", "Line", "c"]);
});

test("bookmarks and notes stand before their rows and along the list", () => {
    const page = opened();
    page.append(event(1, "a"), event(2, "b"), event(3, "c"));
    page.do.bookmarks({ seqs: [2] });
    page.append({ ...event(4, "rolled back", { fields: { mark: { seq: 1, user: "ada" } } }), source: "tailrace" });
    page.rows.look({ follow: true, count: 101 });
    assert.deepEqual(page.shown().map(({ mark }) => mark), ["note", "bookmark-on", undefined, undefined]);
    assert.equal(page.rows.looks.marksAlong(page.rows.ring).replaceAll(".", ""), "nb");
    const base = page.rows.ring.base;
    assert.equal(page.ask.own({ from: base + 3, step: -1 }).index, base + 1);
    assert.equal(page.ask.own({ from: base + 1, step: 1 }).index, undefined);
});

test("columns have their own values, and the tail leaves them out", () => {
    const page = opened();
    page.do.columns({ names: ["status", "user.id", "host"] });
    page.append(event(1, "a", { fields: { status: 502, user: { id: 7 }, path: "/" } }));
    const [row] = page.shown();
    assert.deepEqual(row.columns.map(({ value, mood }) => [value, mood]), [["502", "bad"], ["7", undefined], ["h", undefined]]);
    assert.deepEqual(row.tail.map(({ key }) => key), ["path"]);
});

test("rows are copied in the form that was asked for", () => {
    const page = opened();
    page.append(event(1, "a"), event(2, "b"));
    const { base } = page.rows.ring;
    const { text } = page.ask.copy({ indexes: [base, base + 1, base + 9], choice: { form: "text", time: "none" } });
    assert.equal(text, "info api a\ninfo api b");
});
