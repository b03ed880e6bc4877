// The page: joins the worker, the state of time, the filter and the views. Decisions are made in the pure modules; here
// they are carried out.

import { commandsOf } from "./commands.js";
import { withLevel } from "../filter-box/filter-text.js";
import { FrameLoop } from "./frame-loop.js";
import { listenToKeys } from "./keyboard-view.js";
import { PageStatus } from "../status/page-status.js";
import { makeParts } from "./page-parts.js";
import { makeViews } from "./page-views.js";
import { Relay } from "./relay.js";
import { RowActs } from "../rows/row-acts.js";
import { RowWalk } from "../rows/row-walk.js";
import { after, REASONS } from "../time/time-state.js";
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
    #parts;
    #commands;

    constructor(signal) {
        this.#views = makeViews(this.#acts, signal);
        this.#status = new PageStatus(this.#views);
        this.#row = new RowActs(
            this.#views, { relay: this.#relay, editFilter: this.#acts.editFilter, hold: this.#acts.happened });
        this.#walk = new RowWalk({
            rows: this.#views.rows,
            relay: this.#relay,
            hold: (reason) => this.#happened(reason),
            isHeld: () => this.#status.time.held,
            moved: () => this.#views.details.follow(),
            say: (text) => this.#views.said.say(text),
        });
        this.#parts = makeParts({ relay: this.#relay, views: this.#views, acts: this.#acts, signal });
        this.#commands = Object.assign(
            commandsOf(this.#acts, { views: this.#views, walk: this.#walk }), ...this.#parts.map((part) => part.commands));
        this.#listen(signal);
        const { address: { lens }, filter, settings } = this.#views;
        filter.show(lens.filter);
        this.#relay.tell("start", { url: socketAddress(location), lens, zone: settings.zone });
        this.#relay.tell("ready");
        setInterval(() => this.#showStatus(), TICK_MS);
    }

    /** What views and keys may ask of the page. */
    #acts = {
        acted: (what) => this.#acted(what),
        actedInDetails: (what) => this.#row.actedInDetails(what),
        applyFilter: (text, isFinal) => this.#open({ filter: text }, isFinal),
        commandList: () => this.#views.keymap.list.filter(({ command }) => this.#commands[command]),
        copyRow: () => this.#row.copyRow(),
        detailsContext: () => ({
            epoch: this.#status.counts.position?.epoch, zone: this.#views.settings.zone, now: Date.now(),
        }),
        editFilter: (text) => this.#editFilter(text),
        escape: () => this.#parts.some((part) => part.escape?.()) || this.#row.escape(),
        fetchCurrent: async () => (await this.#relay.ask("event", { index: this.#views.rows.current })).event,
        fetchFocused: async () => (await this.#relay.ask("event", { index: this.#views.rows.focused })).event,
        goLive: (play) => this.#goLive(play),
        happened: (event) => this.#happened(event),
        loadOlder: () => this.#relay.tell("loadOlder"),
        menu: () => this.#menu(),
        openLens: (lens) => {
            this.#open(lens, true);
            this.#wentTo(lens);
        },
        openDetails: () => this.#row.openDetails(),
        previousError: () => this.#walk.jump(-1, "error"),
        retry: () => this.#relay.tell("retry"),
        run: (command) => this.#commands[command](),
        setLevel: (level) => this.#editFilter(withLevel(this.#views.filter.text, level)),
        settingChanged: (name) => this.#settingChanged(name),
        toggleHold: () => (this.#status.time.held ? this.#goLive() : this.#happened("space")),
        wentTo: (lens) => this.#wentTo(lens),
    };

    #listen(signal) {
        const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
        listenToKeys(this.#views.keymap, this.#commands, { isHelpOpen: () => this.#views.help.isOpen, signal });
        on(document, "visibilitychange", () => this.#frames.schedule());
        on(element("stream"), "change", ({ target }) => this.#open({ stream: target.value }, true));
        on(element("keys"), "click", () => this.#views.help.toggle());
    }

    /** Takes over what the worker says; answers whether it was more than anybody reads. */
    #takeOver(update) {
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

    // Time: live or held.

    #happened(event) {
        const before = this.#status.time;
        const time = after(before, event);
        if (time === before) return;
        this.#status.time = time;
        if (!time.held) this.#returned(false);
        else if (!before.held) this.#held();
        this.#showStatus();
    }

    #goLive(play = false) {
        this.#status.time = after(this.#status.time, "return");
        this.#returned(play);
        this.#showStatus();
    }

    #held() {
        this.#views.rows.hold();
        this.#relay.tell("hold");
        this.#views.said.announce(`Held: ${REASONS[this.#status.time.reason]}`);
    }

    #returned(play) {
        getSelection().removeAllRanges();
        this.#status.counts = { ...this.#status.counts, news: { matched: 0, errors: 0 } };
        this.#views.details.close();
        this.#views.rows.goLive();
        this.#relay.tell("release", { play });
        this.#views.said.announce("Live");
    }

    #acted(what) {
        const { details, rows, ruler } = this.#views;
        if (what.paint) this.#frames.schedule();
        if (what.painted) ruler.showSpan(rows.span);
        if (what.look) this.#relay.tell("look", { view: what.look });
        if (what.held) this.#happened(what.held);
        if (what.bottom) this.#happened("bottom");
        if (what.open !== undefined) this.#row.openDetails();
        if (what.focused !== undefined) details.follow();
        if (what.load !== undefined) {
            this.#happened("loading");
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

    #wentTo(lens) {
        this.#views.filter.show(lens.filter);
        element("stream").value = lens.stream;
        this.#relay.tell("open", { lens, anchorSeq: this.#views.rows.anchorSeq });
    }

    // Settings.

    #settingChanged(name) {
        const { details, rows, ruler, settings } = this.#views;
        if (name === "zone") {
            this.#relay.tell("zone", { zone: settings.zone });
            details.follow();
        }
        rows.relayout();
        ruler.redraw();
    }

    #menu() {
        return [
            ...this.#views.settings.menu,
            ["arrow-up", "Oldest row here", this.#commands.oldest],
            ["link", "Copy link to this view", this.#commands.copyLink],
            ["download", "Download events", this.#commands.export],
        ];
    }
}
