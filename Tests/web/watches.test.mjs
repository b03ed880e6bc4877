import assert from "node:assert/strict";
import { test } from "node:test";
import { Watches } from "../../public/js/session/watches.js";

const bars = [{ kind: "timeseries", by: ["level"] }];
const tops = [{ kind: "top", by: ["source"] }, { kind: "top", by: ["host"] }];

test("the lists of all owners are one list, and each gets what it asked for", () => {
    const watches = new Watches();
    assert.deepEqual(watches.watch("histogram", bars, true), [{ type: "watch", panels: bars }]);
    assert.deepEqual(watches.watch("facets", tops, true), [{ type: "watch", panels: [...bars, ...tops] }]);
    watches.watching({ panels: ["w1"] });
    watches.watching({ panels: ["w1", "w2", "w3"] });
    watches.panel({ id: "w3", total: 3 });
    watches.panel({ id: "w1", total: 1 });
    assert.deepEqual(watches.take(), {
        facets: { panels: [undefined, { id: "w3", total: 3 }] }, histogram: { panels: [{ id: "w1", total: 1 }] },
    });
    assert.equal(watches.hasNews, false);
});

test("what comes for a list that was replaced is not mistaken for the new one", () => {
    const watches = new Watches();
    watches.watch("histogram", bars, true);
    watches.watching({ panels: ["w1"] });
    watches.watch("histogram", [{ kind: "timeseries", filter: "level>=warn" }], true);
    watches.panel({ id: "w1", total: 1 });
    assert.equal(watches.hasNews, false);
    watches.watching({ panels: ["w2"] });
    watches.panel({ id: "w2", total: 2 });
    assert.equal(watches.take().histogram.panels[0].total, 2);
});

test("one message goes to two owners who ask for the same", () => {
    const watches = new Watches();
    watches.watch("histogram", bars, true);
    watches.watch("chart", bars, true);
    watches.watching({ panels: ["w1"] });
    watches.watching({ panels: ["w1", "w1"] });
    watches.panel({ id: "w1", total: 1 });
    assert.deepEqual(Object.keys(watches.take()).sort(), ["chart", "histogram"]);
});

test("a refused panel takes back the list of its owner only", () => {
    const watches = new Watches();
    watches.watch("histogram", bars, true);
    watches.watching({ panels: ["w1"] });
    watches.watch("facets", tops, true);
    const again = watches.refused({ type: "error", code: "watch", panel: 2, message: "no field" });
    assert.deepEqual(again, [{ type: "watch", panels: bars }]);
    assert.equal(watches.take().facets.error.panel, 1);
});

test("a new connection asks again and keeps what was told until then", () => {
    const watches = new Watches();
    assert.deepEqual(watches.watch("histogram", bars, false), []);
    watches.configured(true, false);
    assert.deepEqual(watches.connected(), [{ type: "panels", on: true }, { type: "watch", panels: bars }]);
});

test("configured panels are kept by their id", () => {
    const watches = new Watches();
    watches.configured(true, true);
    watches.panel({ id: "errors", result: 12 });
    assert.deepEqual(watches.take().configured.panels, { errors: { id: "errors", result: 12 } });
});

test("a panel that is asked for again is told from what is known: the relay tells it only when it changes", () => {
    const watches = new Watches();
    watches.watch("home", bars, true);
    watches.watching({ panels: ["w1"] });
    watches.panel({ id: "w1", total: 1 });
    watches.take();
    watches.watch("home", [...bars], true);
    watches.watch("histogram", bars, true);
    watches.watching({ panels: ["w1"] });
    watches.watching({ panels: ["w1", "w1"] });
    assert.deepEqual(watches.take(), { home: { panels: [{ id: "w1", total: 1 }] }, histogram: { panels: [{ id: "w1", total: 1 }] } });
    watches.watch("home", tops, true);
    watches.watch("histogram", [], true);
    watches.watching({ panels: ["w1", "w1"] });
    watches.watching({ panels: ["w2", "w3"] });
    watches.take();
    watches.watch("home", bars, true);
    watches.watching({ panels: ["w1"] });
    assert.equal(watches.hasNews, false, "nobody watched it meanwhile, so the relay tells it anew");
});
