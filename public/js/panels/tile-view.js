// One tile: title, what is counted, and what the relay told last, in the form of its kind.

import { h, icon, setText, tool } from "../parts/parts-view.js";
import { valueWords } from "../charts/figures.js";
import { LinesView } from "../charts/lines-view.js";
import { clock } from "../parts/format.js";
import { LogTile } from "./log-tile-view.js";
import { metaOf } from "./panel-words.js";
import { StatTile } from "./stat-tile-view.js";
import { ListTile } from "./list-tile-view.js";

export class TileView {
    #title = h("button", { type: "button", class: "tile-title" });
    #meta = h("span", { class: "meta num" });
    #body;
    #kind;
    #message;
    #context;
    #acts;
    #size;
    element;

    /**
     * `acts`: openLens({ stream, filter }), pick(field, name), showPast({ from, to }), menu(message, button); each may
     * be missing, as on a wall. `size` may have nameHeight, in pixels, for the names at line ends.
     */
    constructor(acts = {}, size = {}) {
        this.#acts = acts;
        this.#size = size;
        this.#title.disabled = !acts.openLens;
        this.#title.addEventListener("click", () => acts.openLens(this.#message));
        const more = acts.menu && tool("more", "What can be done with this panel", {
            click: ({ currentTarget }) => acts.menu(this.#message, currentTarget), "aria-haspopup": "menu",
        });
        this.element = h("section", { class: "tile" }, h("div", { class: "tile-head" }, h("h2", null, this.#title), this.#meta, more));
    }

    /** `context` is { zone, offset, received }: the clock of the page and when the message came. */
    show(message, context) {
        this.#message = message;
        this.#context = context;
        setText(this.#title, message.title ?? "");
        this.#title.title = `Show these events: ${message.filter || "all"}${message.stream === "all" ? "" : ` in ${message.stream}`}`;
        this.element.dataset.kind = message.kind;
        this.element.setAttribute("aria-label", message.title ?? "");
        setText(this.#meta, metaOf(message));
        if (this.#kind !== kindOf(message)) this.#become(message);
        this.#fill(message, context);
    }

    /** Ages go on while nothing comes. */
    tick(now) {
        this.#body?.tick?.(now);
    }

    #become(message) {
        this.#kind = kindOf(message);
        const pick = this.#acts.pick && ((name) => this.#acts.pick(this.#message.by?.[0], name));
        const make = {
            timeseries: () => new LinesView({ pick, read: (at) => this.#readAt(at), select: this.#acts.showPast }, this.#size),
            stat: () => new StatTile(),
            list: () => new ListTile({ pick }),
            log: () => new LogTile(),
        };
        this.#body = make[this.#kind]();
        this.element.replaceChildren(this.element.firstChild, this.#body.element);
    }

    #fill(message, context) {
        if (this.#kind !== "timeseries") return this.#body.show(message, context);
        const rest = message.other ? [{ name: "other", values: message.other }] : [];
        return this.#body.show({
            label: message.title, from: Date.parse(message.from), width: message.width_ms, points: message.points,
            series: [...(message.series ?? []), ...rest], unit: message.unit, offset: context.offset,
            isByLevel: message.by?.[0] === "level", canPick: this.#acts.pick !== undefined && message.by?.length === 1,
        });
    }

    /** While the pointer reads a moment, the head tells which. */
    #readAt(at) {
        const time = at === undefined ? undefined : clock(new Date(at).toISOString(), this.#context.zone);
        setText(this.#meta, time ? time.second : metaOf(this.#message));
    }
}

function kindOf({ kind, by, value }) {
    if (kind === "top" || (kind === "stat" && (by?.length > 0 || value === "last"))) return "list";
    return kind === "log" || kind === "stat" ? kind : "timeseries";
}

/** What stands in the place of tiles before the relay has told them. */
export function waitingTile(title) {
    return h(
        "section", { class: "tile is-waiting", "aria-label": title },
        h("div", { class: "tile-head" }, h("h2", null, title)), h("div", { class: "tile-none" }, valueWords(undefined)));
}

/** No panels at all: what to do about it. */
export function noTiles() {
    return h(
        "section", { class: "tile is-empty" }, icon("panels"),
        h("p", null, "This relay has no panels. ", h("span", { class: "quiet" }, "A [[panel]] block in its configuration makes one.")));
}
