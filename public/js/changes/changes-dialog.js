// The dialog of what changed at a moment: sums, values that became more or fewer, messages that were not there before.

import { hueOf } from "../parts/hue.js";
import { clock, count, fullTime, short, zoneName } from "../parts/format.js";
import { h, icon, tool } from "../parts/parts-view.js";
import { exactSpan } from "../time/place.js";
import { ratioWords, SPANS } from "./compare.js";

const KINDS = { new: "new", gone: "gone", more: "more", less: "fewer" };
const USUAL_SPAN = 300_000;

export class ChangesDialog {
    #acts;
    #moment;
    #zone;
    #title = h("h2", { id: "changes-title" });
    #body = h("div", { class: "changes-body" });
    #span = h("select", { "aria-label": "How long before and after", change: () => this.#ask() }, ...SPANS.map(
        ([words, span]) => h("option", { value: String(span), selected: span === USUAL_SPAN }, words)));
    #dialog;

    /** `acts` are compare(moment, span), include(field, value) and open(time). */
    constructor(acts) {
        this.#acts = acts;
        this.#dialog = h(
            "dialog", { class: "dialog changes", "aria-labelledby": "changes-title", click: (event) => event.target === this.#dialog && this.close() },
            h(
                "div", { class: "dialog-head" }, this.#title, h("span", { class: "push" }),
                h("label", { class: "picker-plain" }, h("span", { class: "quiet" }, "each side "), this.#span),
                tool("close", "Close (Esc)", { click: () => this.close() })),
            this.#body);
    }

    open(moment, { zone }) {
        this.#moment = moment;
        this.#zone = zone;
        this.#title.textContent = `What changed at ${clock(new Date(moment).toISOString(), zone).second}`;
        this.#title.title = `${fullTime(new Date(moment).toISOString(), zone)} ${zoneName(zone)}`;
        document.body.append(this.#dialog);
        if (!this.#dialog.open) this.#dialog.showModal();
        this.#span.focus();
        this.#ask();
    }

    /** True if it was open. */
    close() {
        const wasOpen = this.#dialog.open;
        if (wasOpen) this.#dialog.close();
        return wasOpen;
    }

    show({ sides, totals, errors, changes, messages, isPart, isBeyond }) {
        const most = Math.max(1, ...changes.flatMap(({ before, after }) => [before, after]));
        const [first, second] = [sides.before, sides.after].map(({ since, until }) => exactSpan(Math.round((until - since) / 1000) * 1000));
        this.#body.replaceChildren(...[
            h(
                "dl", { class: "changes-sums" }, this.#sum("Events", totals), this.#sum("Errors", errors),
                h("p", { class: "quiet" }, `per minute; ${first} before, ${second} after`)),
            isBeyond && h("p", { class: "changes-note" }, "The log has nothing from before: everything looks new."),
            h("h3", null, "Values"),
            changes.length > 0
                ? h("div", { class: "changes-list", role: "list" }, ...changes.map((change) => this.#change(change, most)))
                : h("p", { class: "quiet" }, "No value is more or less frequent than chance explains."),
            h("h3", null, "Messages of a new shape"),
            messages.length > 0
                ? h("div", { class: "changes-list", role: "list" }, ...messages.map((message) => this.#message(message)))
                : h("p", { class: "quiet" }, "None."),
            isPart && h("p", { class: "quiet" }, "Of the first 5\u202f000 events after it."),
        ].filter(Boolean));
    }

    fail(message) {
        this.#body.replaceChildren(h("p", { class: "changes-note" }, `The relay answered: ${message}`));
    }

    #ask() {
        this.#body.replaceChildren(h("p", { class: "quiet" }, "Counting both sides"));
        this.#acts.compare(this.#moment, Number(this.#span.value));
    }

    #sum(name, [before, after]) {
        return h(
            "div", null, h("dt", null, name),
            h("dd", { class: "num" }, short(before), icon("chevron-right", "small"), h("b", null, short(after)), h("span", { class: "quiet" }, ratioWords(before, after))));
    }

    #change({ field, value, before, after, kind }, most) {
        const choose = () => {
            this.close();
            this.#acts.include(field, value);
        };
        const label = `${field} ${value}: ${short(before)} per minute before, ${short(after)} after; include it in the filter`;
        return h(
            "button", { type: "button", class: `change is-${kind}`, role: "listitem", title: "Include in the filter", "aria-label": label, click: choose },
            h("span", { class: "change-kind" }, icon(kind === "new" || kind === "more" ? "arrow-up" : "arrow-down", "small"), KINDS[kind]),
            h("span", { class: "change-name" }, field === "source" && h("i", { class: "source-dot", "data-hue": hueOf(value) }), h("span", { class: "quiet" }, field), h("span", { class: "mono" }, value)),
            bars(before, after, most),
            h("span", { class: "num change-counts" }, `${short(before)} \u2192 ${short(after)}`));
    }

    #message({ event, count: times }) {
        const go = () => {
            this.close();
            this.#acts.open(Date.parse(event.time));
        };
        return h(
            "button", { type: "button", class: "change is-message", role: "listitem", title: "Go to the first of them", click: go },
            h("span", { class: "num change-kind" }, `\u00d7${count(times)}`),
            h("span", { class: "change-name" }, h("i", { class: "source-dot", "data-hue": hueOf(event.source) }), h("span", { class: "quiet" }, event.source), h("span", { class: "mono" }, event.message.split("\n")[0])),
            h("span", { class: "num change-counts" }, clock(event.time, this.#zone)?.second ?? ""));
    }
}

function bars(before, after, most) {
    return h("span", { class: "change-bars", "aria-hidden": "true" }, ...[before, after].map((size) => {
        const bar = h("i");
        bar.style.setProperty("inline-size", `${size === 0 ? 0 : Math.max(2, Math.round((size / most) * 100))}%`);
        return bar;
    }));
}
