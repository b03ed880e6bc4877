// All that a session knows. Pure. Its parts decide; the functions beside it say what a message does to them.

import { Choices } from "./choices.js";
import { Hold } from "./hold.js";
import { Loads } from "./loads.js";
import { Opens } from "./opens.js";
import { Past } from "./past.js";
import { parsePosition } from "./protocol.js";
import { StreamRows } from "../list/stream-rows.js";
import { Tally } from "./tally.js";
import { Watches } from "./watches.js";

export class SessionState {
    rows;                 // of the live stream
    past;                 // rows of a fixed range, in place of the live ones while it is open
    loads;
    choices;
    hold = new Hold();
    opens = new Opens();
    tally = new Tally();
    watches = new Watches();
    lens;                 // the lens that the server sends
    epoch;
    position;             // resumes after everything received
    host;
    user;                 // who is signed in, where the relay asks
    streams = [];
    configuration;        // in force at the relay: { generation, problem }
    isConnected = false;
    isOpen = false;       // the server sends a lens on this connection
    isLive = false;       // the backlog is through
    isResting = false;    // held because nobody looks, not by the reader
    hasRested = false;    // the next gap is what came meanwhile
    resume;               // { lostAt, missing, read } until the backlog of a resumed stream is through
    lostAt;
    beyond;               // the position of a held place that another lens can only show in the past
    stats;
    notices = [];
    #dirty = new Set();

    constructor(limits) {
        this.rows = new StreamRows(limits);
        this.past = new Past(limits);
        this.loads = new Loads(this.rows);
        this.choices = new Choices(this.rows);
    }

    get isHeld() { return this.hold.isOn; }

    /** The rows that the page shows. */
    get shown() { return this.past.isShown ? this.past.rows : this.rows; }

    /** These parts are new for the page. */
    touch(...parts) {
        for (const part of parts) this.#dirty.add(part);
    }

    reached(position) {
        this.position = parsePosition(position) ?? this.position;
        return [];
    }

    /** What changed since the last time, for the page. */
    take() {
        const list = this.shown.take();
        const generation = this.past.isShown ? `past ${list.generation}` : list.generation;
        const update = { list: { ...list, generation } };
        for (const part of this.#dirty) update[part] = this.#part(part);
        this.#dirty.clear();
        if (this.watches.hasNews) update.watched = this.watches.take();
        if (this.notices.length > 0) update.notices = this.notices.splice(0);
        return update;
    }

    #part(name) {
        switch (name) {
            case "lens": return { ...this.lens, wanted: this.opens.wanted.lens, error: this.opens.problem };
            case "relay": return { host: this.host, user: this.user, streams: this.streams, configuration: this.configuration };
            case "counts": return { ...this.tally.value, news: this.hold.news, position: this.position };
            case "stats": return this.stats;
            case "start": return this.past.isShown ? { ...this.past.start, isLive: this.isLive } : this.#start();
            case "beyond": return this.beyond;
            case "past": return this.past.facts;
            default: return undefined;
        }
    }

    #start() {
        const oldest = this.stats?.oldest ?? Infinity;
        return {
            isOpened: this.lens !== undefined && !this.rows.isWaiting,
            isLive: this.isLive,
            rows: this.rows.length,
            time: this.rows.firstTime,
            lastTime: this.rows.lastTime,
            hasOlder: (this.rows.coveredFrom ?? 0) > oldest,
            isFull: this.rows.isFull,
            isLoading: this.loads.isLoadingOlder,
        };
    }
}
