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
    #refused;                 // the status with which the relay, or a proxy, lets nobody in

    constructor(slot, { retry, announce }) {
        this.#slot = slot;
        this.#retry = retry;
        this.#announce = announce;
    }

    /** Shows or takes away the line about a lost connection. */
    showLink({ link, isEmpty, counts, now }) {
        if (link.phase !== "lost" || isEmpty) {
            if (this.#isOffline) this.#slot.replaceChildren();
            this.#isOffline = false;
            return;
        }
        const { status } = link.refusal ?? {};
        if (!this.#isOffline || status !== this.#refused) {
            clearTimeout(this.#timer);
            this.#isOffline = true;
            this.#refused = status;
            this.#slot.replaceChildren(status === undefined ? this.#brokenBar(counts) : this.#refusedBar(link.refusal));
        }
        this.#clock.textContent = `Connection lost ${span(now - link.since)} ago.`;
    }

    #brokenBar({ position }) {
        const place = position ? `after ${position.epoch}:${count(position.seq)}` : "where it broke";
        return h(
            "div",
            { class: "bar attention" },
            icon("unplug"),
            h("span", null, this.#clock, ` Your rows, filter and place stay. It resumes ${place} and says so if anything is missing.`),
            h("span", { class: "push" }),
            h("a", { class: "button small", href: "?doctor=1", target: "_blank", rel: "noopener" }, "Check the connection"),
            h("button", { type: "button", class: "button small", click: this.#retry }, icon("restart", "small"), "Try now"),
        );
    }

    /** Loading the page leads to the login, that of the relay or of a proxy, and from there back to this view. */
    #refusedBar({ status, message }) {
        const isForbidden = status === 403;
        return h(
            "div",
            { class: "bar attention" },
            icon("user"),
            h("span", null, ...(isForbidden
                ? [h("b", null, "You may not read this relay any more."), ` It answers: ${message ?? status}.`]
                : [h("b", null, "You are signed out."), " Your rows stay while this page is open, filter and place also after the login."])),
            h("span", { class: "push" }),
            h("button", { type: "button", class: "button small", click: this.#retry }, icon("restart", "small"), "Try now"),
            !isForbidden && h(
                "button", { type: "button", class: "button small primary", click: () => location.reload() }, "Sign in"),
        );
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
