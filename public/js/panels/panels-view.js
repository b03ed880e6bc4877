// The strip of panels above the rows: what the relay computes for everybody, and charts that this reader made.

import { copyText } from "../parts/clipboard.js";
import { fieldsPath } from "../facets/facet-counts.js";
import { filterLanguage } from "../filter-box/language.js";
import { load } from "../parts/load.js";
import { offsetOf } from "../parts/zones.js";
import { chartOf, chartsFrom, MOST_CHARTS, watchOf } from "./charts.js";
import { panelTOML } from "./panel-toml.js";
import { noTiles, TileView, waitingTile } from "./tile-view.js";

export class PanelsView {
    #page;
    #root = document.getElementById("panels");
    #button = document.getElementById("panels-toggle");
    #tiles = new Map();     // id of a panel, or definition of a chart → TileView
    #panels = [];           // what the relay has, in its order
    #charts;
    #told = {};
    #zone;
    #generation;         // of the relay's configuration

    constructor(page) {
        this.#page = page;
        this.#charts = chartsFrom(page.views.settings.get("charts"));
    }

    /** Asks for a chart of a field of the events in view, and shows it. */
    async chart(field) {
        const { askForChart } = await import("./chart-dialog.js");
        const choice = await askForChart({ field, fields: this.#fieldNames() });
        if (!choice) return;
        this.#keepCharts([...this.#charts, chartOf(choice, this.#page.views.address.lens)].slice(-MOST_CHARTS));
        this.#page.views.settings.set("panels", true);
        this.show(true);
    }

    /** Names to offer; a form without them takes any. */
    async #fieldNames() {
        try {
            const { fields } = await load(fieldsPath(this.#page.views.address.lens.stream, { since: "15m" }));
            return fields.map(({ name }) => name);
        } catch {
            return [];
        }
    }

    /** What the worker heard of panels. */
    take({ watched }) {
        if (!watched) return;
        const received = Date.now();
        for (const owner of ["configured", "charts"]) {
            if (watched[owner]) this.#told[owner] = { ...watched[owner], received };
        }
        if (watched.configured || watched.charts) this.#fill();
    }

    /** Clocks go on, times follow the zone, and another configuration has other tiles. */
    follow({ now, zone, configuration }) {
        const isOther = this.#generation !== configuration?.generation;
        this.#generation = configuration?.generation;
        if (this.#root.hidden) return;
        if (isOther) this.#list();
        if (zone !== this.#zone) {
            this.#zone = zone;
            this.#fill();
        }
        for (const tile of this.#tiles.values()) tile?.tick(now);
    }

    /** Opens or closes the strip. */
    show(isOpen) {
        this.#root.hidden = !isOpen;
        this.#button.setAttribute("aria-pressed", String(isOpen));
        this.#page.relay.tell("panels", { on: isOpen });
        this.#page.relay.tell("watch", { owner: "charts", panels: isOpen ? this.#charts.map(watchOf) : [] });
        if (isOpen) this.#list();
    }

    /** The relay's panels in their order; the messages come by the socket. */
    async #list() {
        try {
            this.#panels = (await load("api/v1/panels?wait=no")).panels;
        } catch {
            // Without a connection the strip shows what it had; it asks again when it is opened.
        }
        this.#lay();
    }

    /** One tile for each panel and chart; tiles that stay are not made again. */
    #lay() {
        const names = new Map([
            ...this.#panels.map((panel) => [panel.id, panel]),
            ...this.#charts.map((chart) => [JSON.stringify(chart), chart]),
        ]);
        for (const name of this.#tiles.keys()) if (!names.has(name)) this.#tiles.delete(name);
        for (const [name] of names) if (!this.#tiles.has(name)) this.#tiles.set(name, undefined);
        this.#fill();
        const tiles = [...names].map(([name, { title }]) => this.#tiles.get(name)?.element ?? waitingTile(title));
        this.#root.replaceChildren(...(tiles.length > 0 ? tiles : [noTiles()]));
    }

    #fill() {
        const { configured, charts } = this.#told;
        const { zone } = this.#page.views.settings;
        const context = { zone, offset: offsetOf(zone, Date.now()) };
        const told = [
            ...this.#panels.map(({ id, last }) => [id, configured?.panels[id] ?? last, configured?.received ?? Date.now()]),
            ...this.#charts.map((chart, at) => {
                const message = charts?.panels[at] && { ...charts.panels[at], title: chart.title };
                return [JSON.stringify(chart), message, charts?.received];
            }),
        ];
        let isNew = false;
        for (const [name, message, received] of told) {
            if (!message) continue;
            if (!this.#tiles.get(name)) isNew = Boolean(this.#tiles.set(name, new TileView(this.#acts)));
            this.#tiles.get(name).show(message, { ...context, received });
        }
        if (charts?.error) this.#refused(charts.error);
        if (isNew) this.#lay();
    }

    /** The relay does not take this chart: it is taken away, and the reader told why. */
    #refused({ panel, message }) {
        this.#told.charts = undefined;
        this.#page.views.said.say(`No chart: ${message}`);
        this.#keepCharts(this.#charts.filter((_, at) => at !== panel));
    }

    #keepCharts(charts) {
        this.#charts = charts;
        this.#told.charts = undefined;
        this.#page.views.settings.set("charts", charts);
        this.#page.relay.tell("watch", { owner: "charts", panels: charts.map(watchOf) });
        this.#lay();
    }

    #acts = {
        openLens: ({ stream, filter }) => this.#page.acts.openLens({ stream, filter }),
        pick: async (field, name) => {
            if (!field) return;
            const { include } = await filterLanguage();
            this.#page.acts.editFilter(include(this.#page.views.filter.text, field, name));
        },
        menu: (message, button) => this.#showMenu(message, button),
        showPast: ({ from, to }) => this.#page.acts.openPast({
            since: new Date(from).toISOString(), until: new Date(to).toISOString(),
        }),
    };

    #showMenu(message, button) {
        const chart = this.#charts.find((one) => one.title === message.title && !this.#panels.some(({ id }) => id === message.id));
        const entries = [
            { symbol: "stream", label: "Show these events", act: () => this.#acts.openLens(message) },
            { symbol: "copy", label: "Copy as configuration", act: () => this.#copy(message) },
            { symbol: "stats", label: "Chart a field", act: () => this.chart() },
        ];
        const remove = () => this.#keepCharts(this.#charts.filter((one) => one !== chart));
        if (chart) entries.push({ symbol: "close", label: "Remove this chart", act: remove });
        this.#page.menu.do("open", button.getBoundingClientRect(), { label: message.title, entries, opener: button });
    }

    async #copy(message) {
        const isCopied = await copyText(panelTOML(message));
        this.#page.views.said.say(isCopied ? "Panel copied as TOML" : "The browser did not allow copying");
    }
}
