// The panel of details: opens for the focused row, follows it, and gives the keyboard back when it closes. It stands at
// the side, or, on a narrow screen or where the reader wants it so, under its row.

import { addStyles } from "../parts/styles.js";
import { h } from "../parts/parts-view.js";

/** Up to this width the rows need all of the screen. */
const NARROW = "(max-width: 1180px)";

/** What shows an event comes once the page stands, so that it is here when the relay is not. */
const LOADED_AFTER_MS = 1500;

export class DetailsPanelView {
    #main;
    #panel;
    #rowsElement;
    #view;
    #act;
    #fetchEvent;
    #context;
    #serve;                // what RowsPart adds: { rows, ask, act, choices }
    #inline = h("div", { class: "row-inline", role: "gridcell" });
    #shown = 0;
    #index;

    /**
     * `fetchEvent()` resolves with the focused event, or nothing; `context()` is { epoch, zone, now, filter }; `act` is
     * told { include: [field, value] } and the like, and { close: true }.
     */
    constructor({ main, panel, rows }, { fetchEvent, context, act }) {
        this.#main = main;
        this.#panel = panel;
        this.#rowsElement = rows;
        this.#act = act;
        this.#fetchEvent = fetchEvent;
        this.#context = context;
        setTimeout(() => this.#load().catch(() => undefined), LOADED_AFTER_MS);
    }

    get isOpen() { return !this.#panel.hidden; }

    /** The row whose details are shown, if it is one of the list. */
    get index() { return this.isOpen ? this.#index : undefined; }

    /** Joins the panel with the list: `rows` is the view of the rows, `act` does what is about a row. */
    serve(serve) {
        this.#serve = serve;
    }

    /** Opens for the focused row; a second time, the keyboard goes into the panel. */
    async open({ isAgain = false } = {}) {
        if (this.isOpen && isAgain) return this.#view.focus();
        const shown = this.#shown += 1;
        const [event] = await Promise.all([this.#fetchEvent(), this.#load()]);
        if (event && shown === this.#shown) this.#show(event, { isInList: true });
        return undefined;
    }

    /** Shows an event that is not in the list, from its JSON text. */
    async showEvent(text) {
        this.#shown += 1;
        await this.#load();
        this.#show({ text, line: text }, { isInList: false });
    }

    async follow() {
        if (this.isOpen) await this.open();
    }

    close() {
        this.#shown += 1;
        if (!this.isOpen) return;
        const hadFocus = this.#panel.contains(document.activeElement);
        this.#view.close();
        this.#put(false);
        this.#main.classList.remove("with-details");
        if (hadFocus) this.#rowsElement.focus({ preventScroll: true });
    }

    async #load() {
        if (this.#view) return;
        const [{ DetailsView }] = await Promise.all([import("./details-view.js"), addStyles("details")]);
        this.#view ??= new DetailsView(this.#panel, { act: (what) => this.#acted(what, this.#act) });
    }

    #show(event, { isInList }) {
        const context = this.#context();
        this.#index = event.index;
        const seq = JSON.parse(event.text).seq;
        const isInline = isInList && this.#isInlineWanted;
        this.#view.show(event, {
            ...context,
            isInline,
            isMarked: this.#serve.choices.get("bookmarks").includes(`${context.epoch}:${seq}`),
            stats: (name) => this.#serve.stats(name),
            find: () => this.#serve.neighbours(event.index),
        });
        this.#put(isInline);
        this.#main.classList.toggle("with-details", !isInline);
    }

    get #isInlineWanted() {
        const place = this.#serve.choices.get("detailsPlace");
        return place === "auto" ? matchMedia(NARROW).matches : place === "inline";
    }

    /** Moves the panel under the row or back to the side, only if it is not there. */
    #put(isInline) {
        if (isInline && this.#panel.parentElement !== this.#inline) this.#inline.append(this.#panel);
        if (!isInline && this.#panel.parentElement !== this.#main) this.#main.append(this.#panel);
        this.#serve.rows.showInline(isInline ? this.#inline : undefined);
    }

    #acted(what, act) {
        if (what.flipPlace) {
            this.#serve.choices.set("detailsPlace", this.#isInlineWanted ? "side" : "inline");
            this.open();
        } else if (what.bookmark) {
            this.#serve.act(what);
            this.open();
        } else if (SERVED.some((name) => what[name] !== undefined)) this.#serve.act(what);
        else act(what);
    }
}

const SERVED = ["column", "jump", "link", "note", "context", "copyRow", "copy"];
