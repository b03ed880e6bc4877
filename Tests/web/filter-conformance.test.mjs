// The rows of Tests/conformance/filter.json are what the filter language means, on the server and here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Members } from "../../public/js/filter/event-text.js";
import { Filter, FilterError } from "../../public/js/filter/filter.js";

/** One row a line; `text` is the event as it is written, since JSON.parse changes large numbers. */
const rows = readFileSync(new URL("../conformance/filter.json", import.meta.url), "utf8").split("\n")
    .map((line) => line.replace(/,$/, "")).filter((line) => line.startsWith("{"))
    .map((line) => {
        const members = new Members(line, { from: 1, to: line.length - 1 });
        let text;
        while (members.next()) if (members.key === "event") text = line.slice(members.value.from, members.value.to);
        return { ...JSON.parse(line), text };
    })
    .filter((row) => row.filter !== undefined);

function problemOf(text) {
    try {
        new Filter(text);
    } catch (error) {
        assert.ok(error instanceof FilterError, `${text.slice(0, 80)}: ${error.stack}`);
        return error;
    }
    return undefined;
}

test("there are rows for every rule", () => assert.ok(rows.length > 800));

test("every row with an event matches as it says, in its canonical form too", () => {
    for (const { filter: text, text: json, expected, streams } of rows.filter((row) => row.event)) {
        const filter = new Filter(text);
        const again = new Filter(filter.canonical);
        assert.equal(filter.matches(json, streams), expected, `${text}  on  ${json}`);
        assert.equal(again.canonical, filter.canonical, text);
        assert.equal(again.matches(json, streams), expected, `${text} as ${filter.canonical}`);
    }
});

test("every row with an error fails in its column", () => {
    for (const { filter: text, error } of rows.filter((row) => row.error)) {
        const problem = problemOf(text);
        assert.equal(problem?.column, error.column, `${text.slice(0, 80)}: ${problem?.description}`);
        assert.ok(problem.description.includes(error.contains ?? ""), `${text.slice(0, 80)}: ${problem.description}`);
    }
});

test("every row with a canonical form gets it, and the form is its own", () => {
    for (const { filter: text, canonical } of rows.filter((row) => row.canonical !== undefined)) {
        assert.equal(new Filter(text).canonical, canonical, text);
        assert.equal(new Filter(canonical).canonical, canonical);
    }
});

test("every row with a hint gives one that says so", () => {
    for (const { filter: text, hint } of rows.filter((row) => row.hint !== undefined)) {
        const found = new Filter(text).hint;
        if (typeof hint === "string") assert.ok(found?.includes(hint), `${text}: ${found}`);
        else assert.equal(found, undefined, text);
    }
});

test("every row with time bounds lifts them", () => {
    for (const { filter: text, bounds } of rows.filter((row) => row.bounds)) {
        const found = new Filter(text).bounds;
        assert.equal(found.since !== undefined, bounds.since !== undefined, text);
        assert.equal(found.until !== undefined, bounds.until !== undefined, text);
        const around = found.around && [Number(found.around.seq), Number(found.around.radius)];
        assert.deepEqual(around, bounds.around, text);
    }
});
