import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHistory, parseProblem } from "../../public/js/session/history.js";
import { Past } from "../../public/js/session/past.js";

const LENS = { stream: "all", filter: "" };

/** A log of events 1…size, one a second, that answers as `/api/v1/events` does. */
class Log {
    constructor(size, { oldest = 1, cutAfter = Infinity } = {}) {
        Object.assign(this, { size, oldest, cutAfter });
    }

    answer({ order, from, since, until, limit, filter }) {
        const isDown = order === "desc";
        const at = from === undefined ? (isDown ? Infinity : 0) : Number(from.split(":")[1]);
        if (from && !from.startsWith("ep:")) return [400, JSON.stringify({ code: "position", detail: "unknown epoch" })];
        if (filter === "bad(") return [400, JSON.stringify({ code: "filter", detail: "no" })];
        const missing = !isDown && from && at + 1 < this.oldest
            ? [{ from: at + 1, to: this.oldest - 1, count: this.oldest - 1 - at, reason: "evicted" }] : [];
        const seqs = Array.from({ length: this.size - this.oldest + 1 }, (_, index) => index + this.oldest)
            .filter((seq) => (isDown ? seq < at : seq > at))
            .filter((seq) => !(Date.parse(time(seq)) < Date.parse(since)) && !(Date.parse(time(seq)) >= Date.parse(until)));
        if (isDown) seqs.reverse();
        const looked = seqs.slice(0, this.cutAfter);
        const found = looked.filter((seq) => filter !== "odd" || seq % 2 === 1).slice(0, limit);
        const last = found.length === limit ? found.at(-1) : looked.at(-1) ?? at;
        const isDone = last === (seqs.at(-1) ?? last);
        return [200, JSON.stringify({
            epoch: "ep", order, events: found.map(event), next: isDone ? null : `ep:${last}`,
            position: `ep:${Number.isFinite(last) ? last : this.size}`, matched: found.length, searched: looked.length, missing,
        })];
    }
}

const time = (seq) => new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString().replace(".000Z", "Z");
const event = (seq) => ({ seq, time: time(seq), level: "info", source: "s", host: "h", message: `m${seq}`, fields: {} });

/** Answers all questions; with `once` only those that are there now. Answers the parameters asked. */
function answer(past, log, once = false) {
    const asked = [];
    for (let questions = past.takeQuestions(); questions.length > 0; questions = once ? [] : past.takeQuestions()) {
        for (const { id, round, params } of questions) {
            asked.push(params);
            past.answer(id, round, ...log.answer(params));
        }
    }
    return asked;
}

function rows(past) {
    past.rows.look({ follow: false, first: 0, end: 1e9, missing: { first: 0, end: 1e9 } });
    const { rows: shown, ...list } = past.rows.take();
    return { seqs: shown.map((row) => row.seq ?? row.title), list, shown };
}

const upTo = (first, last) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

test("a range is read from its beginning and not beyond its ends", () => {
    const past = new Past();
    past.open({ since: time(100), until: time(110) }, LENS);
    assert.equal(past.isShown, false);
    answer(past, new Log(1000));
    assert.deepEqual(rows(past).seqs, upTo(100, 109));
    assert.equal(past.facts.hasNewer, false);
    assert.equal(past.facts.canLookAgain, false);
    assert.equal(past.start.hasOlder, false);
});

test("a moment is found first, then read in both directions", () => {
    const past = new Past();
    past.open({ at: "2026-01-01T00:08:19.500Z" }, LENS);   // between 499 and 500
    const log = new Log(2000);
    answer(past, log);
    const { seqs, list } = rows(past);
    assert.deepEqual(seqs, upTo(200, 799));
    assert.equal(list.landing, "middle");
    assert.equal(seqs[list.anchor - list.base], 500);
    assert.equal(past.facts.landedTime, time(500));
});

test("a position is the event to begin at", () => {
    const past = new Past();
    past.open({ at: "ep:700" }, LENS);
    answer(past, new Log(2000));
    const { seqs, list } = rows(past);
    assert.equal(seqs[list.anchor - list.base], 700);
});

test("near an end more is fetched, once, and the list has every event once", () => {
    const past = new Past();
    const log = new Log(5000);
    past.open({ at: "ep:2500" }, LENS);
    answer(past, log);
    for (let round = 0; round < 12; round += 1) {
        const { base, end } = past.rows;
        past.look({ follow: false, first: base, end: base + 40 });
        past.look({ follow: false, first: base, end: base + 40 });
        assert.ok(answer(past, log).length <= 2);
        past.look({ follow: false, first: end - 40, end: past.rows.end });
        answer(past, log);
    }
    assert.deepEqual(rows(past).seqs, upTo(1, 5000));
    assert.equal(past.start.hasOlder, false);
    assert.equal(past.facts.canLookAgain, true);
});

test("what a cut search has not found yet is searched on", () => {
    const past = new Past();
    past.open({ since: time(1), until: time(1000) }, { stream: "all", filter: "odd" });
    answer(past, new Log(2000, { cutAfter: 1 }), true);
    assert.equal(past.isShown, true);
    const log = new Log(2000, { cutAfter: 7 });
    const slow = new Past();
    slow.open({ at: "ep:1000" }, { stream: "all", filter: "odd" });
    answer(slow, log);
    assert.ok(rows(slow).seqs.includes(1001));
    assert.ok(slow.facts.searched > 0);
});

test("another filter keeps the event in its place, and a wrong one keeps the rows", () => {
    const past = new Past();
    const log = new Log(2000);
    past.open({ at: "ep:1000" }, LENS);
    answer(past, log);
    rows(past);
    past.choose({ stream: "all", filter: "odd" }, 1001);
    assert.equal(past.facts.isLoading, true);
    answer(past, log);
    const { seqs, list } = rows(past);
    assert.equal(seqs[list.anchor - list.base], 1001);
    assert.equal(list.landing, undefined);
    assert.ok(seqs.every((seq) => seq % 2 === 1));
    past.choose({ stream: "all", filter: "bad(" }, 1001);
    answer(past, log);
    assert.deepEqual(rows(past).seqs, seqs);
    assert.equal(past.facts.isLoading, false);
    past.look({ follow: false, first: past.rows.base, end: past.rows.base + 10 });
    answer(past, log);
    assert.ok(rows(past).seqs.length > seqs.length, "and they can be read on");
});

test("an evicted position shows what is missing and what there is", () => {
    const past = new Past();
    past.open({ at: "ep:10" }, LENS);
    answer(past, new Log(2000, { oldest: 500 }));
    const { shown } = rows(past);
    assert.equal(shown[0].kind, "gap");
    assert.match(shown[0].facts, /evicted/);
    assert.equal(shown[1].seq, 500);
});

test("a position of another log is told, and asked again when the reader wants", () => {
    const past = new Past();
    past.open({ at: "other:10" }, LENS);
    answer(past, new Log(20));
    assert.equal(past.facts.problem.code, "position");
    assert.equal(past.isShown, true);
    assert.deepEqual(rows(past).seqs, []);
    past.retry();
    assert.equal(past.facts.problem, undefined);
    assert.equal(past.takeQuestions().length, 2);
});

test("without a connection a side waits, and goes on after it", () => {
    const past = new Past();
    const log = new Log(5000);
    past.open({ at: "ep:2500" }, LENS);
    answer(past, log);
    const before = rows(past).seqs;
    past.look({ follow: false, first: past.rows.base, end: past.rows.base + 40 });
    for (const { id, round } of past.takeQuestions()) past.answer(id, round, 0, "");
    assert.equal(past.facts.problem.code, "unreachable");
    assert.deepEqual(rows(past).seqs, before);
    past.retry();
    answer(past, log);
    assert.equal(rows(past).seqs[0], before[0] - 1000);
});

test("a filter tried without a connection is tried again at the same place", () => {
    const past = new Past();
    const log = new Log(2000);
    past.open({ at: "2026-01-01T00:10:00Z" }, LENS);
    for (const { id, round } of past.takeQuestions()) past.answer(id, round, 0, "");
    past.retry();
    answer(past, log);
    rows(past);
    past.choose({ stream: "all", filter: "odd" }, 801);
    for (const { id, round } of past.takeQuestions()) past.answer(id, round, 0, "");
    past.retry();
    answer(past, log);
    const { seqs, list } = rows(past);
    assert.equal(seqs[list.anchor - list.base], 801);
});

test("answers to a place that was left are of no use", () => {
    const past = new Past();
    past.open({ at: "ep:2500" }, LENS);
    const [question] = past.takeQuestions();
    past.open({ since: time(10), until: time(20) }, LENS);
    past.answer(question.id, question.round, ...new Log(3000).answer(question.params));
    answer(past, new Log(3000));
    assert.deepEqual(rows(past).seqs, upTo(10, 19));
    past.close();
    assert.equal(past.isShown, false);
    assert.deepEqual(rows(past).seqs, []);
});

test("rows that left for newer ones can be fetched again", () => {
    const past = new Past({ maxRows: 1000, maxBytes: 1e9 });
    const log = new Log(6000);
    past.open({ since: time(1), until: time(5001) }, LENS);
    answer(past, log);
    for (let round = 0; round < 8; round += 1) {
        past.look({ follow: false, first: past.rows.end - 40, end: past.rows.end });
        answer(past, log);
    }
    const { seqs } = rows(past);
    assert.equal(seqs.at(-1), 5000);
    assert.ok(seqs[0] > 1);
    assert.equal(past.start.hasOlder, true);
});

test("nothing after a moment shows the newest events before it", () => {
    const past = new Past();
    past.open({ at: time(9999) }, LENS);
    answer(past, new Log(50));
    assert.deepEqual(rows(past).seqs, upTo(1, 50));
});

test("an answer is taken apart with exact texts, oldest first, gaps at their places", () => {
    const text = '{"epoch":"ep","order":"desc","events":[\n{"seq":9,"n":12345678901234567890},\n{"seq":3}\n],"next":null,'
        + '"missing":[{"from":5,"to":7,"count":3,"reason":"damaged"}]}';
    const { messages } = parseHistory(text);
    assert.deepEqual(messages.map(({ type, first, from }) => [type, first ?? from]), [["events", 3], ["gap", 5], ["events", 9]]);
    assert.equal(messages[2].texts[0], '{"seq":9,"n":12345678901234567890}');
});

test("problems are read from what the relay says, or from its silence", () => {
    assert.deepEqual(parseProblem(0, ""), { code: "unreachable", message: "the relay does not answer" });
    assert.deepEqual(parseProblem(503, "<html>"), { code: "503", message: "the relay answered 503" });
    assert.equal(parseProblem(400, '{"code":"position","detail":"no"}').code, "position");
});
