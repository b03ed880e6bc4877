// The line above the rows that says what happened to the connection. Only news, and only until it is old.

import { count, counted, span } from "../parts/format.js";
import { h, icon } from "../parts/parts-view.js";

/** How long "Resumed" stays, and how long an error of the relay does. */
const RESUMED_MS = 3000;
const ERROR_MS = 12_000;

export class NoticeBar {
    #slot;
    #retry;
    #announce;
    #clock = h("b", { class: "num" });
    #timer;
    #isOffline = false;

    constructor(slot, { retry, announce }) {
        this.#slot = slot;
        this.#retry = retry;
        this.#announce = announce;
    }

    /** Shows or takes away the line about a lost connection. */
    showLink({ link, isEmpty, counts, now }) {
        const { position } = counts;
        if (link.phase !== "lost" || isEmpty) {
            if (this.#isOffline) this.#slot.replaceChildren();
            this.#isOffline = false;
            return;
        }
        const place = position ? `after ${position.epoch}:${count(position.seq)}` : "where it broke";
        const text = ` Your rows, filter and place stay. It resumes ${place} and says so if anything is missing.`;
        if (!this.#isOffline) {
            clearTimeout(this.#timer);
            this.#isOffline = true;
            const button = h(
                "button",
                { type: "button", class: "button small", click: this.#retry },
                icon("restart", "small"),
                "Try now",
            );
            this.#slot.replaceChildren(h(
                "div",
                { class: "bar attention" },
                icon("unplug"),
                h("span", null, this.#clock, text),
                h("span", { class: "push" }),
                h("a", { class: "button small", href: "?doctor=1", target: "_blank", rel: "noopener" }, "Check the connection"),
                button,
            ));
        }
        const refusal = link.refusal ? ` Refused: ${link.refusal.message ?? `the answer is ${link.refusal.status}`}.` : "";
        this.#clock.textContent = `Connection lost ${span(now - link.since)} ago.${refusal}`;
    }

    show(notice) {
        if (notice.kind === "resumed") this.#showResumed(notice);
        else this.#showFor(
            ERROR_MS,
            h(
                "div",
                { class: "bar attention" },
                icon("warning"),
                h("span", null, h("b", null, "The relay answered: "), notice.message),
            ),
        );
    }

    #showResumed({ missing, read, away }) {
        const lost = missing === 0
            ? "Resumed, 0 lost."
            : `Resumed, ${Number.isFinite(missing) ? counted(missing, "event") : "some events"} missing.`;
        const facts = ` The page was away ${span(away)}${read > 0 ? `, ${counted(read, "event")} caught up` : ""}.`;
        this.#announce(lost);
        this.#showFor(
            RESUMED_MS,
            h(
                "div",
                { class: `bar ${missing === 0 ? "good" : "attention"}` },
                icon(missing === 0 ? "check" : "gap"),
                h("span", null, h("b", null, lost), facts),
            ),
        );
    }

    #showFor(milliseconds, bar) {
        clearTimeout(this.#timer);
        this.#slot.replaceChildren(bar);
        this.#timer = setTimeout(() => {
            if (!this.#isOffline) this.#slot.replaceChildren();
        }, milliseconds);
    }
}
