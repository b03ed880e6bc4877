// Random conversations while held, against a relay that is a list: whatever filters are tried, however its answers are
// late, what is shown in the end is what the filter lets through, or a gap says that something is missing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Filter } from "../../public/js/filter/filter.js";
import { prepareToChoose } from "../../public/js/session/choices.js";
import { Session } from "../../public/js/session/session.js";
import { seeded } from "./random.mjs";

await prepareToChoose();

const FILTERS = ["", "1", "2", "1 2", "1 OR 3", "line 1 2", "2 OR 1", "-4", "-4 1", "level>=warn", "level>=warn 3"];

class ListRelay {
    #log = [];
    #lens;
    #place = 0;
    outbox = [];

    write(random) {
        const seq = this.#log.length + 1;
        const level = random.pick(["info", "warn", "error"]);
        const message = `line ${seq}`;
        this.#log.push({ seq, time: "2026-11-22T07:35:02Z", level, source: "a", host: "h", message, fields: {} });
    }

    hello() {
        this.#lens = undefined;
        this.outbox = [{ type: "hello", epoch: "e", head: this.#log.length, oldest: 1, streams: ["all"] }];
    }

    hear(messages) {
        for (const message of messages) {
            if (message.type !== "open") continue;
            this.#lens = new Filter(message.filter);
            const newest = Math.max(0, this.#log.length - message.last);
            this.#place = message.from ? Number(message.from.split(":")[1]) : newest;
            const from = `e:${this.#place}`;
            this.outbox.push({ type: "opened", complete: true, from, stream: "all", filter: message.filter });
            this.send();
            this.outbox.push({ type: "live", position: `e:${this.#place}` });
        }
    }

    /** Everything new under the lens. */
    send() {
        if (!this.#lens || this.#place === this.#log.length) return;
        const looked = this.#log.slice(this.#place);
        const events = looked.filter((event) => this.#lens.matches(JSON.stringify(event)));
        const [first, last] = [this.#place + 1, this.#log.length];
        this.#place = last;
        this.outbox.push({
            type: "events", first, last, position: `e:${last}`, events, matched: events.length, seen: looked.length,
        });
    }

    matching(filter, from) {
        const wanted = new Filter(filter);
        return this.#log.filter((event) => event.seq >= from && wanted.matches(JSON.stringify(event)))
            .map((event) => event.seq);
    }
}

test("whatever is tried while held, the rows are those of the filter in the end", () => {
    const wanted = process.env.TAILRACE_SEED ?? "1669113741";
    const seed = wanted === "random" ? Math.floor(Math.random() * 2 ** 32) : Number(wanted);
    for (let round = 0; round < 150; round += 1) converse(seed + round);
});

function converse(seed) {
    const random = seeded(seed);
    const relay = new ListRelay();
    const session = new Session();
    const steps = [];
    const deliver = () => {
        const message = relay.outbox.shift();
        if (message) relay.hear(session.receive(JSON.stringify(message), 0));
    };
    const acts = {
        write: () => relay.write(random),
        send: () => relay.send(),
        deliver,
        open: () => {
            filter = random.pick(FILTERS);
            steps.push(JSON.stringify(filter));
            relay.hear(session.open({ stream: "all", filter }, random.below(30) + 1));
        },
        hold: () => session.hold(),
        release: () => relay.hear(session.release(false)),
        lose: () => {
            relay.outbox = [];
            session.disconnected(0);
            relay.hello();
        },
        take: () => session.take(),
    };
    let filter = random.pick(FILTERS);
    for (let count = 0; count < 30; count += 1) relay.write(random);
    session.open({ stream: "all", filter });
    relay.hello();
    const names = [...Object.keys(acts), "deliver", "deliver", "open", "hold"];
    for (let step = 0; step < 60; step += 1) {
        const name = random.pick(names);
        steps.push(name);
        acts[name]();
    }
    while (relay.outbox.length > 0) deliver();
    relay.send();
    while (relay.outbox.length > 0) deliver();
    session.rows.look({ follow: false, first: 0, end: 1e6, missing: { first: 0, end: 1e6 } });
    const shown = session.take().list.rows.map((row) => row.seq);
    const from = session.rows.coveredFrom ?? 1;
    assert.deepEqual(shown, relay.matching(filter, from), `TAILRACE_SEED=${seed}: ${steps.join(" ")}`);
}
