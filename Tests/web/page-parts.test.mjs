import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUPS, keycap, PRESETS } from "../../public/js/page/keys.js";
import { Keymap } from "../../public/js/page/keymap.js";
import { errorsIn, severity, rank } from "../../public/js/parts/levels.js";
import { flippedTheme, Preferences, resized } from "../../public/js/page/preferences.js";
import { Ring } from "../../public/js/list/ring.js";
import { levelsAlong, SLOTS } from "../../public/js/rows/ruler-marks.js";
import { EXPLANATIONS, stripItems } from "../../public/js/status/strip-words.js";
import { LIVE } from "../../public/js/time/time-state.js";
import { timeWords } from "../../public/js/time/time-words.js";
import { lensOf, searchOf, socketAddress } from "../../public/js/page/view-address.js";

const commandFor = (event, focus) => new Keymap().commandFor(event, focus);

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
    assert.equal(commandFor(key("f", { ctrlKey: true }), ""), "filter");
    assert.equal(commandFor(key("f", { ctrlKey: true }), "text"), undefined);
    assert.equal(commandFor(key("w", { metaKey: true }), ""), undefined);
    assert.equal(commandFor(key("Enter"), "button"), undefined);
    assert.equal(commandFor(key(" "), "button"), undefined);
    assert.equal(commandFor(key("ArrowDown"), "choice"), undefined);
    assert.equal(commandFor(key("ArrowDown"), "button"), "nextRow");
    assert.equal(commandFor(key("End", { shiftKey: true }), ""), "playNewest");
});

test("every key in the help does what it says, and no two commands have the same", () => {
    const keys = GROUPS.flatMap(([, entries]) => entries.flatMap(([command, list]) => list.map((one) => [one, command])));
    assert.equal(new Set(keys.map(([one]) => one)).size, keys.length);
    for (const [one, command] of keys) {
        const held = { ctrlKey: one.startsWith("Ctrl+"), shiftKey: one.startsWith("Shift+") };
        assert.equal(commandFor(key(one.replace(/^(?:Ctrl|Shift)\+/, ""), held), ""), command, one);
    }
    assert.equal(keycap("Ctrl+d"), "Ctrl d");
    assert.equal(keycap(" "), "Space");
});

test("a reader's key takes the place of the old ones and of another command's", () => {
    const keymap = new Keymap();
    keymap.bind("wrap", "j");
    assert.equal(keymap.commandFor(key("j"), ""), "wrap");
    assert.equal(keymap.commandFor(key("z"), ""), undefined);
    assert.equal(keymap.commandFor(key("ArrowDown"), ""), "nextRow");
    const stored = JSON.parse(JSON.stringify(keymap.changes));
    assert.equal(new Keymap(stored).commandFor(key("j"), ""), "wrap");
    assert.equal(new Keymap({ wrap: "j" }).commandFor(key("z"), ""), "wrap");
    keymap.reset("without Vim");
    assert.equal(keymap.commandFor(key("j"), ""), undefined);
    assert.equal(keymap.commandFor(key("z"), ""), "wrap");
    for (const command of Object.keys(PRESETS["without Vim"])) {
        assert.ok(GROUPS.some(([, entries]) => entries.some(([name]) => name === command)), command);
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

test("text has so many sizes, and a size that nobody knows is the first", () => {
    assert.deepEqual([0, 1, 2, 3].map((size) => resized(size, 1)), [1, 2, 3, 3]);
    assert.deepEqual([0, 1, 2, 3].map((size) => resized(size, -1)), [0, 0, 1, 2]);
    assert.deepEqual([undefined, "2", -1, 9, 1.5].map((size) => resized(size, 0)), [0, 0, 0, 0, 0]);
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

const view = (more) => ({
    link: { phase: "open", since: 0 },
    counts: { gaps: { count: 0, events: 0 }, matched: 1, seen: 2 },
    now: 60_000,
    ...more,
});

test("the strip names the worst input: trouble before lag, and small lags not at all", () => {
    const lag = (sources) => stripItems(view({ stats: { sources } })).lag;
    assert.deepEqual(lag({ a: { state: "reading", lag_bytes: 900 } }), { text: "no lag", isBad: false });
    const slow = { a: { state: "reading", lag_bytes: 1e6 }, b: { state: "reading", lag_bytes: 5e6 } };
    assert.equal(lag(slow).text, "lag, worst b 5.0 MB");
    const troubled = { a: { state: "reading", lag_bytes: 1e9 }, b: { state: "failed", reason: "no permission" } };
    assert.deepEqual(lag(troubled), { text: "b failed", isBad: true });
    assert.equal(lag({ a: { state: "waiting", reason: "no file matches yet" } }).isBad, false);
});

test("every item of the strip can be explained, and numbers go when the connection is away", () => {
    const stats = { rates: { matched: 18, seen: 61 }, sources: {}, oldest: 1, oldest_time: "1970-01-01T00:00:00Z" };
    const all = view({ stats, wire: { perSecond: 4100, ratio: 9.2 }, zone: "utc" });
    const items = stripItems(all);
    assert.deepEqual(Object.keys(items).sort(), Object.keys(EXPLANATIONS).sort());
    assert.equal(items.rates.text, "matched 18/s of 61/s");
    assert.equal(items.wire.text, "4.1 kB/s packed 9.2 : 1");
    assert.equal(items.horizon.text, "log keeps 60 s");
    for (const name of Object.keys(items)) assert.ok(EXPLANATIONS[name](all).length > 0, name);
    assert.match(EXPLANATIONS.horizon(all)[0], /event 1 of 1 Jan 1970, 00:00:00 UTC/);
    const lost = stripItems({ ...all, link: { phase: "lost", since: 48_000 } });
    assert.deepEqual([lost.link.text, lost.link.isBad], ["Disconnected 12 s", true]);
    assert.equal(lost.rates.text, "matched \u2013 of \u2013");
});

test("the strip says how it is connected where that is no WebSocket, and what to do about it", () => {
    const open = (transport) => view({ link: { phase: "open", since: 0, transport }, zone: "utc" });
    const words = (transport) => stripItems(open(transport)).link.text;
    assert.deepEqual(["socket", "stream", "poll"].map(words), [
        "Connected", "Connected by HTTP stream", "Connected by polling",
    ]);
    assert.match(EXPLANATIONS.link(open("poll")).join(" "), /by polling since .*No WebSocket gets through/s);
    assert.doesNotMatch(EXPLANATIONS.link(open("socket")).join(" "), /WebSocket/);
});

test("the word for the time says state, reason and what is new", () => {
    const state = (more) => timeWords({
        time: LIVE, link: { phase: "open" }, isOpened: true, news: { matched: 0, errors: 0 }, now: 0, ...more,
    });
    assert.equal(state({}).word, "LIVE");
    assert.equal(state({ isOpened: false }).word, "OPENING");
    const held = state({ time: { held: true, reason: "scrolled" }, news: { matched: 1204, errors: 3 } });
    assert.deepEqual([held.word, held.why[0]], ["HELD", "you scrolled"]);
    const words = held.why.slice(2).map((part) => part.strong ?? part.error ?? part);
    assert.deepEqual(words, ["1\u202f204 new", ", ", "3 errors"]);
    const lost = state({ link: { phase: "lost", since: -12_000, attempt: 3, retryAt: 3000 } });
    assert.deepEqual([lost.mode, lost.why[0].strong, lost.why[1]], ["lost", "12 s", " \u00b7 attempt 4 in 3 s"]);
});
