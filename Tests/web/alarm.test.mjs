import assert from "node:assert/strict";
import { test } from "node:test";
import { Alarm, PAUSE_MS } from "../../public/js/time/alarm.js";
import { BEFORE_MS, begun, fileAddress, fileName, recordingFrom, recordingWords } from "../../public/js/record/recording.js";

test("errors ring once while the reader is away, and again only after a pause", () => {
    const alarm = new Alarm();
    const due = (errors, now, isAway = true) => alarm.isDue({ isAway, errors, now });
    assert.deepEqual([due(0, 0), due(1, 100), due(1, 200), due(5, 300)], [false, true, false, false]);
    assert.equal(due(6, 100 + PAUSE_MS), true);
    assert.equal(due(6, 100 + 3 * PAUSE_MS), false, "nothing new");
});

test("nobody is called who looks at the newest rows, and a new hold counts anew", () => {
    const alarm = new Alarm();
    assert.equal(alarm.isDue({ isAway: true, errors: 9, now: 0 }), true);
    assert.equal(alarm.isDue({ isAway: false, errors: 0, now: PAUSE_MS }), false);
    assert.equal(alarm.isDue({ isAway: true, errors: 1, now: 2 * PAUSE_MS }), true);
});

test("a recording begins before its key was pressed and is a file of the relay's log", () => {
    const now = Date.parse("2026-11-22T07:35:00Z");
    const recording = begun(now);
    assert.equal(recording.from, now - BEFORE_MS);
    const query = new URLSearchParams(fileAddress(recording, now + 60_000).split("?")[1]);
    assert.deepEqual([...query], [["format", "ndjson"], ["since", "2026-11-22T07:30:00.000Z"], ["until", "2026-11-22T07:36:00.000Z"]]);
    assert.equal(fileName("web 1/a", recording), "tailrace-web-1-a-20261122T073000Z.ndjson");
    assert.deepEqual(recordingFrom(JSON.parse(JSON.stringify(recording))), recording);
    assert.deepEqual([recordingFrom(undefined), recordingFrom({ from: 5, begun: 3 }), recordingFrom("x")], [undefined, undefined, undefined]);
});

test("the strip says how long it runs, and when the log let go of its beginning", () => {
    const recording = begun(1_000_000_000);
    const words = (now, oldest) => recordingWords(recording, { now, oldest });
    assert.equal(words(1_000_000_100, 0).words, "Recording 1 s");
    assert.equal(words(1_000_090_000, 0).words, "Recording 90 s");
    assert.equal(words(1_000_090_000, recording.from + 1000).isCut, false, "what was before the key is a gift");
    assert.equal(words(1_000_090_000, recording.begun + 1).isCut, true);
    assert.equal(words(1_000_090_000, NaN).isCut, false);
});
