// The box that goes to a time: what is written is read as it is typed, and said again in full.

import { fullTime, span, zoneName } from "../parts/format.js";
import { h, icon, showPopover } from "../parts/parts-view.js";
import { FORMS, parseMoment } from "./moment.js";
import { exactSpan, endsOf, momentOf, placeWords } from "./place.js";

export class GoToView {
    #popover;
    #go;
    #contextOf;
    #input;
    #meaning = h("p", { class: "goto-meaning num", id: "goto-meaning", role: "status" });

    /** `go(moment)` gets what `parseMoment` understood; `contextOf()` answers { now, zone, epoch }. */
    constructor(popover, { go, contextOf }) {
        this.#popover = popover;
        this.#go = go;
        this.#contextOf = contextOf;
        this.#input = h("input", {
            type: "text", class: "mono", placeholder: "14:02", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
            maxlength: 80, "aria-label": "Go to time", "aria-describedby": "goto-meaning", enterkeyhint: "go",
            input: () => this.#show(), keydown: (event) => this.#pressed(event),
        });
    }

    open(control) {
        const forms = FORMS.map((form) => h("button", { type: "button", class: "mono", click: () => this.#take(form) }, form));
        const { zone } = this.#contextOf();
        this.#input.value = "";
        showPopover(this.#popover, control, [
            h(
                "div",
                { class: "goto" },
                h("div", { class: "goto-line" }, icon("clock", "small"), this.#input, h("span", { class: "quiet" }, zoneName(zone))),
                this.#meaning,
                h("div", { class: "goto-forms" }, ...forms),
            ),
        ]);
        this.#show();
        this.#input.focus();
    }

    #take(form) {
        this.#input.value = form;
        this.#show();
        this.#input.focus();
    }

    #pressed(event) {
        event.stopPropagation();
        if (event.key === "Escape") this.#popover.hidePopover();
        if (event.key !== "Enter" || event.isComposing) return;
        const moment = parseMoment(this.#input.value, this.#contextOf());
        this.#show(true);
        if (moment.error) return;
        this.#popover.hidePopover();
        this.#go(moment);
    }

    /** What is written, in full; while it is not a time yet that is no mistake, until Enter. */
    #show(isFinal = false) {
        const text = this.#input.value.trim();
        const context = this.#contextOf();
        const moment = text === "" && !isFinal ? { words: "A time, a range, or the number of an event" } : parseMoment(text, context);
        this.#input.setAttribute("aria-invalid", String(isFinal && moment.error !== undefined));
        this.#meaning.classList.toggle("is-wrong", isFinal && moment.error !== undefined);
        this.#meaning.textContent = moment.words ?? moment.error ?? meaningOf(moment, context);
    }
}

function meaningOf(moment, { now, zone }) {
    if (moment.isNow) return "Live";
    const { since, until } = endsOf(moment);
    if (since !== undefined) return `${placeWords(moment, { zone, now })} \u00b7 ${exactSpan(until - since)}`;
    const at = momentOf(moment);
    if (at === undefined) return `Event ${moment.at}`;
    const distance = at <= now ? `${span(now - at)} ago` : "still to come";
    return `${fullTime(moment.at, zone)} ${zoneName(zone)} \u00b7 ${distance}`;
}
