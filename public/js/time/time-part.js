// The time of the page: LIVE, HELD or PAST. Carries out what time-state.js decides, in the rows, the worker and the
// address.

import { FaviconBar } from "./favicon-bar.js";
import { isSettled, placeWords } from "./place.js";
import { after, inPast, REASONS } from "./time-state.js";

export class TimePart {
    #page;
    #pastBar;
    #favicon = new FaviconBar();
    #popover = document.getElementById("explanation");
    #goToButton = document.getElementById("go-to-time");

    /** `page` is { relay, views, status, acts, signal }. */
    constructor(page) {
        this.#page = page;
        this.#goToButton.addEventListener("click", () => this.goToTime(), { signal: page.signal });
    }

    /** The line above rows of the past, made with the first of them. */
    async #showPast(view) {
        const { PastBar } = await import("./past-bar.js");
        const { acts } = this.#page;
        this.#pastBar ??= new PastBar(
            { slot: document.getElementById("past-bar"), blank: document.getElementById("past-blank") },
            {
                openPast: (place) => this.openPast(place),
                goLive: () => this.goLive(),
                retry: () => acts.retry(),
                copyLink: () => acts.copyLink(),
            },
        );
        this.#pastBar.show(view);
    }

    commands = { goToTime: () => this.goToTime() };

    get #time() { return this.#page.status.time; }

    /** The reader did something that may hold the rows or let them go, see time-state.js. */
    happened(event) {
        const before = this.#time;
        const time = after(before, event);
        if (time === before) return;
        this.#page.status.time = time;
        if (!time.held) this.#returned(false);
        else if (!before.held) this.#held();
        this.#page.acts.showStatus();
    }

    /** Back to the newest rows; with `play` through all that came meanwhile. */
    goLive(play = false) {
        this.#page.status.time = after(this.#time, "return");
        this.#returned(play);
        this.#page.acts.showStatus();
    }

    /** Space and the button: holds, or goes live. */
    toggle() {
        if (this.#time.held) this.goLive();
        else this.happened("space");
    }

    /** To a fixed range or a moment, `{ since, until }` or `{ at }`. */
    async openPast(asked) {
        const { views } = this.#page;
        if (isSettled(asked)) return this.#openPast(asked);
        const { settled } = await import("./moment.js");
        return this.#openPast(settled(asked, { now: Date.now(), zone: views.settings.zone }));
    }

    #openPast(place) {
        const { relay, status, views, acts } = this.#page;
        status.time = inPast(place);
        status.pastCounts = undefined;
        views.details.close();
        views.rows.hold();
        relay.tell("hold");
        relay.tell("past", { place });
        views.address.showPlace(place);
        views.said.announce(`Past: ${placeWords(place, { zone: views.settings.zone, now: Date.now() })}`);
        acts.showStatus();
    }

    /** To what the address names after the reader went back or forward in it. */
    wentTo(place) {
        if (place) this.openPast(place);
        else if (this.#time.place) this.goLive();
    }

    /** Another filter at a held place far from the newest events: the place stays, read in the past. */
    take({ beyond }) {
        if (beyond && this.#time.held && !this.#time.place) this.#openPast({ at: beyond });
    }

    /** Opens the box that goes to a time. */
    async goToTime() {
        const { GoToView } = await import("./goto-view.js");
        const { status, views } = this.#page;
        const contextOf = () => ({ now: Date.now(), zone: views.settings.zone, epoch: status.counts.position?.epoch });
        const go = (moment) => (moment.isNow ? this.goLive() : this.openPast(moment));
        new GoToView(this.#popover, { go, contextOf }).open(this.#goToButton);
    }

    /** Opens the choice of the zone of times beside a control. */
    async chooseZone(control) {
        const { ZoneView } = await import("./zone-view.js");
        const { settings } = this.#page.views;
        new ZoneView(this.#popover, { choose: (zone) => settings.chooseZone(zone) }).open(control, settings.zone);
    }

    show(view) {
        if (this.#pastBar) this.#pastBar.show(view);
        else if (view.time.place) this.#showPast(view);
        this.#favicon.show(view);
        this.#showRow(view);
    }

    /** Only once the row that the address named was looked for. */
    #showRow({ time, isOpened, counts }) {
        if (!isOpened) return;
        const { address, rows } = this.#page.views;
        const { epoch } = counts.position ?? {};
        const seq = time.held && !time.place ? rows.anchorSeq : undefined;
        address.showRow(seq === undefined || !epoch ? undefined : `${epoch}:${seq}`);
    }

    #held() {
        const { relay, views } = this.#page;
        views.rows.hold();
        relay.tell("hold");
        views.said.announce(`Held: ${REASONS[this.#time.reason]}`);
    }

    #returned(play) {
        const { relay, status, views } = this.#page;
        getSelection().removeAllRanges();
        status.counts = { ...status.counts, news: { matched: 0, errors: 0 } };
        status.pastCounts = undefined;
        views.details.close();
        views.rows.goLive();
        relay.tell("release", { play });
        if (views.address.place) views.address.showPlace(undefined);
        views.said.announce("Live");
    }
}
