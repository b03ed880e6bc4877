// Two views side by side: the page itself, which stays as it is, and another page in a frame with a stream, a filter and
// a place of its own. In that frame this part runs too, as the other side.

import { h, tool } from "../parts/parts-view.js";
import { room } from "../parts/room.js";
import { searchOf } from "../page/view-address.js";
import { besideSearch, following, placeIn, shareWithin, told } from "./beside.js";
import { DividerView } from "./divider-view.js";

const root = document.documentElement;

export class Part {
    #page;
    #frame;
    #divider;
    #isJoined = true;
    #time;                // of this page, as it was told last: JSON
    #search;
    #isInside = parent !== self;

    /** `page` is { relay, views, acts, signal }. */
    constructor(page, state) {
        this.#page = page;
        this.#time = state && JSON.stringify(placeIn(state.time));
        addEventListener("message", (event) => this.#heard(event), { signal: page.signal });
        if (this.#isInside) this.#dwell();
    }

    /** Goes on with what the address says. */
    resume() {
        const { split } = this.#page.views.address.lens;
        if (!this.#isInside && split !== undefined) this.#show(split);
    }

    split() {
        if (this.#isInside) return this.#tell("close");
        if (this.#frame) return this.#close();
        const { address } = this.#page.views;
        return this.#show(searchOf({ ...address.lens, split: undefined }, this.#place), true);
    }

    /** The same stream under another filter. */
    open(filter) {
        if (this.#isInside) return this.#tell("open", { filter });
        const { address } = this.#page.views;
        return this.#show(searchOf({ ...address.lens, split: undefined, filter }, this.#place), true);
    }

    /** The other view begins where this one stands. */
    get #place() {
        const { address: { place, row }, rows } = this.#page.views;
        if (place || !row) return place;
        // The address names the epoch; its row may be a moment old.
        return { at: rows.anchorSeq === undefined ? row : `${row.split(":")[0]}:${rows.anchorSeq}` };
    }

    otherSide() {
        if (this.#isInside) return this.#tell("focus");
        if (!this.#frame) return this.#page.views.said.say("There is one view; v opens another beside it");
        this.#frame.focus();
        return this.#tell("focus");
    }

    show(state) {
        const time = JSON.stringify(placeIn(state.time));
        this.#time ??= time;   // where it begins is no move of its reader
        if (time !== this.#time) {
            this.#time = time;
            this.#tell("time", { time: placeIn(state.time) });
        }
        if (this.#isInside && location.search !== this.#search) {
            this.#search = location.search;
            this.#tell("address", { search: location.search });
        }
    }

    get #other() { return this.#isInside ? parent : this.#frame?.contentWindow; }

    #tell(what, values) {
        this.#other?.postMessage({ tailrace: what, ...values }, location.origin);
    }

    #heard({ source, origin, data }) {
        const message = told(data);
        if (!message || origin !== location.origin || source !== this.#other) return;
        const acts = {
            time: () => this.#isJoined && this.#follow(message.time),
            joined: () => this.#isJoined = message.isJoined,
            address: () => this.#address(message.search),
            close: () => this.#close(),
            open: () => this.open(message.filter),
            focus: () => document.getElementById("rows").focus(),
        };
        acts[message.tailrace]?.();
    }

    /** To where the other side is. What it says is not said back. */
    #follow(there) {
        const { acts } = this.#page;
        const act = following(JSON.parse(this.#time ?? "{}"), there);
        if (act === undefined) return;
        this.#time = JSON.stringify(there);
        if (act === "past") acts.openPast(there.place);
        else if (act === "live") acts.goLive();
        else acts.happened("beside");
    }

    // The page that has another one beside it.

    #show(search, isFinal = false) {
        const address = `${location.pathname}${besideSearch(search)}`;
        if (this.#frame) {
            this.#frame.contentWindow.location.replace(address);
        } else {
            this.#frame = h("iframe", { class: "beside", src: address, title: "The other view" });
            this.#divider = new DividerView({ moved: (share) => this.#lay(share), join: () => this.#join() });
            document.body.append(this.#divider.element, this.#frame);
            this.#lay(shareWithin(Number(this.#page.views.settings.get("splitShare")) || 0.5));
            this.#divider.showJoined(this.#isJoined);
        }
        this.#address(besideSearch(search), isFinal);
        if (isFinal) this.#frame.addEventListener("load", () => this.#frame.focus(), { once: true });
    }

    #lay(share) {
        root.dataset.split = "";
        root.style.setProperty("--split", `${share * 100}%`);
        this.#divider.show(share);
        this.#page.views.settings.set("splitShare", share);
        room.changed();
    }

    #join() {
        this.#isJoined = !this.#isJoined;
        this.#divider.showJoined(this.#isJoined);
        this.#tell("joined", { isJoined: this.#isJoined });
    }

    #close() {
        if (!this.#frame) return;
        this.#frame.remove();
        this.#divider.element.remove();
        this.#frame = undefined;
        delete root.dataset.split;
        this.#address(undefined, true);
        room.changed();
        document.getElementById("rows").focus();
    }

    /** The address of the page holds that of the other view. */
    #address(search, isFinal = false) {
        const { address } = this.#page.views;
        const split = search === undefined ? undefined : search.replace(/^\?/, "");
        if (address.lens.split !== split) address.show({ ...address.lens, split }, isFinal);
    }

    // The page in the frame.

    #dwell() {
        root.dataset.beside = "";
        const close = tool("close", "Close this view (v)", { class: "tool small beside-close", click: () => this.#tell("close") });
        document.querySelector(".top").append(close);
    }
}
