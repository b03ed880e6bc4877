// The panel of details: opens for the focused row, follows it, and gives the keyboard back when it closes.

import { DetailsView } from "./details-view.js";

export class DetailsPanelView {
    #main;
    #panel;
    #rowsElement;
    #view;
    #fetchEvent;
    #context;

    /**
     * `fetchEvent()` resolves with the focused event, or nothing; `context()` is { epoch, zone, now }; `act` as in
     * DetailsView.
     */
    constructor({ main, panel, rows }, { fetchEvent, context, act }) {
        this.#main = main;
        this.#panel = panel;
        this.#rowsElement = rows;
        this.#view = new DetailsView(panel, { act });
        this.#fetchEvent = fetchEvent;
        this.#context = context;
    }

    get isOpen() { return this.#view.isOpen; }

    async open() {
        const event = await this.#fetchEvent();
        if (!event) return;
        this.#main.classList.add("with-details");
        this.#view.show(event, this.#context());
    }

    async follow() {
        if (this.isOpen) await this.open();
    }

    close() {
        if (!this.isOpen) return;
        const hadFocus = this.#panel.contains(document.activeElement);
        this.#view.close();
        this.#main.classList.remove("with-details");
        if (hadFocus) this.#rowsElement.focus();
    }
}
