import assert from "node:assert/strict";
import { test } from "node:test";
import { Ring } from "../../public/js/list/ring.js";
import { RowFeed } from "../../public/js/list/row-feed.js";

function filled(rows) {
    const ring = new Ring();
    for (let seq = 0; seq < rows; seq += 1) ring.push({ seq, cost: 1 });
    return ring;
}

test("followed rows are sent once", () => {
    const ring = filled(100);
    const feed = new RowFeed();
    feed.look({ follow: true, count: 3 });
    assert.deepEqual(feed.take(ring).indexes, [97, 98, 99]);
    assert.deepEqual(feed.take(ring).indexes, []);
    ring.push({ seq: 100, cost: 1 });
    assert.deepEqual(feed.take(ring).indexes, [100]);
});

test("a flood sends only the newest", () => {
    const ring = filled(10);
    const feed = new RowFeed();
    feed.look({ follow: true, count: 3 });
    feed.take(ring);
    for (let seq = 0; seq < 5000; seq += 1) ring.push({ seq, cost: 1 });
    assert.deepEqual(feed.take(ring).indexes, [5007, 5008, 5009]);
});

test("a larger view gets the rows above again", () => {
    const ring = filled(100);
    const feed = new RowFeed();
    feed.look({ follow: true, count: 2 });
    feed.take(ring);
    feed.look({ follow: true, count: 4 });
    assert.deepEqual(feed.take(ring).indexes, [96, 97, 98, 99]);
});

test("a place in the list gets what it lacks, within the list", () => {
    const feed = new RowFeed();
    feed.look({ follow: false, first: 95, end: 105, missing: { first: 98, end: 105 } });
    assert.deepEqual(feed.take(filled(100)).indexes, [98, 99]);
    assert.deepEqual(feed.take(filled(100)).indexes, []);
});

test("after a splice the whole view is sent again, under its new indexes", () => {
    const ring = filled(20);
    const feed = new RowFeed();
    feed.look({ follow: false, first: 10, end: 13 });
    feed.take(ring);
    ring.splice(2, 1, [{ seq: 1, cost: 1 }, { seq: 2, cost: 1 }]);
    feed.spliced(2, 1, 2);
    const { change, indexes } = feed.take(ring);
    assert.deepEqual(change.splices, [{ index: 2, removed: 1, added: 2 }]);
    assert.deepEqual(indexes, [11, 12, 13]);
});

test("what a splice made due is sent even if the page looks again before", () => {
    const ring = filled(20);
    const feed = new RowFeed();
    feed.look({ follow: false, first: 10, end: 13 });
    feed.take(ring);
    feed.spliced(11, 1, 1);
    feed.look({ follow: false, first: 9, end: 12, missing: { first: 9, end: 10 } });
    assert.deepEqual(feed.take(ring).indexes, [9, 10, 11, 12]);
});

test("a new list to which rows came before the page took it is told once, as it is by then", () => {
    const ring = filled(600);
    const feed = new RowFeed();
    feed.look({ follow: false, first: 0, end: 10 });
    feed.take(filled(20));
    feed.swapped(300, "middle");
    ring.splice(0, 0, Array.from({ length: 1000 }, (_, at) => ({ seq: at - 1000, cost: 1 })));
    feed.spliced(0, 0, 1000);
    const { change, indexes } = feed.take(ring);
    assert.deepEqual(change.splices, []);
    assert.equal(change.anchor, ring.indexOfSeq(300));
    assert.ok(indexes.includes(change.anchor));
    ring.splice(0, 0, [{ seq: -1001, cost: 1 }]);
    feed.spliced(0, 0, 1);
    assert.deepEqual(feed.take(ring).change.splices, [{ index: 0, removed: 0, added: 1 }]);
});
