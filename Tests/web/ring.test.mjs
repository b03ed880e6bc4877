import assert from "node:assert/strict";
import { test } from "node:test";
import { HELD_SLACK, Ring } from "../../public/js/list/ring.js";
import { seeded } from "./random.mjs";

const row = (seq, cost = 10) => ({ seq, cost });

test("random steps agree with a plain array", () => {
    for (const seed of [11, 12, 13]) {
        const random = seeded(seed);
        const ring = new Ring({ maxRows: 200, maxBytes: 5000 });
        let rows = [];
        let base = 0;
        for (let step = 0; step < 3000; step += 1) {
            if (random.below(50) === 0 && rows.length > 0) {
                const at = random.below(rows.length);
                const added = Array.from({ length: random.below(20) }, () => row(random.below(1e6), random.below(40)));
                const removed = Math.min(random.below(3), rows.length - at);
                ring.splice(base + at, removed, added);
                rows.splice(at, removed, ...added);
            } else {
                const added = row(step, random.below(60));
                ring.push(added);
                rows.push(added);
            }
            ring.trim();
            const size = (list) => list.reduce((sum, { cost }) => sum + cost, 0);
            while (rows.length > 1 && (rows.length > 200 || size(rows) > 5000)) { rows.shift(); base += 1; }
            assert.deepEqual(
                [ring.base, ring.end, ring.bytes], [base, base + rows.length, size(rows)], `seed ${seed} step ${step}`,
            );
            if (rows.length > 0) {
                const at = random.below(rows.length);
                assert.equal(ring.at(base + at), rows[at]);
                assert.equal(ring.indexOf(rows[at]), base + at);
            }
        }
    }
});

test("a held reader keeps a quarter more before anything is dropped", () => {
    const ring = new Ring({ maxRows: 100 });
    for (let seq = 0; seq < 125; seq += 1) { ring.push(row(seq)); ring.trim(HELD_SLACK); }
    assert.equal(ring.base, 0);
    ring.push(row(125));
    ring.trim(HELD_SLACK);
    assert.equal(ring.base, 1);
    ring.trim();
    assert.equal(ring.length, 100);
});

test("one row over every limit still stays", () => {
    const ring = new Ring({ maxBytes: 100 });
    ring.push(row(1, 1e6));
    ring.trim();
    assert.equal(ring.length, 1);
});

test("memory of dropped rows is given back while millions pass", () => {
    const ring = new Ring({ maxRows: 1000 });
    for (let seq = 0; seq < 200_000; seq += 1) { ring.push(row(seq)); ring.trim(); }
    assert.equal(ring.at(ring.base).seq, 199_000);
    assert.equal(ring.at(ring.base - 1), undefined);
    assert.equal(ring.at(ring.end), undefined);
});

test("finding goes both ways and stops at the ends", () => {
    const ring = new Ring();
    for (let seq = 0; seq < 10; seq += 1) ring.push(row(seq));
    const isThird = ({ seq }) => seq % 3 === 0;
    assert.equal(ring.find(3, 1, isThird), 6);
    assert.equal(ring.find(3, -1, isThird), 0);
    assert.equal(ring.find(9, 1, isThird), undefined);
    assert.equal(ring.find(-1, 1, isThird), 0);
    assert.equal(ring.indexOfSeq(4), 4);
    assert.equal(ring.indexOfSeq(99), 9);
    assert.equal(new Ring().indexOfSeq(1), undefined);
});
