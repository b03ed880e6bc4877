import assert from "node:assert/strict";
import { test } from "node:test";
import { after, LIVE, REASONS } from "../../public/js/time/time-state.js";

const run = (...events) => events.reduce(after, LIVE);

test("every reason holds a live page and is remembered", () => {
    for (const reason of Object.keys(REASONS)) assert.deepEqual(after(LIVE, reason), { held: true, reason });
});

test("the first reason stays while held", () => {
    assert.equal(run("scrolled", "details", "selected").reason, "scrolled");
});

test("Space returns only what Space held", () => {
    assert.equal(run("toggle", "toggle"), LIVE);
    const taken = run("scrolled", "toggle");
    assert.deepEqual(taken, { held: true, reason: "space" });
    assert.equal(after(taken, "toggle"), LIVE);
});

test("the bottom returns only what scrolling held", () => {
    assert.equal(run("scrolled", "bottom"), LIVE);
    assert.equal(run("details", "bottom").held, true);
    assert.equal(run("bottom"), LIVE);
});

test("asking returns from everything", () => {
    for (const reason of Object.keys(REASONS)) assert.equal(run(reason, "return"), LIVE);
});

test("an unknown event is a mistake in the page, not a state", () => {
    assert.throws(() => after(LIVE, "arrived"), RangeError);
});
