import assert from "node:assert/strict";
import { test } from "node:test";
import { errorsWithin, rowsOf, turnsOf } from "../../public/js/wall/wall-layout.js";

test("a wall shows one lens, or several in turn", () => {
    assert.deepEqual(turnsOf("?wall=1"), { lenses: [{ stream: "all", filter: "" }], seconds: 20, title: "" });
    const turns = turnsOf("?wall=1&stream=web&filter=a&filter=b&turn=8s&title=Shop");
    assert.deepEqual(turns.lenses.map(({ stream, filter }) => `${stream} ${filter}`), ["web a", "web b"]);
    assert.deepEqual([turns.seconds, turns.title], [8, "Shop"]);
    assert.equal(turnsOf("?wall=1&turn=0").seconds, 5);
});

test("the errors of a lens keep its alternatives together", () => {
    assert.equal(errorsWithin({ stream: "all", filter: "a OR b" }).filter, "(a OR b) level>=error");
    assert.equal(errorsWithin({ stream: "all", filter: " " }).filter, "level>=error");
});

test("up to three panels stand in one row, more in two", () => {
    const panels = (count) => Array.from({ length: count }, (_, at) => ({ id: at, kind: "stat" }));
    assert.deepEqual([1, 3, 5, 7, 12].map((count) => rowsOf(panels(count)).map((row) => row.length)),
        [[1], [3], [2, 3], [3, 4], [4, 4]]);
});
