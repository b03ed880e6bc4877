import assert from "node:assert/strict";
import { test } from "node:test";
import { commandFor, HELP } from "../../public/js/keys.js";
import { errorsIn, severity, rank } from "../../public/js/levels.js";
import { flippedTheme, Preferences } from "../../public/js/preferences.js";
import { Ring } from "../../public/js/ring.js";
import { levelsAlong, SLOTS } from "../../public/js/ruler-marks.js";
import { lensOf, searchOf, socketAddress } from "../../public/js/view-address.js";

const key = (name, more = {}) => ({
    key: name, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, isComposing: false, ...more,
});

test("keys do nothing in a text field, except leaving it", () => {
    assert.equal(commandFor(key("e"), "text"), undefined);
    assert.equal(commandFor(key("Escape"), "text"), "leaveFilter");
    assert.equal(commandFor(key("e"), ""), "nextError");
    assert.equal(commandFor(key("E", { shiftKey: true }), ""), "previousError");
});

test("keys of the browser and of controls stay theirs", () => {
    assert.equal(commandFor(key("f", { ctrlKey: true }), ""), undefined);
    assert.equal(commandFor(key("w", { metaKey: true }), ""), undefined);
    assert.equal(commandFor(key("Enter"), "button"), undefined);
    assert.equal(commandFor(key(" "), "button"), undefined);
    assert.equal(commandFor(key("ArrowDown"), "choice"), undefined);
    assert.equal(commandFor(key("ArrowDown"), "button"), "nextRow");
    assert.equal(commandFor(key("End", { shiftKey: true }), ""), "playNewest");
});

test("every key in the help does something", () => {
    const names = { Space: " ", PgDn: "PageDown", PgUp: "PageUp", Esc: "Escape" };
    for (const [, rows] of HELP) {
        for (const [keys] of rows) {
            const isChord = ["Ctrl", "Shift"].includes(keys[0]);
            const held = { ctrlKey: keys[0] === "Ctrl", shiftKey: keys[0] === "Shift" };
            for (const name of keys.slice(isChord ? 1 : 0).filter((each) => each !== "\u2026")) {
                assert.ok(commandFor(key(names[name] ?? name, isChord ? held : {}), ""), keys.join(" "));
            }
        }
    }
});

test("levels are ordered and errors counted from error up", () => {
    assert.ok(rank("warn") < rank("error"));
    assert.deepEqual(
        ["info", "warn", "error", "emergency", undefined].map((level) => severity(rank(level))),
        ["", "warn", "error", "error", ""],
    );
    assert.equal(errorsIn({ info: 5, error: 2, critical: 1, emergency: 1 }), 4);
    assert.equal(errorsIn(undefined), 0);
});

test("the address and the lens are the same thing", () => {
    for (
        const lens of [
            { stream: "all", filter: "" },
            { stream: "edge", filter: "" },
            { stream: "all", filter: "level>=warn \"a b\" -x:(é OR &=#+%)" },
        ]
    ) {
        assert.deepEqual(lensOf(searchOf(lens)), lens);
    }
    assert.equal(searchOf({ stream: "all", filter: "" }), "");
});

test("the socket is beside the page", () => {
    assert.equal(socketAddress({ protocol: "http:", host: "a:8245", pathname: "/" }), "ws://a:8245/ws");
    assert.equal(socketAddress({ protocol: "https:", host: "a", pathname: "/logs/index.html" }), "wss://a/logs/ws");
});

test("flipping the colours comes back to following the system", () => {
    assert.equal(flippedTheme("system", "dark"), "light");
    assert.equal(flippedTheme("light", "dark"), "system");
    assert.equal(flippedTheme("dark", "dark"), "light");
});

test("preferences survive a page, a damaged storage and none at all", () => {
    const stored = new Map();
    const storage = { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value) };
    new Preferences(storage).set("zone", "local");
    assert.equal(new Preferences(storage).get("zone"), "local");
    stored.set("tailrace", "{nonsense");
    assert.equal(new Preferences(storage).get("zone"), "utc");
    const alone = new Preferences(undefined);
    alone.set("density", "normal");
    assert.equal(alone.get("density"), "normal");
});

test("the ruler shows the worst of each slot", () => {
    const ring = new Ring();
    for (let seq = 0; seq < SLOTS * 2; seq += 1) ring.push({
        seq, severity: seq === 10 ? "warn" : seq === 11 ? "error" : seq === 20 ? "warn" : "", cost: 1
    });
    const marks = levelsAlong(ring);
    assert.equal(marks.length, SLOTS);
    assert.deepEqual([marks[5], marks[10], marks[0]], ["e", "w", "."]);
    assert.equal(levelsAlong(new Ring()).length, SLOTS);
});
