import assert from "node:assert/strict";
import { test } from "node:test";
import { HeightIndex, windowAt, windowAtEnd } from "../../public/js/rows/window.js";
import { seeded } from "./random.mjs";

/** The same by adding up, row by row. */
class Naive {
    constructor(estimate) { this.estimate = estimate; this.base = 0; this.end = 0; this.known = new Map(); }
    height(index) { return this.known.get(index) ?? this.estimate; }
    offset(index) { let sum = 0; for (let at = this.base; at < index; at += 1) sum += this.height(at); return sum; }
    rowAt(offset) {
        let top = 0;
        for (let at = this.base; at < this.end; at += 1) { top += this.height(at); if (top > offset) return at; }
        return this.end === this.base ? this.base : this.end - 1;
    }
}

test("offsets and rows agree with adding up, through measuring and dropping", () => {
    for (const seed of [1, 2, 3]) {
        const random = seeded(seed);
        const index = new HeightIndex(20);
        const naive = new Naive(20);
        for (let step = 0; step < 300; step += 1) {
            const end = naive.end + random.below(40);
            const base = Math.min(end, naive.base + (random.below(4) === 0 ? random.below(60) : 0));
            const left = naive.offset(Math.min(base, naive.end)) + Math.max(0, base - naive.end) * 20;
            assert.equal(index.advance(base, end), left, `seed ${seed} step ${step}`);
            naive.base = base; naive.end = end;
            for (let at = 0; at < 5 && end > base; at += 1) {
                const row = base + random.below(end - base);
                const height = random.pick([20, 26, 40, 60.5]);
                naive.known.set(row, height);
                index.measure(row, height);
            }
            assert.equal(index.total, naive.offset(naive.end), `seed ${seed} step ${step}`);
            const offset = random.below(Math.ceil(index.total) + 50) - 10;
            assert.equal(index.rowAt(offset), naive.rowAt(offset), `seed ${seed} step ${step} offset ${offset}`);
            if (end > base) {
                const row = base + random.below(end - base);
                assert.equal(index.offset(row), naive.offset(row));
            }
        }
    }
});

test("measuring the same height again changes nothing", () => {
    const index = new HeightIndex(20);
    index.advance(0, 10);
    assert.equal(index.measure(3, 26), true);
    assert.equal(index.measure(3, 26), false);
    assert.equal(index.measure(99, 26), false);
    assert.equal(index.total, 206);
});

test("a window has the rows in view and the slack, within the list", () => {
    const index = new HeightIndex(20);
    index.advance(0, 1000);
    assert.deepEqual(windowAt(index, 2000, 400, 10), { first: 90, end: 131 });
    assert.deepEqual(windowAt(index, 0, 400, 10), { first: 0, end: 31 });
    assert.deepEqual(windowAt(index, 99999, 400, 10), { first: 989, end: 1000 });
    assert.deepEqual(windowAtEnd(index, 400, 20, 8), { first: 971, end: 1000 });
});

test("an empty list has an empty window", () => {
    const index = new HeightIndex(20);
    assert.deepEqual(windowAt(index, 0, 400, 10), { first: 0, end: 0 });
    assert.deepEqual(windowAtEnd(index, 400, 20, 8), { first: 0, end: 0 });
});
