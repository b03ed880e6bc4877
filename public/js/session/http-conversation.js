// The conversation of the WebSocket over plain requests: what the relay says comes in one stream of server-sent events
// or as answers to polls; what the page says goes out in requests of its own, one after the other.

import { EventStream } from "./event-stream.js";

/** A proxy that holds back a stream holds it back for good. */
export const FIRST_WORD_MS = 4000;

const HEADERS = { Accept: "text/event-stream" };

export class HTTPConversation {
    #base;
    #events;
    #fetch;
    #stop = new AbortController();
    #id;
    #outbox = [];
    #isSending = false;
    #impatience;

    /** `kind` is "stream" or "poll". */
    constructor(base, kind, events, { fetch = globalThis.fetch.bind(globalThis), patience = FIRST_WORD_MS } = {}) {
        this.#base = base;
        this.#events = events;
        this.#fetch = fetch;
        if (kind === "stream") this.#impatience = setTimeout(() => this.#end(true), patience);
        this.#run(kind).then(() => this.#end(), () => this.#end());
    }

    send(text) {
        if (this.#isOver) return;
        this.#outbox.push(text);
        this.#flush().catch(() => this.#end());
    }

    /** Ends it without a word to whoever listens. */
    close() {
        if (this.#isOver) return;
        this.#halt();
        if (this.#id === undefined) return;
        // Only a courtesy: the relay finds out by itself.
        this.#fetch(this.#address, { method: "DELETE", keepalive: true }).catch(() => undefined);
    }

    get #isOver() { return this.#stop.signal.aborted; }
    get #address() { return `${this.#base}/${this.#id}`; }

    #end(isSilent = false) {
        if (this.#isOver) return;
        this.#halt();
        this.#events.close(isSilent);
    }

    #halt() {
        clearTimeout(this.#impatience);
        this.#stop.abort();
    }

    async #run(kind) {
        if (kind === "stream") return this.#read(await this.#ask(this.#base, { method: "POST" }));
        await this.#read(await this.#ask(`${this.#base}?mode=poll`, { method: "POST" }));
        // The number says which answer this is: one that got lost is not passed over.
        for (let answer = 1; !this.#isOver; answer += 1) {
            await this.#read(await this.#ask(`${this.#address}?answer=${answer}`));
        }
        return undefined;
    }

    async #ask(address, options = {}) {
        const more = { headers: HEADERS, cache: "no-store", signal: this.#stop.signal };
        const answer = await this.#fetch(address, { ...more, ...options });
        if (!answer.ok) throw new Error(`answered with ${answer.status}`);
        return answer;
    }

    /** Messages go on as they come; an answer that breaks off in the middle of one throws. */
    async #read(answer) {
        const events = new EventStream();
        const decoder = new TextDecoder();
        const reader = answer.body.getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
            for (const event of events.push(decoder.decode(part.value, { stream: true }))) this.#take(event);
        }
    }

    #take({ name, data }) {
        if (this.#isOver) return;
        clearTimeout(this.#impatience);
        if (name === "session") {
            this.#id = JSON.parse(data).id;
            this.#flush().catch(() => this.#end());
        } else if (name === "close") {
            this.#end();
        } else {
            this.#events.message(data);
        }
    }

    async #flush() {
        if (this.#isSending || this.#id === undefined) return;
        this.#isSending = true;
        while (this.#outbox.length > 0 && !this.#isOver) {
            const headers = { "Content-Type": "application/json" };
            await this.#ask(this.#address, { method: "POST", headers, body: this.#outbox.shift() });
        }
        this.#isSending = false;
    }
}
