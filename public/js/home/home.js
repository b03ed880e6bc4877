// The home page: a tile for each kept view, with its course, its errors and how fresh it is. A click opens the view.

import { draw } from "../charts/lines-view.js";
import { load } from "../parts/load.js";
import { h, icon, setText } from "../parts/parts-view.js";
import { storage } from "../parts/stored.js";
import { lensesFrom } from "../palette/lenses.js";
import { Preferences } from "../page/preferences.js";
import { Relay } from "../page/relay.js";
import { socketAddress } from "../page/view-address.js";
import { errorWords, figuresOf, lastErrorWords, MOST_WATCHED, panelsFor, tilesOf } from "./home-tiles.js";

const TICK_MS = 1000;
const GROUPS = { team: "Of the team", yours: "Yours", stream: "Streams" };

export class Home {
    #relay = new Relay((update) => this.#take(update));
    #preferences = new Preferences(storage());
    #team = [];
    #streams = [];
    #tiles = [];            // { tile, view, messages, error }
    #key = "";
    #host = h("span", { class: "quiet" });
    #state = h("span");
    #link = { phase: "opening", since: Date.now() };
    #body = h("div", { class: "home-body" });
    #problem = h("p", { class: "home-problem", role: "status", hidden: true });

    constructor() {
        document.title = "Home \u00b7 tailrace";
        document.body.classList.add("is-home");
        document.body.replaceChildren(
            h(
                "main", { class: "home" },
                h(
                    "header", { class: "home-head" },
                    h("h1", { class: "wordmark" }, icon("mark"), "tailrace"), this.#host, h("span", { class: "push" }),
                    h("span", { class: "time-state" }, h("span", { class: "word" }, h("i", { class: "pulse" }), this.#state)),
                    h("a", { class: "button", href: "./" }, "To the events")),
                this.#problem, this.#body),
            ...document.querySelectorAll("svg.visually-hidden"));
        // The rows of this lens are of no use here: it is open so that panels come, and held so that events do not.
        this.#relay.begin({ url: socketAddress(location), lens: { stream: "all", filter: "level>=emergency" }, zone: "utc" });
        this.#relay.tell("hold");
        this.#loadTeam();
        setInterval(() => this.#show(), TICK_MS);
    }

    async #loadTeam() {
        try {
            this.#team = (await load("api/v1/lenses")).lenses;
            this.#problem.hidden = true;
        } catch (error) {
            this.#problem.hidden = false;
            setText(this.#problem, `The views of the team are not here: ${error.message}`);
        }
        this.#lay();
    }

    #take(update) {
        if (update.relay) {
            this.#streams = update.relay.streams;
            setText(this.#host, update.relay.host ?? "");
            this.#lay();
        }
        if (update.link) {
            const isBack = update.link.phase === "open" && this.#link.phase === "lost";
            this.#link = update.link;
            if (isBack) this.#loadTeam();
        }
        for (const [owner, told] of Object.entries(update.watched ?? {})) {
            const entry = this.#tiles[Number(owner.slice("home ".length))];
            if (entry) Object.assign(entry, { messages: told.panels, error: told.error });
        }
        this.#show();
        requestAnimationFrame(() => setTimeout(() => this.#relay.tell("ready"), 0));
    }

    #lay() {
        const tiles = tilesOf({ team: this.#team, own: lensesFrom(this.#preferences.get("lenses")), streams: this.#streams });
        const key = JSON.stringify(tiles);
        if (key === this.#key) return;
        this.#key = key;
        const watched = Math.max(this.#tiles.length, tiles.length);
        this.#tiles = tiles.map((tile) => ({ tile, view: new TileView(tile), messages: [] }));
        this.#body.replaceChildren(...Object.entries(GROUPS).flatMap(([kind, title]) => {
            const entries = this.#tiles.filter(({ tile }) => tile.kind === kind);
            if (entries.length === 0 && kind === "yours") return [h("h2", null, title), h("p", { class: "quiet" }, "Keep a view under a name: ", h("kbd", null, "K"), " and \u201cKeep this view\u201d.")];
            return entries.length === 0 ? [] : [h("h2", null, title), h("div", { class: "home-tiles" }, ...entries.map(({ view }) => view.element))];
        }));
        for (let at = 0; at < watched; at += 1) {
            const panels = at < Math.min(tiles.length, MOST_WATCHED) ? panelsFor(tiles[at]) : [];
            this.#relay.tell("watch", { owner: `home ${at}`, panels });
        }
        this.#show();
    }

    #show() {
        const now = Date.now();
        const isLost = this.#link.phase === "lost";
        document.documentElement.dataset.time = isLost ? "lost" : this.#link.phase === "open" ? "live" : "opening";
        setText(this.#state, isLost ? "OFFLINE" : this.#link.phase === "open" ? "LIVE" : "OPENING");
        this.#tiles.forEach(({ view, messages, error }, at) => {
            view.show({ figures: figuresOf(messages[0], messages[1], now), error, now, isWatched: at < MOST_WATCHED });
        });
    }
}

class TileView {
    element;
    #rate = h("b", { class: "num" });
    #errors = h("span", { class: "num" });
    #fresh = h("span", { class: "quiet" });
    #chart = h("div", { class: "home-chart" });
    #last = h("p", { class: "home-last" });

    constructor({ name, more, address }) {
        this.element = h(
            "a", { class: "home-tile", href: address, "aria-label": name },
            h("span", { class: "home-name" }, h("b", null, name), this.#rate),
            h("span", { class: "home-more", title: more }, more || "everything"),
            this.#chart,
            h("span", { class: "home-facts" }, this.#errors, this.#fresh),
            this.#last);
    }

    show({ figures, error, now, isWatched }) {
        if (!figures) {
            setText(this.#fresh, error ? `no numbers: ${error.message}` : isWatched ? "" : `numbers come for the first ${MOST_WATCHED} views`);
            return;
        }
        setText(this.#rate, figures.rate);
        setText(this.#errors, errorWords(figures));
        setText(this.#fresh, figures.fresh);
        this.element.classList.toggle("has-errors", figures.errors > 0);
        this.element.classList.toggle("is-quiet", figures.isQuiet);
        const { ago, text, source } = lastErrorWords(figures.last, now);
        const key = JSON.stringify([ago, text]);
        if (this.#last.dataset.key !== key) {
            this.#last.dataset.key = key;
            this.#last.replaceChildren(ago && h("span", { class: "num quiet" }, ago), source ? h("span", { class: "quiet" }, source) : "", h("span", { class: ago ? "mono" : "quiet" }, text));
        }
        this.#draw(figures.bars);
    }

    /** Whole pixels of a picture that is as wide as the tile: a bar is two of its units and one of air. */
    #draw(bars) {
        const key = JSON.stringify(bars);
        if (this.#chart.dataset.key === key) return;
        this.#chart.dataset.key = key;
        const most = Math.max(1, ...bars.map(({ all }) => all));
        const height = (value) => (value === 0 ? 0 : Math.max(1, Math.round((value / most) * 32)));
        const rects = bars.flatMap(({ all, errors }, at) => [
            draw("rect", { x: at * 3, width: 2, y: 32 - height(all), height: height(all), class: "home-bar" }),
            draw("rect", { x: at * 3, width: 2, y: 32 - height(errors), height: height(errors), class: "home-bar is-error" }),
        ]);
        const svg = draw("svg", { class: "chart", viewBox: `0 0 ${bars.length * 3 - 1} 32`, preserveAspectRatio: "none", "aria-hidden": "true" });
        svg.append(...rects);
        this.#chart.replaceChildren(svg);
    }
}
