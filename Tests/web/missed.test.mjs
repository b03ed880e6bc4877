import assert from "node:assert/strict";
import { test } from "node:test";
import { Missed } from "../../public/js/missed.js";

const stats = (matched, error = 0) => ({ matched, seen: matched * 2, levels: { matched: { error, info: matched - error } } });

test("what is missed is what the server matched less what arrived", () => {
    const missed = new Missed();
    missed.anchor(stats(1000, 10));
    missed.arrived({ matched: 5, seen: 8, errors: 1 });
    missed.update(stats(1105, 14));
    assert.deepEqual(missed.value, { matched: 100, seen: 202, errors: 3 });
});

test("nothing is missed before there is something to compare with", () => {
    const missed = new Missed();
    assert.equal(missed.value.matched, 0);
    missed.update(stats(5000));
    assert.equal(missed.value.matched, 0);
    missed.update(stats(5007));
    assert.equal(missed.value.matched, 7);
    missed.forget();
    assert.equal(missed.value.matched, 0);
});

test("the number is never negative", () => {
    const missed = new Missed();
    missed.anchor(stats(1000));
    missed.arrived({ matched: 50, seen: 50, errors: 0 });
    missed.update(stats(1010));
    assert.equal(missed.value.matched, 0);
});
