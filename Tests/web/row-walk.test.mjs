import assert from "node:assert/strict";
import { test } from "node:test";
import { RowWalk } from "../../public/js/rows/row-walk.js";

/** A list of a hundred rows of which each tenth is an error, and a worker that answers late. */
function start() {
    const rows = { focused: undefined, current: 99, lastIndex: 99, focus(index) { this.focused = this.current = index; } };
    const relay = {
        ask: async (_, { from, step }) => {
            await new Promise((done) => setTimeout(done, 1));
            for (let at = from + step; at >= 0 && at < 100; at += step) if (at % 10 === 0) return { index: at };
            return {};
        },
    };
    const said = [];
    const walk = new RowWalk({ rows, relay, hold: () => {}, isHeld: () => false, moved: () => {}, say: (text) => said.push(text) });
    return { rows, said, walk };
}

test("keys pressed quicker than the answers come lose no step", async () => {
    const { rows, walk } = start();
    await Promise.all([walk.jump(-1, "error"), walk.jump(-1, "error"), walk.jump(-1, "error")]);
    assert.equal(rows.focused, 70);
});

test("a step that fails does not stop those behind it", async () => {
    const { rows, said, walk } = start();
    await assert.rejects(walk.inTurn(() => Promise.reject(new Error("away"))));
    rows.focus(5);
    await walk.jump(-1, "error");
    await walk.jump(-1, "error");
    assert.deepEqual([rows.focused, said], [0, ["No earlier error in these rows"]]);
});
