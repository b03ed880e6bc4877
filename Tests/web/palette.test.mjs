import assert from "node:assert/strict";
import { test } from "node:test";
import { found, score } from "../../public/js/palette/fuzzy.js";
import { lensesFrom, MOST_LENSES, nameOf, withLens, withoutLens } from "../../public/js/palette/lenses.js";

const entries = ["Wrap lines", "Next warning", "Next error", "Previous error", "Hold or go live"].map((title) => ({ title }));
const titles = (typed) => found(typed, entries, 10).map(({ title }) => title);

test("letters in order find an entry, beginnings of words first", () => {
    assert.deepEqual(titles("ne"), ["Next error", "Next warning", "Wrap lines"].filter((title) => score("ne", title) > 0)
        .sort((one, other) => score("ne", other) - score("ne", one)));
    assert.equal(titles("nw")[0], "Next warning");
    assert.equal(titles("perr")[0], "Previous error");
    assert.deepEqual(titles("zzz"), []);
    assert.equal(titles("").length, 5);
});

test("lenses are kept by name, the newest first, and only so many", () => {
    const one = withLens([], { name: " errors ", stream: "all", filter: "level>=error" });
    assert.deepEqual(one, [{ name: "errors", stream: "all", filter: "level>=error" }]);
    assert.equal(withLens(one, { name: "errors", stream: "web", filter: "" }).length, 1);
    const many = Array.from({ length: 60 }, (_, at) => at).reduce(
        (lenses, at) => withLens(lenses, { name: `n${at}`, stream: "all", filter: "" }), []);
    assert.equal(many.length, MOST_LENSES);
    assert.equal(many[0].name, "n59");
    assert.equal(withoutLens(many, "n59").length, MOST_LENSES - 1);
    assert.deepEqual(lensesFrom([{ name: 1 }, "x", null, one[0]]), one);
    assert.deepEqual(lensesFrom("x"), []);
    assert.equal(nameOf({ stream: "web", filter: " a " }), "web: a");
});
