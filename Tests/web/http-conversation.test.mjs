import assert from "node:assert/strict";
import { test } from "node:test";
import { HTTPConversation } from "../../public/js/session/http-conversation.js";

const BASE = "http://relay/api/v1/session";
const SESSION = "event: session\ndata: {\"id\":\"77\"}\n\n";

/** A relay by a script: each request is kept, and answered by `answer`, or when the test says so. */
function start(kind, answer, options) {
    const asked = [];
    const heard = [];
    const closed = Promise.withResolvers?.() ?? deferred();
    const fetch = async (address, { method = "GET", body, signal } = {}) => {
        const request = { what: `${method} ${address.slice(BASE.length)}`, body };
        asked.push(request);
        const response = answer(request, asked.length);
        if (response) return response;
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    const events = { message: (text) => heard.push(text), close: () => closed.resolve() };
    const conversation = new HTTPConversation(BASE, kind, events, { fetch, ...options });
    return { conversation, asked, heard, closed: closed.promise };
}

function deferred() {
    const parts = {};
    parts.promise = new Promise((resolve) => { parts.resolve = resolve; });
    return parts;
}

/** An answer that goes on as long as the test writes to it. */
function stream() {
    let controller;
    const body = new ReadableStream({ start: (one) => { controller = one; } });
    const bytes = new TextEncoder();
    return {
        response: new Response(body),
        write: (text) => controller.enqueue(bytes.encode(text)),
        writeBytes: (part) => controller.enqueue(part),
        end: () => controller.close(),
        fail: () => controller.error(new Error("cut")),
    };
}

async function until(condition) {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test("a stream is opened, heard and answered, one request after the other", async () => {
    const out = stream();
    const pending = [];
    const { conversation, asked, heard } = start("stream", ({ what }) => {
        if (what === "POST ") return out.response;
        const answered = deferred();
        pending.push(answered);
        return answered.promise;
    });
    conversation.send("one");
    out.write(`${SESSION}data: {"type":"hello"}\n\n`);
    await until(() => pending.length === 1);
    conversation.send("two");
    assert.deepEqual(heard, ["{\"type\":\"hello\"}"]);
    assert.equal(pending.length, 1);
    pending[0].resolve(new Response(null, { status: 204 }));
    await until(() => pending.length === 2);
    assert.deepEqual(asked.slice(1), [{ what: "POST /77", body: "one" }, { what: "POST /77", body: "two" }]);
    conversation.close();
    assert.equal(asked.at(-1).what, "DELETE /77");
});

test("letters of several bytes come whole from any pieces", async () => {
    const out = stream();
    const { conversation, heard } = start("stream", () => out.response);
    for (const byte of new TextEncoder().encode(`${SESSION}data: \u00fc\u{1f600}\n\n`)) out.writeBytes(Uint8Array.of(byte));
    await until(() => heard.length === 1);
    assert.equal(heard[0], "\u00fc\u{1f600}");
    conversation.close();
});

test("polls name the answer that they want", async () => {
    const { conversation, asked, heard } = start("poll", ({ what }, count) => {
        if (what === "POST ?mode=poll") return new Response(`${SESSION}data: a\n\n`);
        if (count <= 4 && what.startsWith("GET")) return new Response(count === 3 ? "" : `data: ${count}\n\n`);
        return undefined;
    });
    await until(() => asked.length === 5);
    assert.deepEqual(asked.map(({ what }) => what), [
        "POST ?mode=poll", "GET /77?answer=1", "GET /77?answer=2", "GET /77?answer=3", "GET /77?answer=4",
    ].slice(0, asked.length));
    assert.deepEqual(heard, ["a", "2", "4"]);
    conversation.close();
});

test("it ends once: with the stream, with a refusal, with a broken answer, when the relay says so", async () => {
    const ends = {
        end: (out) => out.end(),
        fail: (out) => out.fail(),
        close: (out) => out.write("event: close\ndata: {\"code\":1012}\n\ndata: late\n\n"),
    };
    for (const [name, end] of Object.entries(ends)) {
        const out = stream();
        const { asked, heard, closed } = start("stream", () => out.response);
        out.write(`${SESSION}data: a\n\n`);
        await until(() => heard.length === 1);
        end(out);
        await closed;
        assert.deepEqual(heard, ["a"], name);
        assert.equal(asked.length, 1, name);
    }
    await start("stream", () => new Response("", { status: 503 })).closed;
    await start("poll", ({ what }) => new Response(SESSION, { status: what.startsWith("GET") ? 409 : 200 })).closed;
    const sending = start("stream", ({ what }) => new Response(SESSION, { status: what === "POST /77" ? 404 : 200 }));
    sending.conversation.send("x");
    await sending.closed;
});

test("a stream that says nothing is given up after its time, one that has spoken is not", async () => {
    const silent = start("stream", () => undefined, { patience: 5 });
    await silent.closed;
    const out = stream();
    const { conversation, heard } = start("stream", () => out.response, { patience: 5 });
    out.write(`${SESSION}data: a\n\n`);
    await until(() => heard.length === 1);
    const later = deferred();
    setTimeout(later.resolve, 20);
    await later.promise;
    out.write("data: b\n\n");
    await until(() => heard.length === 2);
    conversation.close();
});
