import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutWords } from "../../public/js/filter-box/filter-text.js";
import { MAX_TERMS, placesOf, Terms } from "../../public/js/highlights/terms.js";
import { StreamRows } from "../../public/js/list/stream-rows.js";

test("eight terms have a colour each, and a freed colour is used again", () => {
    const terms = new Terms(undefined);
    for (let at = 0; at < MAX_TERMS; at += 1) assert.ok(terms.add(`t${at}`));
    assert.equal(terms.add("one more"), false);
    assert.equal(terms.add("t3"), true);
    assert.equal(terms.add("  "), false);
    terms.remove("t3");
    assert.ok(terms.add(" new "));
    assert.deepEqual(terms.list[3], { term: "new", colour: 4 });
});

test("terms last for the tab and survive a damaged storage", () => {
    const stored = new Map();
    const storage = { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value) };
    const terms = new Terms(storage);
    terms.add("a");
    terms.add("b");
    terms.remove("a");
    assert.deepEqual(new Terms(storage).list, [{ term: "b", colour: 2 }]);
    stored.set("tailrace.highlights", "{\"x\":1}");
    assert.deepEqual(new Terms(storage).list, []);
});

test("a capital makes a term exact, and letters that grow in lower case shift nothing", () => {
    assert.deepEqual(placesOf("error", "Error, ERROR"), [[0, 5], [7, 12]]);
    assert.deepEqual(placesOf("Error", "Error, ERROR"), [[0, 5]]);
    assert.deepEqual(placesOf("x", "\u0130x"), [[1, 2]]);
    assert.deepEqual(placesOf("aa", "aaaa"), [[0, 2], [2, 4]]);
});

const event = (seq, message) => ({ seq, time: "2026-11-22T07:35:12Z", source: "s", host: "h", message, fields: { note: "timeout" } });

test("rows are counted and found by their message, not by their fields", () => {
    const rows = new StreamRows();
    const messages = ["a timeout", "nothing", "say \"hi\"", "TIMEOUT again", "retry"];
    const events = messages.map((message, at) => event(at + 1, message));
    rows.begin([]);
    rows.append({ first: 1, last: 5, events, texts: events.map((each) => JSON.stringify(each)) });
    rows.swap();
    assert.deepEqual(rows.search.countText(["timeout", "\"hi\"", "none"]), [2, 1, 0]);
    const seqAt = (index) => (index === undefined ? undefined : JSON.parse(rows.event(index).text).seq);
    const { base } = rows.take();
    assert.equal(seqAt(rows.search.findText(base - 1, 1, ["timeout"])), 1);
    assert.equal(seqAt(rows.search.findText(base, 1, ["timeout", "retry"])), 4);
    assert.equal(seqAt(rows.search.findText(base + 9, -1, ["retry"])), 5);
    assert.equal(rows.search.findText(base, 1, ["none"]), undefined);
    assert.deepEqual(rows.search.countText(["retry"]), [1]);
});

test("words that became highlights filter no more", () => {
    assert.equal(withoutWords("level>=warn timeout \"a b\" -x host=a"), "level>=warn -x host=a");
    assert.equal(withoutWords("timeout since:15m"), "since:15m");
    assert.equal(withoutWords("a OR b"), "a OR b");
});
