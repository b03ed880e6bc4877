import assert from "node:assert/strict";
import { test } from "node:test";
import { CompletionFacts } from "../../public/js/filter-box/completion-facts.js";
import { placeAt } from "../../public/js/filter-box/completion-place.js";
import {
    completed, fieldCompletions, levelValues, operatorCompletions, valueCompletions,
} from "../../public/js/filter-box/completions.js";
import { FilterHistory } from "../../public/js/filter-box/filter-history.js";

/** The place at the bar in the text. */
const at = (text) => placeAt(text.replace("|", ""), text.indexOf("|"));
const short = (text) => {
    const place = at(text);
    return place && [place.kind, place.field, place.operator, place.prefix].filter((part) => part !== undefined);
};

test("the caret says what can be completed", () => {
    assert.deepEqual(short("|"), ["field", ""]);
    assert.deepEqual(short("st|"), ["field", "st"]);
    assert.deepEqual(short("level>=warn -st|"), ["field", "st"]);
    assert.deepEqual(short("level>=|"), ["value", "level", ">=", ""]);
    assert.deepEqual(short("host:|"), ["value", "host", ":", ""]);
    assert.deepEqual(short("host=we|"), ["value", "host", "=", "we"]);
    assert.deepEqual(short("\"a b\"=|"), ["value", "a b", "=", ""]);
    assert.deepEqual(short("host:(web OR d|"), ["value", "host", ":", "d"]);
    assert.deepEqual(short("host:(|"), ["value", "host", ":", ""]);
    assert.deepEqual(short("(host:(a OR b) st|"), ["field", "st"]);
    assert.deepEqual(short("path=\"/ap|"), ["value", "path", "=", "/ap"]);
    assert.deepEqual(short("user.na|"), ["field", "user.na"]);
    assert.equal(short("\"some wor|"), undefined);
    assert.equal(short("10:15|"), undefined);
    assert.equal(short("(a)|"), undefined);
});

test("what is taken replaces the word, in the middle of the text too", () => {
    const take = (text, entry) => {
        const result = completed(text.replace("|", ""), at(text), entry);
        return `${result.text.slice(0, result.caret)}|${result.text.slice(result.caret)}`;
    };
    assert.equal(take("a st|", { insert: "status", isOpen: true }), "a status|");
    assert.equal(take("st|at x", { insert: "status", isOpen: true }), "status| x");
    assert.equal(take("host=w|", { insert: "web-1" }), "host=web-1 |");
    assert.equal(take("host=w| x", { insert: "web-1" }), "host=web-1| x");
    assert.equal(take("host:(a OR w|)", { insert: "web-1" }), "host:(a OR web-1|)");
});

test("fields that begin so come first, the useful ones of them before the others", () => {
    const fields = [
        { name: "stage", presence: 0.24, distinct: 6, count: 24, types: { string: 24 } },
        { name: "status", presence: 0.58, distinct: 9, count: 58, types: { number: 58 } },
        { name: "duration_ms", presence: 0.8, distinct: 1320, count: 80, types: { number: 80 } },
        { name: "unit", presence: 1, distinct: 2, count: 100, types: { string: 100 } },
    ];
    assert.deepEqual(fieldCompletions("st", fields).map(({ text }) => text), ["status", "stage", "stream", "host"]);
    assert.deepEqual(fieldCompletions("ms", fields).map(({ text }) => text), ["msg", "duration_ms"]);
    const [status] = fieldCompletions("status", fields);
    assert.deepEqual([status.symbol, status.note, status.count], ["type-number", "58\u202f%", "9"]);
    assert.equal(fieldCompletions("", fields)[0].text, "unit");
    assert.deepEqual(fieldCompletions("uni", fields).map(({ text }) => text), ["unit"]);
    assert.deepEqual(operatorCompletions("status", fields[1]).map(({ text }) => text)[0], "status:");
    assert.deepEqual(operatorCompletions("stage", fields[0]).map(({ text }) => text), [
        "stage:", "stage=", "stage!=", "stage:*",
    ]);
});

test("values are quoted where they need it, and levels come the worst first", () => {
    const values = [{ value: "db 1", count: 3 }, { value: "web-1", count: 12_002 }, { value: "Db", count: 1 }];
    assert.deepEqual(valueCompletions("d", values).map(({ insert, count }) => [insert, count]), [
        ["\"db 1\"", "3"], ["Db", "1"],
    ]);
    assert.equal(levelValues([{ value: "info", count: 5 }])[0].value, "emergency");
    assert.equal(valueCompletions("inf", levelValues([{ value: "info", count: 5 }]))[0].count, "5");
});

test("what the relay told is used for a moment, and asked for once", async () => {
    const asked = [];
    let changes = 0;
    const load = (path) => {
        asked.push(path);
        return Promise.resolve({ facets: [{ values: [{ value: "a", count: 2 }, { value: null, count: 1 }] }] });
    };
    const facts = new CompletionFacts({ load, changed: () => changes += 1 });
    const query = { stream: "all", field: "host", filter: "a b" };
    assert.equal(facts.values(query, 0), undefined);
    assert.equal(facts.values(query, 1), undefined);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(facts.values(query, 2), [{ value: "a", count: 2 }]);
    assert.deepEqual([asked.length, changes], [1, 1]);
    assert.deepEqual(facts.values(query, 20_000), [{ value: "a", count: 2 }], "old ones until new ones are there");
    assert.equal(asked.length, 2);
    await new Promise((resolve) => setImmediate(resolve));
});

test("history walks back, and forward to what was being typed", () => {
    const history = new FilterHistory(undefined);
    for (const text of ["a", "b", "a", " ", "c"]) history.add(text);
    assert.deepEqual(history.entries, ["b", "a", "c"]);
    assert.equal(history.step(1, "dra"), undefined);
    assert.equal(history.step(-1, "dra"), "c");
    assert.equal(history.step(-1, "c"), "a");
    assert.equal(history.step(1, "a"), "c");
    assert.equal(history.step(1, "c"), "dra");
    assert.equal(history.step(-1, "c"), "a", "what stands in the box is no step");
    history.leave();
    assert.equal(history.step(-1, "x"), "c");
});

test("history is bounded, survives the page and a damaged storage", () => {
    const stored = new Map();
    const storage = { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value) };
    const history = new FilterHistory(storage);
    for (let number = 0; number < 150; number += 1) history.add(`f${number}`);
    assert.equal(new FilterHistory(storage).entries.length, 100);
    assert.equal(new FilterHistory(storage).step(-1, ""), "f149");
    stored.set("tailrace.filters", "{");
    assert.deepEqual(new FilterHistory(storage).entries, []);
    stored.set("tailrace.filters", "[1,\"x\"]");
    assert.deepEqual(new FilterHistory(storage).entries, ["x"]);
});
