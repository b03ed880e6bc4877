import assert from "node:assert/strict";
import { test } from "node:test";
import { EventStream } from "../../public/js/session/event-stream.js";
import { seeded } from "./random.mjs";

const read = (...pieces) => {
    const stream = new EventStream();
    return pieces.flatMap((piece) => stream.push(piece));
};

test("an event ends with an empty line and has the name that it says", () => {
    assert.deepEqual(read("data: {\"a\":1}\n\nevent: session\ndata: x\n\n"), [
        { name: "message", data: "{\"a\":1}" }, { name: "session", data: "x" },
    ]);
    assert.deepEqual(read("data: half\n"), []);
    assert.deepEqual(read(": a comment\n\nid: 3\nretry: 5\n\n"), []);
    assert.deepEqual(read("data:a\ndata:  b\ndata\n\n"), [{ name: "message", data: "a\n b\n" }]);
});

test("every kind of line end ends a line", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
        const text = `event: a${end}data: 1${end}${end}data: 2${end}${end}data: 3${end}${end}\n`;
        assert.deepEqual(read(text), [
            { name: "a", data: "1" }, { name: "message", data: "2" }, { name: "message", data: "3" },
        ], JSON.stringify(end));
    }
});

for (let seed = 1; seed <= 200; seed += 1) {
    test(`pieces of any size give what the whole gives, seed ${seed}`, () => {
        const random = seeded(seed);
        const events = Array.from({ length: 1 + random.below(12) }, (_, at) => ({
            name: random.pick(["message", "session", "close"]),
            data: `${at}${random.pick(["", " ", ":", "{\"m\":\"über\"}", "data: x", "\u2028", "x".repeat(random.below(300))])}`,
        }));
        const end = random.pick(["\n", "\r\n"]);
        const text = events.map(({ name, data }) => {
            const named = name === "message" ? "" : `event: ${name}${end}`;
            return `${random.pick(["", `: beat${end}`])}${named}data: ${data}${end}${end}`;
        }).join("");
        const pieces = [];
        for (let at = 0; at < text.length;) {
            const size = 1 + random.below(random.pick([1, 3, 40]));
            pieces.push(text.slice(at, at + size));
            at += size;
        }
        assert.deepEqual(read(...pieces), events);
    });
}
