import assert from "node:assert/strict";
import { test } from "node:test";
import { Viewport } from "../../public/js/rows/viewport.js";

function viewport(rows, top = 0) {
    const port = new Viewport({ estimate: 20 });
    port.height = 400;
    port.before = 28;
    port.advance(0, rows);
    port.settle();
    port.top = top;
    return port;
}

/** Distance of a row from the upper edge, before and after something happened to the list. */
function movement(port, index, act, newIndex = index) {
    const { y } = port.place(index);
    act();
    port.settle();
    return port.place(newIndex).y - y;
}

test("a row stays on its pixel when old rows are dropped", () => {
    const port = viewport(1000, 9007);
    assert.equal(movement(port, 455, () => port.advance(300, 1200)), 0);
});

test("a row stays on its pixel when rows above it turn out taller", () => {
    const port = viewport(1000, 9007);
    assert.equal(movement(port, 455, () => {
        port.keep();
        for (let row = 430; row < 448; row += 1) port.measure(row, 60);
    }), 0);
});

test("a row stays on its pixel when older rows are put before all", () => {
    const port = viewport(1000, 9007);
    assert.equal(movement(port, 455, () => port.splice({ index: 0, removed: 0, added: 5000 }), 5455), 0);
    assert.equal(port.end, 6000);
});

test("a row stays on its pixel when a gap below it is filled", () => {
    const port = viewport(1000, 9007);
    assert.equal(movement(port, 455, () => port.splice({ index: 460, removed: 1, added: 300 })), 0);
});

test("a dropped row gives its place to the oldest one left", () => {
    const port = viewport(1000, 100);
    port.advance(900, 1000);
    port.settle();
    assert.equal(port.firstVisible >= 900, true);
});

test("the anchor of another list comes to the same height", () => {
    const port = viewport(1000, 9007);
    const { y } = port.place(455);
    port.replace(2000, 2600, 2300, y);
    port.settle();
    assert.equal(port.place(2300).y, y);
});

test("a list shorter than the view has no scroll", () => {
    const port = viewport(5, 300);
    port.settle();
    assert.equal(port.top, 0);
    assert.equal(port.bottom, 0);
});

test("revealing moves only for a row that is not in view", () => {
    const port = viewport(1000, 9007);
    assert.equal(port.reveal(455, false), 9007);
    assert.ok(port.reveal(900, false) > 9007);
    port.top = port.reveal(900, true);
    assert.ok(port.isSeen(900));
});

test("a scroll before the list is settled moves what is kept along, and is not undone", () => {
    const port = viewport(1000, 9007);
    const { y } = port.place(455);
    port.splice({ index: 0, removed: 0, added: 5000 });
    assert.ok(port.isUnsettled);
    port.scrolled(port.top - 300);
    port.settle();
    assert.equal(port.place(5455).y, y + 300);
});

function newestFirst(rows, top = 0) {
    const port = viewport(rows);
    port.isReversed = true;
    port.top = top;
    return port;
}

test("with the newest row first it stands at the top, and what is newer comes above it", () => {
    const port = newestFirst(1000);
    assert.equal(port.offset(999), 28);
    assert.equal(port.topRow, 999);
    port.top = 28;
    assert.deepEqual([port.lastVisible, port.firstVisible], [999, 980]);
    assert.equal(port.newest, 0);
    assert.equal(port.oldest, port.bottom);
    assert.equal(port.rangeTop({ first: 960, end: 990 }), 28 + 10 * 20);
});

test("with the newest row first a held row stays on its pixel whatever comes or goes", () => {
    const acts = [
        (port) => port.advance(0, 1300),
        (port) => port.advance(300, 1000),
        (port) => port.advance(200, 1500),
        (port) => {
            port.keep();
            for (let row = 560; row < 580; row += 1) port.measure(row, 60);
        },
    ];
    for (const act of acts) {
        const port = newestFirst(1000, 9007);
        assert.equal(movement(port, port.topRow, () => act(port)), 0);
    }
    const port = newestFirst(1000, 9007);
    const { topRow } = port;
    assert.equal(movement(port, topRow, () => port.splice({ index: 0, removed: 0, added: 5000 }), topRow + 5000), 0);
});

test("with the newest row first the rows in the page are those in view, also at both ends", () => {
    for (const top of [0, 9007, 19_000]) {
        const port = newestFirst(1000, top);
        for (let row = 0; row < 1000; row += 7) port.measure(row, 47);
        port.top = port.clamp(top);
        const { first, end } = port.range(true);
        assert.ok(first <= port.firstVisible && port.lastVisible < end && end <= 1000 && first >= 0);
        assert.ok(port.offset(port.topRow) <= Math.max(28, port.top));
        assert.ok(port.offset(port.firstVisible) < port.top + port.height);
    }
});

test("every pixel of the rows belongs to the row that begins above it, in both orders", () => {
    for (const isReversed of [false, true]) {
        const port = viewport(30);
        port.isReversed = isReversed;
        for (let row = 0; row < 30; row += 4) port.measure(row, 33);
        for (let top = 28; top < port.contentHeight - 1; top += 1) {
            port.top = top;
            const begin = port.offset(port.topRow);
            assert.ok(begin <= top && top < begin + (port.topRow % 4 === 0 ? 33 : 20), `pixel ${top}`);
        }
    }
});
