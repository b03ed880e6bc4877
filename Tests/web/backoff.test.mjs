import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, waitBefore } from "../../public/js/session/backoff.js";

test("waits grow from the first to the longest and stay there", () => {
    const waits = Array.from({ length: 30 }, (_, at) => waitBefore(at + 1, 0));
    assert.equal(waits[0], FIRST_WAIT_MS);
    assert.equal(waits.at(-1), LONGEST_WAIT_MS);
    assert.ok(waits.every((wait, at) => at === 0 || wait >= waits[at - 1]));
});

test("chance only shortens a wait, never below 70 %", () => {
    for (let attempt = 1; attempt < 12; attempt += 1) {
        assert.ok(waitBefore(attempt, 1) >= 0.69 * waitBefore(attempt, 0));
        assert.ok(waitBefore(attempt, 0.5) <= waitBefore(attempt, 0));
    }
});
