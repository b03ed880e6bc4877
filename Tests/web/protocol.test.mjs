import assert from "node:assert/strict";
import { test } from "node:test";
import {
    ExactNumber, formatPosition, openMessage, parseEvent, parseMessage, parsePosition,
} from "../../public/js/session/protocol.js";
import { seeded } from "./random.mjs";

test("positions are read and written, and only positions", () => {
    assert.deepEqual(parsePosition("7c1e:1842"), { epoch: "7c1e", seq: 1842 });
    assert.equal(formatPosition({ epoch: "7c1e", seq: 1842 }), "7c1e:1842");
    for (const text of ["7c1e", "7c1e:", ":1", "7c1e:x", undefined, ""]) assert.equal(parsePosition(text), undefined);
});

test("an open names lens and start", () => {
    assert.deepEqual(
        openMessage({ stream: "all", filter: "x" }, { last: 5 }), { type: "open", stream: "all", filter: "x", last: 5 },
    );
});

test("what is not a message is nothing", () => {
    for (
        const text of ["", "{", "[]", "null", "3", "{\"type\":3}", "{\"type\":\"events\"}"]
    ) assert.equal(parseMessage(text), undefined);
});

test("each event keeps its own text", () => {
    const events = [
        { seq: 1, message: "quote \" brace } bracket ] backslash \\", fields: { a: [1, { b: "\\\"" }] } },
        { seq: 2, message: "}]", fields: {} },
        { seq: 3, message: "\\", fields: { events: [{ x: 1 }] } },
    ];
    const text = JSON.stringify({ type: "events", first: 1, last: 3, events, matched: 3, seen: 3 });
    assert.deepEqual(parseMessage(text).texts.map((slice) => JSON.parse(slice)), events);
    assert.deepEqual(parseMessage(text.replace("\"events\":[", "\"events\" : [\n ")).texts.length, 3);
});

test("texts agree with the events whatever is in them", () => {
    for (const seed of [21, 22]) {
        const random = seeded(seed);
        const letters = ["\"", "\\", "{", "}", "[", "]", ",", ":", "a", "\n", "é", "\u2028", "\u0001"];
        const word = () => Array.from({ length: random.below(12) }, () => random.pick(letters)).join("");
        const value = (depth) => random.pick([
            word,
            () => random.below(100),
            () => null,
            () => (depth > 2 ? 1 : { [word()]: value(depth + 1) }),
            () => [word()],
        ])();
        for (let step = 0; step < 300; step += 1) {
            const events = Array.from(
                { length: random.below(5) },
                (_, at) => ({ seq: at + 1, message: word(), fields: { [word()]: value(0) } }),
            );
            const parsed = parseMessage(JSON.stringify({ type: "events", events }));
            assert.deepEqual(parsed.texts.map((text) => JSON.parse(text)), events, `seed ${seed} step ${step}`);
        }
    }
});

test("whole numbers beyond a double keep their digits", () => {
    const event = parseEvent(
        "{\"seq\":1,\"fields\":{\"id\":9007199254740993,\"neg\":-9007199254740993,"
        + "\"fits\":1234567890123456,\"text\":\"9007199254740993\",\"real\":1.2345678901234567}}",
    );
    assert.ok(event.fields.id instanceof ExactNumber);
    assert.equal(String(event.fields.id), "9007199254740993");
    assert.equal(String(event.fields.neg), "-9007199254740993");
    assert.equal(event.fields.fits, 1234567890123456);
    assert.equal(event.fields.text, "9007199254740993");
    assert.equal(event.fields.real, 1.2345678901234567);
});
