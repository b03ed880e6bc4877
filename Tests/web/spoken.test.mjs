import assert from "node:assert/strict";
import { test } from "node:test";
import { Spoken, SPOKEN_EVERY_MS } from "../../public/js/status/spoken.js";

test("new events are told as a sum every five seconds, errors among them", () => {
    const spoken = new Spoken();
    const next = (matched, errors, now, isLive = true) => spoken.next({ isLive, matched, errors, now });
    assert.equal(next(100, 2, 0), undefined, "what was there is no news");
    assert.equal(next(130, 2, SPOKEN_EVERY_MS - 1), undefined);
    assert.equal(next(140, 2, SPOKEN_EVERY_MS), "40 new events");
    assert.equal(next(141, 3, 2 * SPOKEN_EVERY_MS), "1 new event, 1 error");
    assert.equal(next(141, 3, 3 * SPOKEN_EVERY_MS), undefined, "silence is not told");
});

test("a reader who holds is left in peace, and another filter counts anew", () => {
    const spoken = new Spoken();
    const next = (matched, now, isLive = true) => spoken.next({ isLive, matched, errors: 0, now });
    next(10, 0);
    assert.equal(next(90, SPOKEN_EVERY_MS, false), undefined);
    assert.equal(next(95, 2 * SPOKEN_EVERY_MS), undefined, "the first look after a hold");
    assert.equal(next(5, 3 * SPOKEN_EVERY_MS), undefined, "another filter");
    assert.equal(next(8, 4 * SPOKEN_EVERY_MS), "3 new events");
});
