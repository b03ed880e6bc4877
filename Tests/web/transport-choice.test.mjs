import assert from "node:assert/strict";
import { test } from "node:test";
import { TransportChoice } from "../../public/js/session/transport-choice.js";

const MINUTE = 60_000;

/** What is tried one after the other when these attempts fail, a second between them. */
function tried(choice, count, begin = 0) {
    return Array.from({ length: count }, (_, at) => {
        const kind = choice.next(begin + at * 1000);
        choice.failed(kind, begin + at * 1000, "silent");
        return kind;
    });
}

test("two WebSockets that say nothing make a stream of it, and a silent stream polls", () => {
    assert.deepEqual(tried(new TransportChoice(), 4), ["socket", "socket", "stream", "poll"]);
});

test("where nothing works it begins anew", () => {
    assert.deepEqual(tried(new TransportChoice(), 8).slice(3), ["poll", "poll", "socket", "socket", "stream"]);
});

test("one failure between WebSockets that speak is none", () => {
    const choice = new TransportChoice();
    for (let round = 0; round < 5; round += 1) {
        choice.failed("socket", 0);
        choice.said("socket");
    }
    assert.equal(choice.next(0), "socket");
});

test("attempts that fail because the relay is away are not told, and change nothing", () => {
    const choice = new TransportChoice();
    tried(choice, 2);
    for (let at = 0; at < 20; at += 1) assert.equal(choice.next(at * 1000), "stream");
});

test("a stream or poll that is refused once is tried again, since the relay may just have been starting", () => {
    const choice = new TransportChoice();
    tried(choice, 2);
    choice.failed("stream", 2000);
    assert.equal(choice.next(3000), "stream");
    choice.said("stream");
    choice.failed("stream", 4000);
    assert.equal(choice.next(5000), "stream");
    choice.failed("stream", 5000);
    assert.equal(choice.next(6000), "poll");
});

test("a stream that has worked may be silent once: a relay that starts takes its time", () => {
    const choice = new TransportChoice();
    tried(choice, 2);
    choice.said("stream");
    choice.failed("stream", 2000, "silent");
    assert.equal(choice.next(3000), "stream");
    choice.said("stream");
    choice.failed("stream", 4000, "silent");
    assert.equal(choice.next(5000), "stream");
    choice.failed("stream", 6000, "silent");
    assert.equal(choice.next(7000), "poll");
});

test("a stream whose beats are held back after its first words polls at once", () => {
    const choice = new TransportChoice();
    tried(choice, 2);
    choice.said("stream");
    choice.failed("stream", 40_000, "held back");
    assert.equal(choice.next(41_000), "poll");
});

test("after five minutes a WebSocket is tried, and one failure goes back to what worked", () => {
    const choice = new TransportChoice();
    tried(choice, 3);
    assert.equal(choice.next(2000), "poll");
    choice.said("poll");
    assert.equal(choice.next(4.9 * MINUTE), "poll");
    assert.deepEqual(tried(choice, 1, 5.1 * MINUTE), ["socket"]);
    assert.equal(choice.next(5.2 * MINUTE), "poll");
    assert.equal(choice.next(10 * MINUTE), "poll");
    assert.equal(choice.next(10.2 * MINUTE), "socket");
});

test("a reader who asks gets a WebSocket next; once it speaks, all is as at the beginning", () => {
    const choice = new TransportChoice();
    tried(choice, 3);
    choice.retry();
    assert.equal(choice.next(5000), "socket");
    choice.said("socket");
    assert.deepEqual(tried(choice, 3, 6000), ["socket", "socket", "stream"]);
});

test("what became of an attempt of before does not count", () => {
    const choice = new TransportChoice();
    tried(choice, 2);
    choice.failed("socket", 3000);
    choice.failed("poll", 3000);
    assert.equal(choice.next(3000), "stream");
});
