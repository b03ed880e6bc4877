import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKLOG_ROWS } from "../../public/js/session/protocol.js";
import { prepareToChoose } from "../../public/js/session/choices.js";
import { Session } from "../../public/js/session/session.js";

await prepareToChoose();

const NOW = 1_000_000;
const hello = {
    type: "hello", epoch: "7c1e", head: 100, oldest: 1, position: "7c1e:100", host: "web-1", streams: ["all", "errors"],
};
const event = (seq, level = "info") => ({
    seq, time: "2026-11-22T07:35:02.918Z", level, source: "api", host: "web-1", message: `line ${seq}`, fields: {},
});

function events(first, last, more = {}) {
    const list = Array.from({ length: last - first + 1 }, (_, at) => event(first + at));
    return {
        type: "events",
        first,
        last,
        position: `7c1e:${last}`,
        events: list,
        matched: list.length,
        seen: list.length,
        ...more,
    };
}

/** A session that talks to a script: `say` hands it a message and answers what it wants to send. */
function start(filter = "") {
    const session = new Session();
    const say = (message) => session.receive(JSON.stringify(message), NOW);
    session.open({ stream: "all", filter });
    session.rows.look({ follow: true, count: 10_000 });
    return { session, say };
}

function opened(filter = "") {
    const { session, say } = start(filter);
    say(hello);
    say({ type: "opened", complete: true, from: "7c1e:90", stream: "all", filter });
    say(events(91, 100));
    say({ type: "live", position: "7c1e:100" });
    return { session, say };
}

const stats = (head, matched, error = 0) => ({
    type: "stats", head, oldest: 1, matched, seen: matched, levels: { matched: { error } }, rates: {}, sources: {},
});

/** What the rows are: seqs, or the titles of rows that are not events. */
function rows(session) {
    session.rows.look({ follow: false, first: 0, end: 1e6, missing: { first: 0, end: 1e6 } });
    return session.take().list.rows.map((row) => (row.kind === "event" ? row.seq : row.title));
}

test("a hidden page holds, and reads what came when it is seen again", () => {
    const { session, say } = opened();
    say(stats(100, 10));
    session.rest();
    session.holdDue();
    assert.deepEqual(session.take().counts.news, { matched: 0, errors: 0 });
    say(stats(150, 60, 2));
    assert.deepEqual(session.take().counts.news, { matched: 50, errors: 2 });
    assert.deepEqual(session.wake(), [{ type: "release", play: true }]);
    assert.equal(session.isHeld, false);
    assert.deepEqual(session.wake(), []);
});

test("a page that was hidden through more than anybody reads has a gap that says so", () => {
    const { session, say } = opened();
    say(stats(100, 10));
    session.rest();
    assert.deepEqual(session.holdDue(), [{ type: "hold" }]);
    say(stats(9100, 9010));
    assert.deepEqual(session.wake(), [{ type: "release" }]);
    say({ type: "gap", from: 101, to: 9100, count: 9000, reason: "paused" });
    assert.match(rows(session).at(-1), /skipped while this tab was hidden/);
});

test("a page that was held before it was hidden stays so", () => {
    const { session, say } = opened();
    say(stats(100, 10));
    session.hold();
    session.holdDue();
    session.rest();
    assert.deepEqual(session.wake(), []);
    session.release();
    session.rest();
    session.hold();
    assert.deepEqual(session.wake(), [], "held by the reader meanwhile");
    assert.equal(session.isHeld, true);
});

test("the stream is opened when the relay says hello", () => {
    const { session, say } = start("level>=warn");
    assert.deepEqual(say(hello), [{ type: "open", stream: "all", filter: "level>=warn", last: BACKLOG_ROWS }]);
    assert.equal(session.take().relay.host, "web-1");
});

test("events that came already are dropped", () => {
    const { session, say } = opened();
    say(events(98, 103));
    assert.deepEqual(rows(session), [91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103]);
});

test("old rows stay until the rows of a changed filter come", () => {
    const { session, say } = opened();
    assert.deepEqual(
        session.open({ stream: "all", filter: "x" }), [
            { type: "open", stream: "all", filter: "x", last: BACKLOG_ROWS },
        ],
    );
    assert.equal(rows(session).length, 10);
    say({ type: "opened", complete: true, from: "7c1e:0", stream: "all", filter: "x" });
    assert.equal(rows(session).length, 10);
    say({ ...events(1, 100), events: [event(7)], matched: 1 });
    assert.deepEqual(rows(session), [7]);
    assert.deepEqual(session.take().counts ?? { matched: 1, seen: 100 }, { matched: 1, seen: 100 });
});

test("a wrong filter leaves everything as it is and names the column", () => {
    const { session, say } = opened();
    session.open({ stream: "all", filter: "level>=x" });
    assert.deepEqual(
        say({ type: "error", code: "filter", message: "not a level", at: 8, length: 1, expected: "a level" }), [],
    );
    const { lens } = session.take();
    assert.deepEqual([lens.filter, lens.error.filter, lens.error.at], ["", "level>=x", 8]);
    say(events(101, 102));
    assert.equal(rows(session).length, 12);
});

test("a wrong filter in the address opens the stream without one and still explains", () => {
    const { session, say } = start("level>=x");
    say(hello);
    const [stand] = say({ type: "error", code: "filter", message: "not a level", at: 8 });
    assert.equal(stand.filter, "");
    say({ type: "opened", complete: true, from: "7c1e:90", stream: "all", filter: "" });
    say({ type: "live", position: "7c1e:100" });
    assert.equal(session.take().lens.error.filter, "level>=x");
});

test("a broken connection resumes after the last position and says what was lost", () => {
    const { session, say } = opened();
    say(events(101, 110));
    session.take();
    session.disconnected(NOW - 14_000);
    assert.deepEqual(say(hello), [{ type: "open", stream: "all", filter: "", from: "7c1e:110" }]);
    say({ type: "opened", complete: true, from: "7c1e:110", stream: "all", filter: "" });
    say(events(111, 115));
    say({ type: "live", position: "7c1e:115" });
    assert.deepEqual(session.take().notices, [{ kind: "resumed", missing: 0, read: 5, away: 14_000 }]);
    assert.equal(rows(session).length, 25);
});

test("what the log no longer has becomes a gap row", () => {
    const { session, say } = opened();
    session.disconnected(NOW);
    say(hello);
    say({
        type: "opened",
        complete: false,
        missing: { from: 101, to: 300, count: 200, reason: "evicted" },
        from: "7c1e:300",
        stream: "all",
        filter: "",
    });
    say(events(301, 302));
    say({ type: "live", position: "7c1e:302" });
    assert.deepEqual(rows(session).slice(-3), ["200 events not delivered", 301, 302]);
    assert.equal(session.take().notices?.[0]?.missing ?? 200, 200);
});

test("another epoch is told and its low seqs are not dropped", () => {
    const { session, say } = opened();
    session.disconnected(NOW);
    say({ ...hello, epoch: "beef" });
    say({
        type: "opened",
        complete: false,
        missing: { from: 101, to: 120, count: 20, reason: "evicted" },
        from: "beef:0",
        stream: "all",
        filter: "",
    });
    say({ ...events(1, 2), position: "beef:2" });
    assert.deepEqual(rows(session).slice(-4), ["The relay's log began anew", "20 events not delivered", 1, 2]);
    assert.deepEqual(session.position, { epoch: "beef", seq: 2 });
});

test("a lens chosen while away is opened on return, not resumed", () => {
    const { session, say } = opened();
    session.disconnected(NOW);
    assert.deepEqual(session.open({ stream: "errors", filter: "" }), []);
    assert.deepEqual(say(hello), [{ type: "open", stream: "errors", filter: "", last: BACKLOG_ROWS }]);
});

test("a filter refused on return falls back to the one that worked", () => {
    const { session, say } = opened("good");
    session.disconnected(NOW);
    session.open({ stream: "all", filter: "bad(" });
    say(hello);
    assert.deepEqual(
        say({ type: "error", code: "filter", message: "no", at: 4 }),
        [{ type: "open", stream: "all", filter: "good", from: "7c1e:100" }],
    );
});

test("a position the relay does not know starts anew and says so", () => {
    const { session, say } = opened();
    session.disconnected(NOW);
    say(hello);
    assert.deepEqual(
        say({ type: "error", code: "position", message: "unknown epoch" }),
        [{ type: "open", stream: "all", filter: "", last: BACKLOG_ROWS }],
    );
    assert.equal(rows(session).at(-1), "Could not resume here");
});

test("holding waits for its moment, then counts what the server keeps back", () => {
    const { session, say } = opened();
    say(stats(100, 5000, 7));
    session.hold();
    say(events(101, 104));
    assert.deepEqual(session.take().counts.news, { matched: 4, errors: 0 });
    assert.deepEqual(session.holdDue(), [{ type: "hold" }]);
    assert.deepEqual(session.holdDue(), []);
    say(stats(204, 5104, 9));
    assert.deepEqual(session.take().counts.news, { matched: 104, errors: 2 });
    assert.deepEqual(session.release(false), [{ type: "release" }]);
    say({ type: "gap", from: 105, to: 204, count: 100, reason: "paused" });
    say({ type: "live", position: "7c1e:204" });
    assert.deepEqual(session.position, { epoch: "7c1e", seq: 204 });
});

test("back at the newest events, the last of what was skipped come by themselves", () => {
    const { session, say } = opened();
    say(stats(100, 100));
    session.hold();
    session.holdDue();
    session.release(false);
    assert.deepEqual(
        say({ type: "gap", from: 101, to: 2100, count: 1000, reason: "paused" }), [{ type: "fetch", from: 1701, to: 2100 }]);
    say({ type: "live", position: "7c1e:2100" });
    say({ ...events(1901, 2100), fetched: true, position: undefined });
    say({ type: "fetched", from: 1701, to: 2100, count: 200, complete: true });
    const after = rows(session);
    assert.deepEqual(after.slice(9, 12), [100, "800 skipped while held", 1901]);
    assert.equal(after.at(-1), 2100);
});

test("a gap that tells of a few events of a long stretch is not searched without end", () => {
    const { say } = opened();
    assert.deepEqual(
        say({ type: "gap", from: 101, to: 5_000_100, count: 3, reason: "paused" }),
        [{ type: "fetch", from: 4_800_101, to: 5_000_100 }]);
});

test("a held place far from the newest events is kept by reading it in the past", () => {
    const { session, say } = opened();
    say(stats(200_000, 200_000));
    session.hold();
    session.open({ stream: "errors", filter: "" }, 95);
    assert.equal(session.take().beyond, "7c1e:95");
    session.open({ stream: "all", filter: "" }, 199_990);
    assert.equal(session.take().beyond, undefined);
});

test("a short hold is not told to the server", () => {
    const { session, say } = opened();
    say(stats(100, 100));
    session.hold();
    assert.deepEqual(session.release(false), []);
    session.hold();
    session.holdDue();
    assert.deepEqual(session.release(true), [{ type: "release", play: true }]);
});

test("without statistics to count from, a hold waits for them", () => {
    const { session, say } = opened();
    session.hold();
    assert.deepEqual(session.holdDue(), []);
    say(events(101, 102));
    assert.deepEqual(say(stats(102, 900)), [{ type: "hold" }]);
    say(stats(104, 902));
    assert.equal(session.take().counts.news.matched, 4);
});

test("a held page that reconnects asks to hold again, and keeps its count", () => {
    const { session, say } = opened();
    say(stats(100, 100));
    session.hold();
    say(events(101, 103));
    session.holdDue();
    session.disconnected(NOW);
    assert.deepEqual(say(hello), [{ type: "open", stream: "all", filter: "", from: "7c1e:103" }, { type: "hold" }]);
    say({ type: "opened", complete: true, from: "7c1e:103", stream: "all", filter: "" });
    const { counts, notices } = session.take();
    assert.equal(counts.news.matched, 3);
    assert.equal(notices[0].kind, "resumed");
});

test("a changed filter while held comes around the held event and shows only when it is complete", () => {
    const { session, say } = opened("y");
    session.hold();
    session.holdDue();
    assert.deepEqual(
        session.open({ stream: "all", filter: "line" }, 95), [
            { type: "open", stream: "all", filter: "line", from: "7c1e:0" },
        ],
    );
    say({ type: "opened", complete: true, from: "7c1e:0", stream: "all", filter: "line" });
    const { generation } = session.take().list;
    say(events(1, 50));
    assert.equal(session.take().list.generation, generation);
    say(events(51, 100));
    assert.deepEqual(say({ type: "live", position: "7c1e:100" }), []);
    const { list } = session.take();
    assert.equal(list.generation, generation + 1);
    assert.equal(list.rows.find((row) => row.index === list.anchor).seq, 95);
    assert.deepEqual(say(stats(100, 100)), [{ type: "hold" }]);
});

test("a narrower filter while held filters what is here at once, and the relay goes on behind it", () => {
    const { session, say } = opened();
    session.hold();
    session.take();
    assert.deepEqual(
        session.open({ stream: "all", filter: "9" }, 94),
        [{ type: "open", stream: "all", filter: "9", from: "7c1e:100" }],
    );
    const { list } = session.take();
    assert.equal(list.rows.find((row) => row.index === list.anchor).seq, 94);
    assert.deepEqual(rows(session), [91, 92, 93, 94, 95, 96, 97, 98, 99]);
    say(events(101, 109));
    assert.deepEqual(rows(session).slice(-2), [99, 109], "what still comes of the old filter is filtered too");
    say({ type: "opened", complete: true, from: "7c1e:100", stream: "all", filter: "9" });
    say({ ...events(101, 120), events: [event(109), event(119)], matched: 2 });
    say({ type: "live", position: "7c1e:120" });
    assert.deepEqual(rows(session).slice(-3), [99, 109, 119]);
    const answers = session.open({ stream: "all", filter: "" }, 94);
    assert.deepEqual(answers, [{ type: "open", stream: "all", filter: "", from: "7c1e:109" }], "back again");
    assert.equal(rows(session).length, 20, "with what came under the other filter");
});

test("a wider filter while held shows what is here and then what the relay sends", () => {
    const { session, say } = opened("line");
    session.hold();
    const [open] = session.open({ stream: "all", filter: "5 OR other" }, 95);
    assert.equal(open.from, "7c1e:0");
    assert.deepEqual(rows(session), [95]);
    say({ type: "opened", complete: true, from: "7c1e:0", stream: "all", filter: "5 OR other" });
    say({ ...events(1, 100), events: [event(40), event(95)], matched: 2 });
    say({ type: "live", position: "7c1e:100" });
    assert.deepEqual(rows(session), [40, 95]);
});

test("a filter that only the relay can answer, or that is wrong, changes no row by itself", () => {
    const { session } = opened();
    session.hold();
    for (const filter of ["stream:errors", "/\\p{L}/", "level>=", "(x"]) {
        session.open({ stream: "all", filter }, 95);
        assert.equal(rows(session).length, 10, filter);
    }
});

test("when the relay refuses a filter that was applied here, the rows come back", () => {
    const { session, say } = opened();
    session.hold();
    session.open({ stream: "all", filter: "95" }, 95);
    assert.deepEqual(rows(session), [95]);
    say({ type: "error", code: "filter", message: "no", at: 1 });
    assert.equal(rows(session).length, 10);
});

test("a narrower filter long after the hold began says what lies between", () => {
    const { session, say } = opened();
    say(stats(100, 100));
    session.hold();
    session.holdDue();
    say(stats(1_000_000, 1_000_000));
    const [open] = session.open({ stream: "all", filter: "9" }, 95);
    assert.deepEqual(open, { type: "open", stream: "all", filter: "9", last: BACKLOG_ROWS });
    say({ type: "opened", complete: true, from: "7c1e:999000", stream: "all", filter: "9" });
    say({ ...events(999_001, 999_003), events: [event(999_001)], matched: 1 });
    say({ type: "live", position: "7c1e:1000000" });
    const after = rows(session);
    assert.deepEqual(after.slice(-3), [99, "Not loaded", 999_001]);
});

test("without a connection a filter is applied to what is here, and goes on from there on return", () => {
    const { session, say } = opened();
    session.hold();
    session.disconnected(NOW);
    assert.deepEqual(session.open({ stream: "all", filter: "9" }, 95), []);
    assert.equal(rows(session).length, 9);
    assert.deepEqual(say(hello), [{ type: "open", stream: "all", filter: "9", from: "7c1e:100" }]);
    say({ type: "opened", complete: true, from: "7c1e:100", stream: "all", filter: "9" });
    say({ type: "live", position: "7c1e:100" });
    assert.equal(rows(session).length, 9);
});

test("what came under a filter tried while held is not lost when the next one is refused or taken back", () => {
    for (const isConnected of [true, false]) {
        const { session, say } = opened();
        session.hold();
        session.open({ stream: "all", filter: "9" }, 95);
        say({ type: "opened", complete: true, from: "7c1e:100", stream: "all", filter: "9" });
        say({ ...events(101, 120), events: [event(109), event(119)], matched: 2 });
        say({ type: "live", position: "7c1e:120" });
        if (!isConnected) session.disconnected(NOW);
        session.open({ stream: "all", filter: "1" }, 95);
        assert.deepEqual(rows(session), [91, 100, 109, 119]);
        if (isConnected) say({ type: "error", code: "filter", message: "no", at: 1 });
        else session.open({ stream: "all", filter: "9" }, 95);
        assert.deepEqual(rows(session).slice(-3), [99, 109, 119]);
        assert.equal(rows(session).length, 11);
    }
});

test("a hold that ends while a filter is on its way leaves no row out", () => {
    const { session, say } = opened();
    session.hold();
    session.open({ stream: "all", filter: "95" }, 95);
    session.release(false);
    session.hold();
    session.open({ stream: "all", filter: "9" }, 95);
    assert.deepEqual(rows(session), [91, 92, 93, 94, 95, 96, 97, 98, 99]);
    session.release(false);
    const [next] = say({ type: "opened", complete: true, from: "7c1e:100", stream: "all", filter: "95" });
    assert.equal(next.filter, "9");
    say({ type: "opened", complete: true, from: "7c1e:0", stream: "all", filter: "9" });
    say({ ...events(1, 100), events: [event(9), event(19), event(90)], matched: 3 });
    assert.deepEqual(rows(session), [9, 19, 90]);
});

test("rows loaded while a filter is tried are there for the next one", () => {
    const { session, say } = opened();
    session.hold();
    session.open({ stream: "all", filter: "9" }, 95);
    say({ type: "opened", complete: true, from: "7c1e:100", stream: "all", filter: "9" });
    say({ type: "live", position: "7c1e:100" });
    say(stats(100, 100));
    const [fetch] = session.loadOlder();
    say({
        type: "events", fetched: true, first: fetch.from, last: 90, events: [event(19), event(90)], matched: 2,
        seen: 90,
    });
    say({ ...fetch, type: "fetched", count: 2, complete: true });
    assert.deepEqual(rows(session).slice(0, 3), [19, 90, 91]);
    const [open] = session.open({ stream: "all", filter: "9 1" }, 95);
    assert.equal(open.from, "7c1e:100");
    assert.deepEqual(rows(session), [19, 91]);
});

test("what was skipped is loaded into its place", () => {
    const { session, say } = opened();
    say({ type: "gap", from: 101, to: 104, count: 3, reason: "slow" });
    say(events(105, 106));
    const { list } = session.take();
    const gap = list.rows.find((row) => row.kind === "gap");
    assert.deepEqual(session.load(gap.index), [{ type: "fetch", from: 101, to: 104 }]);
    assert.deepEqual(session.load(gap.index), []);
    say({
        type: "events",
        fetched: true,
        first: 101,
        last: 104,
        events: [event(101), event(103), event(104)],
        matched: 3,
        seen: 4,
    });
    say({ type: "fetched", from: 101, to: 104, count: 3, complete: true });
    assert.deepEqual(rows(session).slice(-6), [100, 101, 103, 104, 105, 106]);
});

test("a long gap is loaded from its newest end and the rest stays a gap", () => {
    const { session, say } = opened();
    say({ type: "gap", from: 101, to: 20_100, count: 20_000, reason: "slow" });
    const gap = session.take().list.rows.find(({ kind }) => kind === "gap");
    const [fetch] = session.load(gap.index);
    assert.deepEqual(fetch, { type: "fetch", from: 15_101, to: 20_100 });
    say({
        type: "events",
        fetched: true,
        first: 15_101,
        last: 20_100,
        events: Array.from({ length: 5000 }, (_, at) => event(15_101 + at)),
        matched: 5000,
        seen: 5000,
    });
    say({ ...fetch, type: "fetched", count: 5000, complete: true });
    const after = rows(session);
    assert.equal(after[10], "15\u202f000 events not delivered");
    assert.deepEqual([after[11], after.at(-1)], [15_101, 20_100]);
});

test("older events come before the first row, in growing steps when nothing matches", () => {
    const { session, say } = start();
    say(hello);
    say({ type: "opened", complete: true, from: "7c1e:89999", stream: "all", filter: "" });
    say(events(90_000, 90_002));
    say({ type: "live", position: "7c1e:90002" });
    say({ type: "stats", head: 90_002, oldest: 1, matched: 3, seen: 3, levels: { matched: {} } });
    assert.deepEqual(session.loadOlder(), [{ type: "fetch", from: 85_000, to: 89_999 }]);
    assert.deepEqual(session.loadOlder(), []);
    say({ type: "fetched", from: 85_000, to: 89_999, count: 0, complete: true });
    assert.deepEqual(session.loadOlder(), [{ type: "fetch", from: 65_000, to: 84_999 }]);
    say({
        type: "events", fetched: true, first: 65_000, last: 84_999, events: [event(70_000)], matched: 1, seen: 20_000,
    });
    say({ type: "fetched", from: 65_000, to: 84_999, count: 1, complete: true });
    assert.deepEqual(rows(session), [70_000, 90_000, 90_001, 90_002]);
});

test("an error of the relay ends the load it answers", () => {
    const { session, say } = opened();
    say({ type: "gap", from: 101, to: 104, count: 3, reason: "slow" });
    const gap = session.take().list.rows.find((row) => row.kind === "gap");
    session.load(gap.index);
    say({ type: "error", code: "log", message: "cannot read the log" });
    const update = session.take();
    assert.deepEqual(update.notices, [{ kind: "error", message: "cannot read the log" }]);
    assert.equal(update.list.rows.find((row) => row.index === gap.index).load.isLoading, false);
});

test("what is not understood changes nothing", () => {
    const { session } = opened();
    for (
        const text of ["", "{", "{\"type\":\"mark\"}", "{\"type\":\"events\"}", "[1]"]
    ) assert.deepEqual(session.receive(text, NOW), []);
    assert.equal(rows(session).length, 10);
});

test("opens go one at a time, and of those in between only the last", () => {
    const { session, say } = opened();
    assert.equal(session.open({ stream: "all", filter: "a" }).length, 1);
    assert.deepEqual(session.open({ stream: "all", filter: "ab" }), []);
    assert.deepEqual(session.open({ stream: "all", filter: "abc" }), []);
    const [next] = say({ type: "opened", complete: true, from: "7c1e:0", stream: "all", filter: "a" });
    assert.equal(next.filter, "abc");
    assert.deepEqual(say({ type: "error", code: "filter", message: "no", at: 1 }), []);
    assert.equal(session.take().lens.filter, "a");
});

test("a range answered in part leaves the rest to load", () => {
    const { session, say } = opened();
    say({ type: "gap", from: 101, to: 200, count: 100, reason: "slow" });
    const gap = session.take().list.rows.find((row) => row.kind === "gap");
    session.load(gap.index);
    say({ type: "gap", from: 101, to: 110, count: 10, reason: "evicted" });
    say({
        type: "events",
        fetched: true,
        first: 111,
        last: 150,
        events: Array.from({ length: 40 }, (_, at) => event(111 + at)),
        matched: 40,
        seen: 40,
    });
    say({ type: "fetched", from: 101, to: 150, count: 40, complete: false });
    const after = rows(session).slice(10);
    assert.deepEqual(
        [after[0], after[1], after[40], after[41]], ["10 events not delivered", 111, 150, "50 events not delivered"],
    );
    const rest = session.take().list.end - 1;
    assert.deepEqual(session.load(rest), [{ type: "fetch", from: 151, to: 200 }]);
});
