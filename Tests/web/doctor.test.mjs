import assert from "node:assert/strict";
import { test } from "node:test";
import { ADVICE, PROXIES } from "../../public/js/doctor/advice.js";
import { CHECKS, report, verdict } from "../../public/js/doctor/verdicts.js";

const state = (check, facts) => verdict(check, facts).state;

test("every kind of advice is there for every proxy", () => {
    for (const lines of Object.values(ADVICE)) assert.deepEqual(Object.keys(lines), PROXIES);
    const wrong = [
        ["name", { status: 403, detail: "no" }], ["upgrade", { isOpen: false, plainStatus: 426 }], ["upgrade", { isOpen: false, plainStatus: 502 }],
        ["compression", { isOpen: true, extensions: "" }], ["buffering", {}], ["buffering", { firstBytes: 4000 }],
        ["idle", { isCut: true, held: 5000, wanted: 35_000, code: 1006 }],
    ];
    for (const [check, facts] of wrong) {
        const { state: found, advice } = verdict(check, facts);
        assert.equal(found, "bad");
        assert.ok(ADVICE[advice], check);
    }
});

test("what is well is said to be", () => {
    assert.equal(state("reach", { isReached: true, version: "1", host: "a" }), "good");
    assert.equal(state("upgrade", { isOpen: true, milliseconds: 12 }), "good");
    assert.equal(state("compression", { isOpen: true, extensions: "permessage-deflate" }), "good");
    assert.equal(state("latency", { http: 4, socket: 3 }), "good");
    assert.equal(state("latency", { http: 4, socket: 400 }), "note");
    // A slow way is no buffering.
    assert.equal(state("buffering", { firstBytes: 2500, latency: 1200 }), "good");
    assert.equal(state("idle", { held: 2000, wanted: 35_000 }), "waiting");
    assert.equal(state("idle", { held: 35_000, wanted: 35_000 }), "good");
    assert.equal(state("clock", { skew: 900 }), "good");
    assert.equal(state("clock", { skew: -90_000 }), "bad");
    assert.match(verdict("clock", { skew: -90_000 }).words, /ahead of the relay/);
    assert.equal(state("reach", undefined), "waiting");
});

test("the report has a line for each check", () => {
    const text = report({ reach: { isReached: false, error: "no way" } }, { address: "http://x/", agent: "me", at: "now" });
    assert.equal(text.split("\n").filter((line) => /^(?:good|bad|note|waiting)/.test(line)).length, Object.keys(CHECKS).length);
    assert.match(text, /bad {5}The relay answers: No answer: no way/);
});
