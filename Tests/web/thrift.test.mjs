import assert from "node:assert/strict";
import { test } from "node:test";
import { isMetered, isThrifty, turned } from "../../public/js/page/thrift.js";
import { openMessage, THRIFT } from "../../public/js/session/protocol.js";
import { Session } from "../../public/js/session/session.js";
import { Watches } from "../../public/js/session/watches.js";

const lens = { stream: "all", filter: "" };

test("a link is metered where the browser says so, and nowhere else", () => {
    assert.equal(isMetered(undefined, false), false);
    assert.equal(isMetered({ saveData: false, type: "wifi" }, false), false);
    assert.equal(isMetered({ saveData: true }, false), true);
    assert.equal(isMetered({ type: "cellular" }, false), true);
    assert.equal(isMetered(undefined, true), true);
});

test("the reader's choice comes before the link, and what the link does by itself is no choice", () => {
    assert.deepEqual(["auto", "on", "off", undefined].map((choice) => isThrifty(choice, true)), [true, true, false, true]);
    assert.deepEqual(["auto", "on", "off", undefined].map((choice) => isThrifty(choice, false)), [false, true, false, false]);
    assert.deepEqual([turned("auto", false), turned("on", false), turned("auto", true), turned("off", true)], [
        "on", "auto", "off", "auto",
    ]);
});

test("with reduced data a lens brings fewer rows, and no more a second than can be read", () => {
    assert.deepEqual(openMessage(lens, { last: 2000 }, true), {
        type: "open", ...lens, last: THRIFT.rows, max_rate: THRIFT.perSecond,
    });
    assert.deepEqual(openMessage(lens, { from: "a:1" }, true), { type: "open", ...lens, from: "a:1", max_rate: THRIFT.perSecond });
});

test("reduced data holds for the lens that is open, for the next one, and until it is turned off", () => {
    const session = new Session();
    assert.deepEqual(session.spare(true), []);
    session.open(lens);
    const [open] = session.receive(JSON.stringify({ type: "hello", epoch: "7c1e", head: 1, streams: ["all"] }), 0);
    assert.equal(open.max_rate, THRIFT.perSecond);
    session.receive(JSON.stringify({ type: "opened", ...lens, from: "7c1e:0", complete: true }), 0);
    assert.deepEqual(session.spare(true), []);
    assert.deepEqual(session.spare(false), [{ type: "rate", events_per_second: null }]);
    assert.deepEqual(session.spare(true), [{ type: "rate", events_per_second: THRIFT.perSecond }]);
});

test("with reduced data panels are asked for again, to come less often", () => {
    const watches = new Watches();
    watches.watch("histogram", [{ kind: "timeseries", every: "1s" }], true);
    assert.deepEqual(watches.spare(true, true), [{ type: "watch", panels: [{ kind: "timeseries", every: THRIFT.every }] }]);
    assert.deepEqual(watches.spare(true, true), []);
    assert.deepEqual(watches.spare(false, true), [{ type: "watch", panels: [{ kind: "timeseries", every: "1s" }] }]);
});
