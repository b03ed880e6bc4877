import assert from "node:assert/strict";
import { test } from "node:test";
import { Filter } from "../../public/js/filter/filter.js";
import {
    clausesOf, exclude, include, invertedAt, namedValues, only, pivot, stateOf, switchedAt, toggleExcluded, toggleIncluded,
    toggleLevel, toggleOnly, withLevel, withoutClauseAt, withoutField,
} from "../../public/js/filter-box/filter-text.js";
import { seeded } from "./random.mjs";

const HOSTS = ["web-1", "web-2", "db 1", "OR", "1..2", "a|b", "\"q\"", "w\u00e9b", "-x", "=", "\u{1f980}"];
const STATUSES = ["200", "404", "502", "504.5"];
const LEVELS = [null, "debug", "info", "warn", "error"];
const WORDS = ["timeout", "retry", "\u{1f980}"];

const eventOf = ({ host, status, level, word, tag }) => JSON.stringify({
    seq: 1, time: "2026-11-22T07:35:12Z", ...(level && { level }), source: "s", host: host ?? "", message: `x ${word} y`,
    fields: { ...(status && { status: Number(status) }), ...(tag && { tag }) },
});

function randomEvent(random) {
    return {
        host: random.pick(HOSTS), status: random.pick([undefined, ...STATUSES]), level: random.pick(LEVELS),
        word: random.pick(WORDS), tag: random.pick([undefined, ...HOSTS]),
    };
}

const CLAUSES = [
    "host:web", "host:(web-1 OR db)", "host=web-1", "host=(web-1 OR \"db 1\" OR \"-x\")", "-host:web-2", "host!=web-1",
    "(host=web-1 OR host:db)", "-(host=web-1 OR host=web-2)", "NOT host:(a OR b)", "host:w*", "(host:/^w/ OR host=\"OR\")",
    "status:502", "status>=400", "-status:404", "status:200..404", "status!=(404 OR 502)", "status:*", "-status:*",
    "(status=502 OR -status:*)", "level>=warn", "level:info", "-level:debug", "level:(info OR error)", "level!=warn",
    "timeout", "-retry", "\"x time\"", "/re.ry/", "#(host=web-2)", "#(a OR (b c))", "tag=web-1", "tag:*", "-tag:\"db 1\"",
    "(timeout OR host=web-2)", "(timeout host:web)", "(level>=info (status:* -retry))", "*:web",
    "-(timeout status:*)", "\u{1f980}", "(tag:\"\u{1f980}\" OR tag=\"OR\")", "tag=OR",
];
const BOUNDS = ["", "", "", " since:15m", " AND until:2026-11-22T08:00Z", " since:1h until:5m"];

function randomFilter(random) {
    const clauses = Array.from({ length: random.below(5) }, () => random.pick(CLAUSES));
    if (random.below(8) === 0 && clauses.length > 1) return clauses.join(" OR ");
    const text = clauses.reduce((all, clause) => (all ? all + random.pick([" ", "  ", " AND ", " && "]) + clause : clause), "");
    const bounds = random.pick(BOUNDS);
    return text === "" ? bounds.replace(" AND", "").trim() : text + bounds;
}

const FIELDS = [["host", HOSTS], ["status", [null, ...STATUSES]], ["level", LEVELS], ["tag", [null, ...HOSTS]]];

/** Calls `check` with many texts, a field and a value, and events to ask about. */
function forRandomEdits(name, check) {
    test(name, () => {
        const seed = Number(process.env.SEED ?? 4711);
        const random = seeded(seed);
        for (let step = 0; step < 400; step += 1) {
            const text = randomFilter(random);
            const [field, values] = random.pick(FIELDS);
            const value = random.pick(values);
            const events = Array.from({ length: 12 }, () => randomEvent(random));
            const told = `seed ${seed}, step ${step}: ${JSON.stringify(text)}, ${field} ${JSON.stringify(value)}`;
            check({ text, field, value, events, random, told });
        }
    });
}

const passes = (text, event) => new Filter(text).matches(eventOf(event));
const withValue = (event, field, value) => ({ ...event, [field]: value ?? undefined });
const sameFor = (one, other, events, told) => {
    for (const event of events) {
        assert.equal(passes(one, event), passes(other, event), `${told}: ${one} | ${other} on ${eventOf(event)}`);
    }
};

forRandomEdits("an edit of one field leaves what the filter says about all else", ({ text, field, value, events, told }) => {
    const edits = { include, exclude, only, toggleIncluded, toggleExcluded, toggleOnly };
    for (const [name, edit] of Object.entries(edits)) {
        const edited = edit(text, field, value);
        sameFor(withoutField(edited, field), withoutField(text, field), events, `${told} ${name} ${edited}`);
        assert.deepEqual(new Filter(edited).bounds, new Filter(text).bounds, told);
    }
});

forRandomEdits("what is chosen passes and what is left out does not", ({ text, field, value, events, told }) => {
    assert.equal(stateOf(include(text, field, value), field)(value), "in", told);
    assert.equal(stateOf(only(text, field, value), field)(value), "in", told);
    assert.equal(stateOf(exclude(text, field, value), field)(value), "not", told);
    const others = withoutField(text, field);
    for (const event of events) {
        const own = withValue(event, field, value);
        for (const edit of [include, only]) {
            assert.equal(passes(edit(text, field, value), own), passes(others, own), `${told} ${edit.name}`);
        }
        assert.equal(passes(exclude(text, field, value), own), false, told);
        assert.equal(passes(pivot(text, field, value), own), true, told);
    }
});

forRandomEdits("including a value takes none of the chosen ones away", ({ text, field, value, events, told }) => {
    const hadChoice = !["", "not"].includes(stateOf(text, field)(value));
    if (!hadChoice) return;
    const edited = include(text, field, value);
    for (const event of events) if (passes(text, event)) assert.ok(passes(edited, event), `${told}: ${edited}`);
});

forRandomEdits("a second click takes back the first", ({ text, field, value, events, told }) => {
    const state = stateOf(text, field)(value);
    // Where two clauses choose, the value may be in one of them.
    const isOnce = text.split(new RegExp(`${field}[:=!<>]`)).length <= 2;
    if (state === "" || (state === "out" && isOnce)) {
        sameFor(toggleIncluded(toggleIncluded(text, field, value), field, value), text, events, told);
    }
    if (state === "") {
        sameFor(toggleExcluded(toggleExcluded(text, field, value), field, value), text, events, told);
    }
    const alone = only(text, field, value);
    sameFor(toggleOnly(alone, field, value), withoutField(text, field), events, told);
});

forRandomEdits("clauses are switched off and on, inverted twice and removed", ({ text, events, random, told }) => {
    const clauses = clausesOf(text);
    if (clauses.length === 0 || new Filter(text).isEverything) return;
    const at = random.below(clauses.length);
    const removed = withoutClauseAt(text, at);
    const rest = clauses.filter((_, other) => other !== at).map((clause) => `(${clause.text})`).join(" ");
    sameFor(removed, rest, events, `${told} without ${at}`);
    if (clauses[at].isOff) {
        assert.equal(invertedAt(text, at), text);
        return;
    }
    const off = switchedAt(text, at);
    sameFor(off, removed, events, `${told} off ${at}`);
    sameFor(switchedAt(off, at), text, events, `${told} on ${at}`);
    const inverted = invertedAt(text, at);
    for (const event of events) {
        const isWhole = clauses.length === 1;
        if (isWhole) assert.notEqual(passes(inverted, event), passes(text, event), `${told}: ${inverted}`);
        if (passes(inverted, event)) assert.ok(!passes(text, event), `${told}: ${inverted}`);
    }
    if (clausesOf(inverted).length !== clauses.length) return;   // -(a b) is one clause, (a b) are two
    sameFor(invertedAt(inverted, at), text, events, `${told} inverted twice`);
});

forRandomEdits("a level in the legend is shown or not, and the keys choose the lowest", ({ text, value, told, events }) => {
    const level = LEVELS.includes(value) && value ? value : "warn";
    const shown = (filter, one) => !["out", "not"].includes(stateOf(filter, "level")(one));
    const toggled = toggleLevel(text, level);
    assert.ok(shown(text, level) !== shown(toggled, level) || shown(toggled, "trace"), `${told}: ${toggled}`);
    const least = withLevel(text, level);
    assert.equal(shown(least, "trace"), false, `${told}: ${least}`);
    sameFor(withLevel(least, undefined), withoutField(text, "level"), events, told);
});

test("what was typed by hand is understood", () => {
    const host = stateOf("host:web* host!=(web1 OR web2)", "host");
    assert.deepEqual(["web1", "web3", "db"].map(host), ["not", "in", "out"]);
    const level = stateOf("level>=warn -level:alert", "level");
    assert.deepEqual(["info", "warn", "alert", null].map(level), ["out", "in", "not", "out"]);
    assert.equal(stateOf("timeout OR host=a", "host")("a"), "");
    assert.equal(stateOf("#(host=a)", "host")("b"), "");
    assert.equal(stateOf("identifier:sshd", "id")("sshd"), "in");
    assert.equal(stateOf("a.b:5", "a.b")("5"), "in");
    assert.equal(toggleIncluded("source:(a OR b) x", "source", "a"), "source:b x");
    assert.equal(toggleIncluded("-level:info", "level", "info"), "");
    assert.equal(toggleExcluded("host!=(a OR b) x", "host", "a"), "host!=b x");
    assert.equal(include("source:(a OR b) x", "source", "c"), "(source:(a OR b) OR source=c) x");
    assert.equal(include("x=1 since:15m", "x", null), "(x=1 OR -x:*) since:15m");
    assert.equal(only("a AND host=b -host=c since:5m", "host", "d"), "a AND host=d since:5m");
    assert.equal(pivot("a OR b since:5m", "trace", "q 1"), "trace=\"q 1\" since:5m");
    assert.equal(toggleLevel("level>=warn", "notice"), "level>=notice");
    assert.equal(toggleLevel("level>=warn", "warn"), "level>=error");
    assert.equal(toggleLevel("", "debug"), "-level=debug");
    assert.equal(withLevel("level:(info OR warn) -level=alert x", "error"), "level>=error -level=alert x");
});

test("a group is switched off as it stands", () => {
    assert.equal(switchedAt("x (a OR b)", 1), "x #(a OR b)");
    assert.equal(switchedAt("x #(a OR b)", 1), "x (a OR b)");
    assert.deepEqual(namedValues("host=(a OR \"b c\") -host=d host:web", "host"), ["a", "b c", "d"]);
});

test("a text that is no filter keeps all that was typed", () => {
    assert.equal(include("(a", "f", "x"), "(a f=x");
    assert.equal(exclude("(a", "f", "x"), "(a -f=x");
    assert.equal(withoutField("(a f=x", "f"), "(a f=x");
    assert.deepEqual(clausesOf("(a"), []);
});
