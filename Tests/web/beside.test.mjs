import assert from "node:assert/strict";
import { test } from "node:test";
import { besideSearch, following, placeIn, shareWithin, told } from "../../public/js/split/beside.js";
import { lensOf, searchOf } from "../../public/js/page/view-address.js";
import { inPast, LIVE } from "../../public/js/time/time-state.js";

test("the address holds the view beside, and gives it back", () => {
    const lens = { stream: "all", filter: "a b", split: "stream=web&filter=c%26d" };
    const search = searchOf(lens, { at: "7c1e:12" });
    assert.deepEqual(lensOf(search), lens);
    assert.deepEqual(lensOf("?split="), { stream: "all", filter: "", split: "" });
    assert.equal(lensOf("").split, undefined);
});

test("the view beside has no third one beside it", () => {
    assert.equal(besideSearch("?stream=web&split=stream%3Da"), "?stream=web");
    assert.equal(besideSearch("?wall=1"), "");
    assert.equal(besideSearch(""), "");
});

test("joined views go through time together", () => {
    const live = placeIn(LIVE);
    const held = placeIn({ held: true, reason: "space" });
    const past = placeIn(inPast({ since: "2026-11-22T07:26:15Z", until: "2026-11-22T07:31:30Z" }));
    assert.equal(following(live, held), "hold");
    assert.equal(following(held, held), undefined);
    assert.equal(following(held, live), "live");
    assert.equal(following(live, past), "past");
    assert.equal(following(past, placeIn(inPast({ at: "7c1e:12" }))), "past");
    assert.equal(following(past, live), "live");
    assert.equal(following(past, held), undefined, "a fixed range stands still anyway");
});

test("no view gets too narrow to read, and only messages of the page are heard", () => {
    assert.deepEqual([0, 0.333, 0.9].map(shareWithin), [0.25, 0.33, 0.75]);
    assert.equal(told({ tailrace: "close" }).tailrace, "close");
    assert.deepEqual([told("x"), told(null), told({ type: 1 })], [undefined, undefined, undefined]);
});
