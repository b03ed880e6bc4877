// A screen on the wall: the relay's panels and the newest errors, without controls. It looks after itself: it reconnects,
// asks for the panels anew when the relay was started again, and goes on to the next lens when there are several.

import { count, counted, zoneName } from "../parts/format.js";
import { h, icon, setText } from "../parts/parts-view.js";
import { offsetOf } from "../parts/zones.js";
import { errorsIn } from "../parts/levels.js";
import { Relay } from "../page/relay.js";
import { socketAddress } from "../page/view-address.js";
import { RowView } from "../rows/row-view.js";
import { TileView, waitingTile } from "../panels/tile-view.js";
import { errorsWithin, rowsOf, turnsOf } from "./wall-layout.js";

const TICK_MS = 500;

/** Rows asked for; as many are shown as there is room for. */
const MOST_ROWS = 60;

export class Wall {
    #relay = new Relay((update) => this.#take(update));
    #turns = turnsOf(location.search);
    #turn = 0;
    #turnedAt = Date.now();
    #zone = new URLSearchParams(location.search).get("zone") === "local" ? "local" : "utc";
    #panels = [];
    #tiles = new Map();
    #received = Date.now();
    #events = new Map();       // index → row
    #rows = [];
    #generation;
    #link = { phase: "opening", since: Date.now() };
    #host = "";
    #stats;
    #parts = makeParts();

    constructor() {
        document.body.classList.add("is-wall");
        document.body.replaceChildren(this.#parts.wall, ...document.querySelectorAll("svg.visually-hidden"));
        this.#relay.tell("look", { view: { follow: true, count: MOST_ROWS } });
        this.#relay.tell("panels", { on: true });
        this.#relay.begin({
            url: socketAddress(location), lens: errorsWithin(this.#lens), zone: this.#zone,
        });
        this.#list();
        setInterval(() => this.#tick(), TICK_MS);
    }

    get #lens() { return this.#turns.lenses[this.#turn]; }

    #take(update) {
        if (update.relay) this.#host = update.relay.host;
        if (update.stats) this.#stats = update.stats;
        if (update.link) this.#linked(update.link);
        if (update.watched?.configured) this.#fill(update.watched.configured.panels);
        this.#takeRows(update.list);
        this.#tick();
        requestAnimationFrame(() => setTimeout(() => this.#relay.tell("ready"), 0));
    }

    #linked(link) {
        const isBack = link.phase === "open" && this.#link.phase === "lost";
        this.#link = link;
        if (isBack) this.#list();
    }

    async #list() {
        try {
            const answer = await fetch("api/v1/panels?wait=no");
            if (!answer.ok) return;
            this.#panels = (await answer.json()).panels;
        } catch {
            return;   // asked again with the next connection
        }
        this.#lay();
        this.#fill(Object.fromEntries(this.#panels.filter(({ last }) => last).map(({ id, last }) => [id, last])));
    }

    #lay() {
        this.#tiles = new Map(this.#panels.map(({ id }) => [id, new TileView({}, { nameHeight: 22 })]));
        this.#parts.tiles.replaceChildren(...rowsOf(this.#panels).map((row) => {
            const line = h("div", { class: "wall-tiles" }, ...row.map(
                ({ panel }) => (panel.last ? this.#tiles.get(panel.id).element : waitingTile(panel.title))));
            line.style.setProperty("grid-template-columns", row.map(({ weight }) => `minmax(0, ${weight}fr)`).join(" "));
            return line;
        }));
    }

    #fill(messages) {
        this.#received = Date.now();
        const context = { zone: this.#zone, offset: offsetOf(this.#zone, Date.now()), received: this.#received };
        let isNew = false;
        for (const panel of this.#panels) {
            const message = messages[panel.id];
            if (!message) continue;
            isNew ||= !panel.last;
            panel.last = message;
            this.#tiles.get(panel.id)?.show(message, context);
        }
        if (isNew) this.#lay();
        if (isNew) for (const panel of this.#panels) if (panel.last) this.#tiles.get(panel.id).show(panel.last, context);
    }

    #takeRows({ generation, base, splices, rows }) {
        if (generation !== this.#generation || splices.length > 0) this.#events.clear();
        this.#generation = generation;
        for (const row of rows) this.#events.set(row.index, row);
        const kept = [...this.#events.keys()].sort((one, other) => one - other);
        for (const index of kept) if (index < base || index < kept.at(-MOST_ROWS)) this.#events.delete(index);
        const newest = [...this.#events.values()].sort((one, other) => other.index - one.index);
        while (this.#rows.length < newest.length) this.#rows.push(new RowView(undefined));
        // The time of the row above is that of the newer event here: what repeats differs from the list of the page.
        newest.forEach((row, at) => this.#rows[at].show(row.index, { ...row, isSameSecond: false, day: undefined }, at + 1));
        this.#parts.rows.replaceChildren(...this.#rows.slice(0, newest.length).map(({ element }) => element));
    }

    #tick() {
        const now = Date.now();
        if (this.#turns.lenses.length > 1 && now - this.#turnedAt >= this.#turns.seconds * 1000) this.#next(now);
        for (const tile of this.#tiles.values()) tile.tick(now);
        this.#showHead(now);
    }

    #next(now) {
        this.#turnedAt = now;
        this.#turn = (this.#turn + 1) % this.#turns.lenses.length;
        this.#relay.tell("open", { lens: errorsWithin(this.#lens) });
    }

    #showHead(now) {
        const { title, host, lens, word, why, clock, zone, errors } = this.#parts;
        const isLive = this.#link.phase === "open";
        document.documentElement.dataset.time = isLive ? "live" : "offline";
        setText(title, this.#turns.title || this.#host || "tailrace");
        setText(host, this.#turns.title ? this.#host : "");
        setText(lens, this.#lens.filter || (this.#lens.stream === "all" ? "" : this.#lens.stream));
        setText(word, isLive ? "LIVE" : this.#link.phase === "lost" ? "OFFLINE" : "OPENING");
        const away = `${Math.round((now - this.#link.since) / 1000)} s`;
        setText(why, isLive ? `${count(this.#stats?.rates?.seen ?? 0)}/s` : away);
        const [, second] = /T(\d\d:\d\d:\d\d)/.exec(new Date(now + offsetOf(this.#zone, now)).toISOString());
        setText(clock, second);
        setText(zone, zoneName(this.#zone));
        const bad = errorsIn(this.#stats?.levels?.matched);
        setText(errors, bad > 0 ? `${counted(bad, "error")} since this screen was opened` : "");
    }
}

function makeParts() {
    const text = (name) => h("span", { class: name });
    const parts = {
        title: h("b"), host: text("quiet"), lens: text("mono quiet"), word: h("span"), why: text("why num"),
        clock: text("clock num"), zone: text("quiet"), errors: text("quiet num"),
        tiles: h("div", { class: "wall-rows" }),
        rows: h("div", { class: "rows from-top", role: "grid", "aria-label": "Newest errors" }),
    };
    const state = h(
        "span", { class: "time-state" }, h("span", { class: "word" }, h("i", { class: "pulse" }), parts.word), parts.why);
    const head = h(
        "header", { class: "wall-head" },
        h("h1", { class: "wordmark" }, icon("mark"), "tailrace"), h("span", { class: "divider" }),
        h("span", { class: "lens" }, parts.title, " ", parts.host, " ", parts.lens), h("span", { class: "push" }),
        state, parts.clock, parts.zone);
    const errors = h(
        "section", { class: "wall-errors", "aria-label": "Newest errors" },
        h("div", { class: "title" }, "Newest errors", parts.errors), parts.rows);
    return { ...parts, wall: h("main", { class: "wall" }, head, parts.tiles, errors) };
}
