// The line above the rows of the past: what is shown, how much of it there is, and ways to its neighbours.

import { h, icon, setText } from "../parts/parts-view.js";
import { emptyWords, pastWords } from "./past-words.js";
import { exactSpan, endsOf, moved, placeWords } from "./place.js";

export class PastBar {
    #slot;
    #blank;
    #acts;
    #symbol = icon("clock");
    #title = h("b");
    #where = h("span", { class: "narrow num" });
    #facts = h("span", { class: "num" });
    #earlier = h("button", { type: "button", class: "button small plain" });
    #later = h("button", { type: "button", class: "button small plain" });
    #retry = h("button", { type: "button", class: "button small" }, icon("restart", "small"), "Try again");
    #bar;
    #place;
    #shownBlank = "";

    /** `acts` are those of the page: openPast, goLive, copyLink, retry. */
    constructor({ slot, blank }, acts) {
        this.#slot = slot;
        this.#blank = blank;
        this.#acts = acts;
        this.#earlier.addEventListener("click", () => acts.openPast(moved(this.#place, -1)));
        this.#later.addEventListener("click", () => acts.openPast(moved(this.#place, 1)));
        this.#retry.addEventListener("click", acts.retry);
        this.#bar = h(
            "div",
            { class: "bar past", hidden: true },
            this.#symbol,
            h("span", null, this.#title, " ", this.#where, this.#facts),
            h("span", { class: "push" }),
            this.#retry,
            this.#earlier,
            this.#later,
            h(
                "button",
                { type: "button", class: "button small", click: acts.copyLink },
                icon("link", "small"),
                "Copy link",
            ),
        );
        slot.append(this.#bar);
    }

    show(view) {
        const { time, past, isEmpty, isOpened } = view;
        this.#bar.hidden = time.place === undefined;
        this.#showBlank(time.place && isOpened && isEmpty && !past?.isLoading ? emptyWords(view) : undefined);
        if (!time.place) return;
        const { title, facts, isBad, isRange } = pastWords(view);
        setText(this.#title, title);
        setText(this.#facts, facts);
        const { zone, now } = view;
        setText(this.#where, `${placeWords(time.place, { zone, now, landedTime: past?.landedTime })} \u00b7 `);
        this.#bar.classList.toggle("attention", isBad);
        this.#retry.hidden = !isBad;
        this.#earlier.hidden = !isRange;
        this.#later.hidden = !isRange;
        if (time.place !== this.#place && isRange) this.#showSteps(time.place);
        this.#place = time.place;
    }

    #showSteps(place) {
        const { since, until } = endsOf(place);
        const size = exactSpan(until - since);
        this.#earlier.replaceChildren(icon("chevron-left", "small"), `Earlier ${size}`);
        this.#later.replaceChildren(`Later ${size}`, icon("chevron-right", "small"));
    }

    /** Stands where the rows would be. */
    #showBlank(words) {
        const key = words === undefined ? "" : JSON.stringify(words);
        if (key === this.#shownBlank) return;
        this.#shownBlank = key;
        this.#blank.hidden = words === undefined;
        if (words === undefined) return this.#blank.replaceChildren();
        const goLive = h(
            "button", { type: "button", class: "button primary", click: () => this.#acts.goLive() }, "Go live");
        const goBack = words.beginning && h(
            "button",
            { type: "button", class: "button", click: () => this.#acts.openPast({ at: words.beginning }) },
            "Where the log begins",
        );
        const texts = words.text.filter(Boolean).map((text) => h("p", { class: "num" }, text));
        return this.#blank.replaceChildren(
            h("div", { class: "blank-card" }, h("h2", null, words.title), ...texts, h("div", { class: "actions" }, goLive, goBack)),
        );
    }
}
