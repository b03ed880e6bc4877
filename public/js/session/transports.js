// The ways to the relay, all with one face: `send(text)`, `close()`, and what they are given: `message(text)` for each
// message of the relay, `close(isSilent)` once when it ends by itself; silent is one of which nothing came in time.

import { SUBPROTOCOL } from "./protocol.js";

/** `url` is that of the WebSocket; the session over HTTP is beside it. */
export function openTransport(kind, url, events) {
    if (kind === "socket") return new SocketTransport(url, events);
    return new LaterTransport(sessionAddress(url), kind, events);
}

export function sessionAddress(url) {
    return new URL("api/v1/session", plainAddress(url)).href;
}

/** What a plain request to the relay comes to: `{ isAnswering, refusal }`, the latter `{ status, message }`. */
export async function probe(url) {
    try {
        const limits = { cache: "no-store", signal: AbortSignal.timeout(PROBE_MS) };
        // One that needs a login where there is one.
        const answer = await fetch(new URL("api/v1/streams", plainAddress(url)), limits);
        const refusal = REFUSALS.has(answer.status) ? refusalOf(answer.status, await answer.text()) : undefined;
        return { isAnswering: answer.ok, refusal };
    } catch {
        return { isAnswering: false };
    }
}

/** Of the relay, or of what stands before it: nobody is let in. */
const REFUSALS = new Set([401, 403, 407]);

function refusalOf(status, text) {
    try {
        return { status, message: JSON.parse(text).detail };
    } catch {
        return { status, message: undefined };   // the page of a proxy says nothing that could be shown here
    }
}

const PROBE_MS = 6000;

function plainAddress(url) {
    const plain = new URL(url);
    plain.protocol = plain.protocol === "wss:" ? "https:" : "http:";
    return plain;
}

class SocketTransport {
    #socket;

    constructor(url, { message, close }) {
        this.#socket = new WebSocket(url, SUBPROTOCOL);
        this.#socket.addEventListener("message", ({ data }) => message(data));
        this.#socket.addEventListener("close", () => close());
    }

    send(text) {
        if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
    }

    close() {
        this.#socket.close();
    }
}

/** The session over HTTP, which is loaded only where no WebSocket gets through. */
class LaterTransport {
    #conversation;
    #unsent = [];
    #isClosed = false;

    constructor(url, kind, events) {
        import("./http-conversation.js").then(({ HTTPConversation }) => {
            if (this.#isClosed) return;
            this.#conversation = new HTTPConversation(url, kind, events);
            for (const text of this.#unsent.splice(0)) this.#conversation.send(text);
        }, () => this.#isClosed || events.close());
    }

    send(text) {
        if (this.#conversation) this.#conversation.send(text);
        else this.#unsent.push(text);
    }

    close() {
        this.#isClosed = true;
        this.#conversation?.close();
    }
}
