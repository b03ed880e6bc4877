// The page: joins the worker, the state of time, the filter and the views. Decisions are made in the pure modules; here
// they are carried out.

import { commandsOf } from "./commands.js";
import { filterLanguage } from "../filter-box/language.js";
import { FrameLoop } from "./frame-loop.js";
import { listenToKeys } from "./keyboard-view.js";
import { PageStatus } from "../status/page-status.js";
import { makeParts } from "./page-parts.js";
import { makeViews } from "./page-views.js";
import { Relay } from "./relay.js";
import { loadRest } from "./rest.js";
import { RowActs } from "../rows/row-acts.js";
import { RowWalk } from "../rows/row-walk.js";
import { TimePart } from "../time/time-part.js";
import { socketAddress } from "./view-address.js";

/** Clocks, rates and waiting times are shown again this often when nothing else happens. */
const TICK_MS = 250;

const element = (id) => document.getElementById(id);

export class Page {
    #relay = new Relay((update) => this.#frames.receive(update));
    #frames = new FrameLoop({
        takeOver: (update) => this.#takeOver(update),
        paint: (now) => this.#views.rows.paint(now),
        ready: () => this.#relay.tell("ready"),
    });
    #views;
    #status;
    #row;
    #walk;
    #time;
    #parts;
    #commands;
    #hasRest = false;          // or it is on its way

    constructor(signal) {
        this.#views = makeViews(this.#acts, signal);
        this.#status = new PageStatus(this.#views);
        this.#row = new RowActs(
            this.#views, { editFilter: this.#acts.editFilter, hold: this.#acts.happened });
        this.#time = new TimePart(
            { relay: this.#relay, views: this.#views, status: this.#status, acts: this.#acts, signal });
        this.#walk = new RowWalk({
            rows: this.#views.rows,
            relay: this.#relay,
            hold: (reason) => this.#time.happened(reason),
            isHeld: () => this.#status.time.held,
            moved: () => this.#views.details.follow(),
            say: (text) => this.#views.said.say(text),
        });
        this.#parts = [
            this.#time,
            ...makeParts({ relay: this.#relay, views: this.#views, acts: this.#acts, walk: this.#walk, signal }),
        ];
        this.#commands = Object.assign(
            commandsOf(this.#acts, { views: this.#views, walk: this.#walk }), ...this.#parts.map((part) => part.commands));
        this.#listen(signal);
        this.#showZone();
        this.#views.order();
        const { address: { lens, place }, filter, settings } = this.#views;
        filter.show(lens.filter);
        this.#relay.begin({ url: socketAddress(location), lens, zone: settings.zone });
        if (settings.timeMode !== "absolute") this.#relay.tell("times", { mode: settings.timeMode });
        if (place) this.#time.openPast(place);
        if (document.hidden) this.#tellHidden();
        setInterval(() => this.#showStatus(), TICK_MS);
    }

    /** What views and keys may ask of the page. */
    #acts = {
        acted: (what) => this.#acted(what),
        actedInDetails: (what) => this.#row.actedInDetails(what),
        applyFilter: (text, isFinal) => this.#open({ filter: text }, isFinal),
        chooseZone: (control) => this.#time.chooseZone(control),
        commandList: () => this.#views.keymap.list.filter(({ command }) => this.#commands[command]),
        copyLink: () => this.#commands.copyLink(),
        copyRow: () => this.#row.copyRow(),
        detailsContext: () => ({
            epoch: this.#status.counts.position?.epoch, zone: this.#views.settings.zone, now: Date.now(),
            filter: this.#views.filter.text,
        }),
        editFilter: (text) => this.#editFilter(text),
        escape: () => this.#parts.some((part) => part.escape?.()) || this.#row.escape(),
        fetchCurrent: async () => (await this.#relay.ask("event", { index: this.#views.rows.current })).event,
        fetchFocused: async () => (await this.#relay.ask("event", { index: this.#views.rows.focused })).event,
        goLive: (play) => this.#time.goLive(play),
        happened: (event) => this.#time.happened(event),
        loadNewer: () => this.#relay.tell("loadNewer"),
        loadOlder: () => this.#relay.tell("loadOlder"),
        menu: () => this.#menu(),
        openLens: (lens) => {
            this.#open(lens, true);
            this.#showLens(lens);
        },
        noted: (seq) => this.#relay.tell("noted", { seq }),
        openDetails: () => this.#row.openDetails(),
        openPast: (place) => this.#time.openPast(place),
        pastCounted: (counts) => this.#status.pastCounted(counts),
        previousError: () => this.#walk.jump(-1, "error"),
        retry: () => this.#relay.tell("retry"),
        run: (command) => this.#commands[command](),
        setLevel: async (level) => {
            const { withLevel } = await filterLanguage();
            this.#editFilter(withLevel(this.#views.filter.text, level));
        },
        settingChanged: (name) => this.#settingChanged(name),
        showStatus: () => this.#showStatus(),
        toggleHold: () => this.#time.toggle(),
        wentTo: (...where) => this.#wentTo(...where),
    };

    #listen(signal) {
        const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
        listenToKeys(this.#views.keymap, this.#commands, {
            isHelpOpen: () => element("help").open, underway: () => this.#walk.underway, signal,
        });
        on(document, "visibilitychange", () => {
            this.#tellHidden();
            this.#frames.schedule();
        });
        on(element("stream"), "change", ({ target }) => this.#open({ stream: target.value }, true));
        on(element("keys"), "click", () => this.#views.help.do("toggle"));
    }

    #tellHidden() {
        this.#relay.tell("hidden", { isHidden: document.hidden });
    }

    /** Takes over what the worker says; answers whether it was more than anybody reads. */
    #takeOver(update) {
        if (update.isPrepared && !this.#hasRest) {
            this.#hasRest = true;
            loadRest();
        }
        const { rows } = this.#views;
        rows.apply(update.list);
        if (this.#status.take(update)) this.#frames.schedule();
        for (const part of this.#parts) part.take?.(update);
        this.#relay.settle(update.answers);
        return !this.#status.time.held && update.list.rows.length >= rows.rowsInView;
    }

    #showStatus() {
        if (this.#status.show()) this.#frames.schedule();
        for (const part of this.#parts) part.show?.(this.#status.view);
    }

    #acted(what) {
        const { details, rows, ruler } = this.#views;
        if (what.paint) this.#frames.schedule();
        if (what.painted) ruler.showSpan(rows.span);
        if (what.look) this.#relay.tell("look", { view: what.look });
        if (what.held) this.#time.happened(what.held);
        if (what.bottom) this.#time.happened("bottom");
        if (what.open !== undefined) this.#row.openDetails();
        if (what.focused !== undefined) details.follow();
        if (what.load !== undefined) {
            this.#time.happened("loading");
            this.#relay.tell("load", { index: what.load });
        }
    }

    // Filter and stream.

    /** A change from outside the box: shown in the box and applied at once. */
    #editFilter(text) {
        this.#views.filter.show(text);
        this.#open({ filter: text }, true);
    }

    #open(change, isFinal) {
        const before = this.#views.address.lens;
        const lens = { ...before, ...change };
        this.#views.address.show(lens, isFinal);
        const isSame = lens.stream === before.stream && lens.filter.trim() === before.filter.trim();
        if (!isSame) this.#relay.tell("open", { lens, anchorSeq: this.#views.rows.anchorSeq });
    }

    #showLens(lens) {
        this.#views.filter.show(lens.filter);
        element("stream").value = lens.stream;
    }

    #wentTo(lens, place, before) {
        this.#showLens(lens);
        const isSame = lens.stream === before.stream && lens.filter === before.filter;
        if (!isSame) this.#relay.tell("open", { lens, anchorSeq: this.#views.rows.anchorSeq });
        this.#showZone();
        this.#time.wentTo(place);
    }

    /** The address says in which zone its times are read. */
    #showZone() {
        const { address, settings } = this.#views;
        const zone = settings.zone === "utc" ? undefined : settings.zone;
        if (address.lens.zone !== zone) address.show({ ...address.lens, zone }, false);
    }

    // Settings.

    #settingChanged(name) {
        const { details, rows, ruler, settings } = this.#views;
        if (name === "zone") {
            this.#showZone();
            this.#relay.tell("zone", { zone: settings.zone });
            details.follow();
        }
        if (name === "timeMode") this.#relay.tell("times", { mode: settings.timeMode });
        if (name === "isNewestFirst") this.#views.order();
        rows.relayout();
        ruler.redraw();
    }

    #menu() {
        return [
            ...this.#views.settings.menu,
            ["arrow-up", "Oldest row here", this.#commands.oldest],
            ["clock", "Go to time", this.#commands.goToTime],
            ["histogram", "Histogram", this.#commands.histogram],
            ["link", "Copy link to this view", this.#commands.copyLink],
            ["download", "Download events", this.#commands.export],
            ["thrift", this.#views.settings.isThrifty ? "All data" : "Reduced data", this.#commands.thrift],
            ...(this.#status.view.relay?.user ? [["user", "Who is signed in", this.#commands.account]] : []),
            ["palette", "All commands", this.#commands.palette],
        ];
    }
}
