import assert from "node:assert/strict";
import { test } from "node:test";
import { Missed } from "../../public/js/session/missed.js";

const stats = (matched, error = 0) => ({
    head: matched, matched, seen: matched * 2, levels: { matched: { error, info: matched - error } },
});

function rows(first, last, errors = 0) {
    return Array.from(
        { length: last - first + 1 }, (_, at) => ({ seq: first + at, severity: at < errors ? "error" : "" }),
    );
}

test("what is missed is what the server matched less what arrived", () => {
    const missed = new Missed();
    missed.anchor(stats(1000, 10));
    missed.arrived(rows(1001, 1005, 1), { first: 1001, last: 1005, seen: 8 });
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
    missed.arrived(rows(1001, 1050), { first: 1001, last: 1050, seen: 50 });
    missed.update(stats(1010));
    assert.equal(missed.value.matched, 0);
});

test("events that the statistics counted before they arrived are not counted twice", () => {
    const missed = new Missed();
    missed.anchor(stats(1000));
    missed.arrived(rows(991, 1010), { first: 991, last: 1010, seen: 20 });
    missed.update(stats(1110));
    assert.deepEqual([missed.value.matched, missed.value.seen], [100, 210]);
});
