// The page: joins the worker, the state of time, the filter and the views. Decisions are made in the pure modules; here
// they are carried out.

import { AddressBar } from "./address-bar.js";
import { BlankView } from "./blank-view.js";
import { copyText } from "./clipboard.js";
import { DetailsPanelView } from "./details-panel-view.js";
import { EndRowView } from "./end-row-view.js";
import { FilterBar } from "./filter-bar.js";
import { exclude, include, withLevel } from "./filter-text.js";
import { FrameLoop } from "./frame-loop.js";
import { HelpView } from "./help-view.js";
import { listenToKeys } from "./keyboard-view.js";
import { THRESHOLDS } from "./levels.js";
import { NoteView } from "./note-view.js";
import { NoticeBar } from "./notice-bar.js";
import { h, setText } from "./parts-view.js";
import { Relay } from "./relay.js";
import { RowWalk } from "./row-walk.js";
import { RowsView } from "./rows-view.js";
import { RulerView } from "./ruler-view.js";
import { SettingsBar } from "./settings-bar.js";
import { SmallBar } from "./small-bar.js";
import { StartRowView } from "./start-row-view.js";
import { StripBar } from "./strip-bar.js";
import { TimeBar } from "./time-bar.js";
import { after, LIVE, REASONS } from "./time-state.js";
import { socketAddress } from "./view-address.js";

/** Clocks, rates and waiting times are shown again this often when nothing else happens. */
const TICK_MS = 250;

/** How long the page's answer to a key stands in the head of the rows. */
const SAID_MS = 2500;

const element = (id) => document.getElementById(id);

export class Page {
    #time = LIVE;
    #link = { phase: "opening", attempt: 0, since: Date.now() };
    #counts = { matched: 0, seen: 0, news: { matched: 0, errors: 0 }, gaps: { count: 0, events: 0 } };
    #start = { isOpened: false };
    #lens;               // what the server sends, and what is wrong with what was typed
    #facts;              // of the relay: host, streams
    #stats;
    #saidTimer;

    #relay = new Relay((update) => this.#frames.receive(update));
    #frames = new FrameLoop({
        takeOver: (update) => this.#takeOver(update),
        paint: (now) => this.#rows.paint(now),
        ready: () => this.#relay.tell("ready"),
    });
    #endRow = new EndRowView();
    #startRow = new StartRowView(() => this.#relay.tell("loadOlder"));
    #address;
    #settings;
    #rows;
    #ruler;
    #filter;
    #timeBar;
    #notice;
    #strip;
    #blank;
    #details;
    #walk;
    #help;
    #note = new NoteView({
        fetchEvent: async () => (await this.#relay.ask("event", { index: this.#rows.current })).event,
        say: (text) => this.#say(text),
    });
    #smallBar;

    constructor(signal) {
        this.#makeRows(signal);
        this.#makeBars(signal);
        this.#listen(signal);
        this.#filter.show(this.#address.lens.filter);
        const { lens } = this.#address;
        this.#relay.tell("start", { url: socketAddress(location), lens, zone: this.#settings.zone });
        this.#relay.tell("ready");
        setInterval(() => this.#showStatus(), TICK_MS);
    }

    #makeRows(signal) {
        this.#rows = new RowsView(
            element("rows"),
            { act: (what) => this.#acted(what), start: this.#startRow.element, end: this.#endRow.element, signal },
        );
        this.#ruler = new RulerView(element("ruler"), { scrollTo: (share) => this.#rows.scrollToShare(share), signal });
        this.#blank = new BlankView(element("blank"), { setFilter: (text) => this.#editFilter(text) });
        const places = { main: element("main"), panel: element("details"), rows: element("rows") };
        this.#details = new DetailsPanelView(places, {
            fetchEvent: async () => (await this.#relay.ask("event", { index: this.#rows.focused })).event,
            context: () => ({ epoch: this.#counts.position?.epoch, zone: this.#settings.zone, now: Date.now() }),
            act: (what) => this.#actedInDetails(what),
        });
        this.#walk = new RowWalk({
            rows: this.#rows,
            relay: this.#relay,
            hold: (reason) => this.#happened(reason),
            isHeld: () => this.#time.held,
            moved: () => this.#details.follow(),
            say: (text) => this.#say(text),
        });
        this.#notice = new NoticeBar(
            element("notice"), { retry: () => this.#relay.tell("retry"), announce: (text) => this.#announce(text) },
        );
    }

    #makeBars(signal) {
        const explanation = element("explanation");
        const toggleHold = () => (this.#time.held ? this.#goLive() : this.#happened("space"));
        this.#address = new AddressBar({ went: (lens) => this.#wentTo(lens), signal });
        this.#settings = new SettingsBar(document.documentElement, {
            theme: element("theme"),
            wrap: element("wrap"),
            density: element("density"),
            timeHead: element("column-time"),
        }, { changed: (name) => this.#settingChanged(name), signal });
        this.#filter = new FilterBar({
            root: element("filter"), input: element("filter-text"), colours: element("filter-colours"),
            problem: element("filter-problem"), count: element("filter-count"), clear: element("filter-clear"),
        }, { apply: (text, isFinal) => this.#open({ filter: text }, isFinal), signal });
        this.#timeBar = new TimeBar({
            root: document.documentElement,
            state: element("time-state"),
            button: element("hold"),
            returnButton: element("return"),
        }, { toggle: toggleHold, goLive: (event) => this.#goLive(event.shiftKey), signal });
        this.#help = new HelpView(element("help"), { signal });
        this.#strip = new StripBar(
            element("strip"),
            explanation,
            { flipZone: () => this.#settings.flipZone(), showKeys: () => this.#help.toggle() },
        );
        this.#smallBar = new SmallBar(element("small-bar"), explanation, {
            toggleHold,
            previousError: () => this.#walk.jump(-1, "error"),
            filter: () => this.#filter.focus(),
            menu: () => this.#menu(),
        });
    }

    #listen(signal) {
        const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
        listenToKeys(this.#commands, { isBlocked: () => this.#help.isOpen, signal });
        on(document, "visibilitychange", () => this.#frames.schedule());
        on(element("stream"), "change", ({ target }) => this.#open({ stream: target.value }, true));
        on(element("copy-link"), "click", () => this.#copy(location.href, "Link copied"));
        on(element("keys"), "click", () => this.#help.toggle());
    }

    // What the worker says.

    /** Answers whether it was more than anybody reads. */
    #takeOver(update) {
        this.#link = update.link ?? this.#link;
        this.#counts = update.counts ?? this.#counts;
        this.#stats = update.stats ?? this.#stats;
        this.#rows.apply(update.list);
        if (update.relay) this.#showStreams(update.relay);
        if (update.lens) this.#showLens(update.lens);
        if (update.start) this.#showStart(update.start);
        if (update.marks) this.#ruler.showMarks(update.marks);
        for (const notice of update.notices ?? []) this.#notice.show(notice);
        this.#relay.settle(update.answers);
        this.#showStatus();
        return !this.#time.held && update.list.rows.length >= this.#rows.rowsInView;
    }

    #showStatus() {
        const view = {
            now: Date.now(),
            time: this.#time,
            link: this.#link,
            isOpened: this.#start.isOpened,
            isEmpty: this.#rows.isEmpty,
            stats: this.#stats,
            counts: this.#counts,
            news: this.#counts.news,
            lens: this.#lens,
            relay: this.#facts,
            zone: this.#settings.zone,
        };
        this.#timeBar.show(view);
        this.#strip.show(view);
        this.#blank.show(view);
        this.#smallBar.show(this.#time.held);
        this.#filter.showCounts(this.#counts, view.now);
        this.#notice.showLink(view);
        const isLost = this.#link.phase === "lost" && !this.#rows.isEmpty;
        if (this.#endRow.show(isLost, this.#start.lastTime, this.#settings.zone)) this.#frames.schedule();
        const errors = this.#time.held ? this.#counts.news.errors : 0;
        const title = `${errors > 0 ? `(${errors}!) ` : ""}${this.#address.lens.stream} \u00b7 tailrace`;
        if (document.title !== title) document.title = title;
    }

    #showStreams(facts) {
        this.#facts = facts;
        const { stream } = this.#address.lens;
        const names = facts.streams.includes(stream) ? facts.streams : [...facts.streams, stream];
        element("stream").replaceChildren(...names.map(
            (name) => h("option", { value: name, selected: name === stream }, name),
        ));
    }

    #showLens(lens) {
        this.#lens = lens;
        this.#filter.showLens(lens);
    }

    #showStart(start) {
        this.#start = start;
        this.#startRow.show(start, this.#settings.zone);
    }

    // Time: live or held.

    #happened(event) {
        const before = this.#time;
        this.#time = after(before, event);
        if (this.#time === before) return;
        if (!this.#time.held) this.#returned(false);
        else if (!before.held) this.#held();
        this.#showStatus();
    }

    #goLive(play = false) {
        this.#time = after(this.#time, "return");
        this.#returned(play);
        this.#showStatus();
    }

    #held() {
        this.#rows.hold();
        this.#relay.tell("hold");
        this.#announce(`Held: ${REASONS[this.#time.reason]}`);
    }

    #returned(play) {
        getSelection().removeAllRanges();
        this.#counts = { ...this.#counts, news: { matched: 0, errors: 0 } };
        this.#details.close();
        this.#rows.goLive();
        this.#relay.tell("release", { play });
        this.#announce("Live");
    }

    #acted(what) {
        if (what.paint) this.#frames.schedule();
        if (what.painted) this.#ruler.showSpan(this.#rows.span);
        if (what.look) this.#relay.tell("look", { view: what.look });
        if (what.held) this.#happened(what.held);
        if (what.bottom) this.#happened("bottom");
        if (what.open !== undefined) this.#openDetails();
        if (what.focused !== undefined) this.#details.follow();
        if (what.load !== undefined) {
            this.#happened("loading");
            this.#relay.tell("load", { index: what.load });
        }
    }

    // Filter and stream.

    /** A change from outside the box: shown in the box and applied at once. */
    #editFilter(text) {
        this.#filter.show(text);
        this.#open({ filter: text }, true);
    }

    #open(change, isFinal) {
        const before = this.#address.lens;
        const lens = { ...before, ...change };
        this.#address.show(lens, isFinal);
        const isSame = lens.stream === before.stream && lens.filter.trim() === before.filter.trim();
        if (!isSame) this.#relay.tell("open", { lens, anchorSeq: this.#rows.anchorSeq });
    }

    #wentTo(lens) {
        this.#filter.show(lens.filter);
        element("stream").value = lens.stream;
        this.#relay.tell("open", { lens, anchorSeq: this.#rows.anchorSeq });
    }

    // Keys.

    #commands = {
        filter: () => this.#filter.focus(),
        leaveFilter: () => element("rows").focus(),
        toggleHold: () => this.#happened("toggle"),
        newest: () => this.#goLive(),
        playNewest: () => this.#goLive(true),
        oldest: () => this.#walk.oldest(),
        nextRow: () => this.#walk.step(1),
        previousRow: () => this.#walk.step(-1),
        nextPage: () => this.#walk.scroll(0.9),
        previousPage: () => this.#walk.scroll(-0.9),
        nextHalfPage: () => this.#walk.scroll(0.5),
        previousHalfPage: () => this.#walk.scroll(-0.5),
        details: () => this.#openDetails(),
        escape: () => this.#escape(),
        nextError: () => this.#walk.jump(1, "error"),
        previousError: () => this.#walk.jump(-1, "error"),
        nextWarning: () => this.#walk.jump(1, "warn"),
        previousWarning: () => this.#walk.jump(-1, "warn"),
        wrap: () => this.#settings.flipWrap(),
        copyRow: () => this.#copyRow(),
        note: () => this.#note.open(),
        help: () => this.#help.toggle(),
        level0: () => this.#setLevel(undefined),
        ...Object.fromEntries(THRESHOLDS.map((level, at) => [`level${at + 1}`, () => this.#setLevel(level)])),
    };

    #escape() {
        if (this.#details.isOpen) return this.#details.close();
        getSelection().removeAllRanges();
        this.#rows.unfocus();
    }

    #setLevel(level) {
        this.#editFilter(withLevel(this.#filter.text, level));
    }

    // Details and copying.

    #openDetails() {
        if (this.#rows.isEmpty) return;
        const index = this.#rows.current;
        this.#happened("details");
        this.#rows.focus(index);
        this.#details.open();
    }

    #actedInDetails(what) {
        if (what.include) this.#editFilter(include(this.#filter.text, ...what.include));
        if (what.exclude) this.#editFilter(exclude(this.#filter.text, ...what.exclude));
        if (what.copy !== undefined) this.#copy(what.copy, "Copied");
        if (what.close) this.#details.close();
    }

    async #copyRow() {
        const { event } = await this.#relay.ask("event", { index: this.#rows.current });
        if (event) await this.#copy(event.line, "Row copied");
    }

    async #copy(text, words) {
        this.#say(await copyText(text) ? words : "The browser did not allow copying");
    }

    #settingChanged(name) {
        if (name === "zone") {
            this.#relay.tell("zone", { zone: this.#settings.zone });
            this.#details.follow();
        }
        this.#rows.relayout();
        this.#ruler.redraw();
    }

    #menu() {
        return [
            ...this.#settings.menu,
            ["arrow-up", "Oldest row here", this.#commands.oldest],
            ["link", "Copy link to this view", () => this.#copy(location.href, "Link copied")],
        ];
    }

    /** Tells the reader what a key did, in the head of the rows, where nothing moves for it. */
    #say(text) {
        this.#announce(text);
        setText(element("said"), text);
        clearTimeout(this.#saidTimer);
        this.#saidTimer = setTimeout(() => setText(element("said"), ""), SAID_MS);
    }

    #announce(text) {
        setText(element("announcements"), text);
    }
}
