// The connection doctor: measures the way between this browser and the relay, says what is wrong with it, and which lines of
// a proxy's configuration mend it. It stands on plain HTTP alone, so that it works where nothing else does.

import { copyText } from "../parts/clipboard.js";
import { h, icon } from "../parts/parts-view.js";
import { socketAddress } from "../page/view-address.js";
import { ADVICE, PROXIES } from "./advice.js";
import { measureClock, measureReach, measureSocket, measureStream, measureUpgrade, watchIdle } from "./measure.js";
import { CHECKS, report, verdict } from "./verdicts.js";

/** Three beats of the relay; what cuts quiet connections mostly does so within this. */
const IDLE_MS = 35_000;

const SIGNS = { good: "check", bad: "warning", note: "note", waiting: "clock" };
const SPOKEN = { good: "fine", bad: "wrong", note: "note", waiting: "measuring" };

export class Doctor {
    #measured = {};
    #rows = new Map();
    #proxy = PROXIES[0];
    #base = location.pathname;
    #stopIdle = () => {};
    #summary = h("p", { class: "doctor-summary", role: "status" });
    #run = 0;

    constructor() {
        document.title = "Connection \u00b7 tailrace";
        document.body.classList.add("is-doctor");
        document.body.replaceChildren(this.#page(), ...document.querySelectorAll("svg.visually-hidden"));
        this.#measure();
    }

    #page() {
        const list = h("ul", { class: "doctor-checks" }, ...Object.entries(CHECKS).map(([check, { title }]) => this.#row(check, title)));
        return h(
            "main", { class: "doctor" },
            h("h1", { class: "wordmark" }, icon("mark"), "tailrace"),
            h("h2", null, "The connection to this relay"), this.#summary, list,
            h(
                "div", { class: "doctor-actions" },
                h("a", { class: "button primary", href: this.#base }, "To the events"),
                h("button", { type: "button", class: "button", click: () => this.#measure() }, icon("restart", "small"), "Measure again"),
                h("button", { type: "button", class: "button", click: (event) => this.#copyReport(event) }, icon("copy", "small"), "Copy a report")));
    }

    #row(check, title) {
        const sign = h("span", { class: "sign" });
        const state = h("span", { class: "visually-hidden" });
        const words = h("span", { class: "words num" });
        const advice = h("div", { class: "advice", hidden: true });
        const element = h("li", { "data-check": check }, sign, h("b", null, title), state, words, advice);
        this.#rows.set(check, { element, sign, state, words, advice });
        return element;
    }

    async #measure() {
        const run = this.#run += 1;
        const isOver = () => run !== this.#run;
        const told = (check, facts) => {
            if (isOver()) return;
            this.#measured[check] = facts;
            this.#show();
        };
        this.#stopIdle();
        this.#measured = { secure: { isSecure: isSecureContext } };
        this.#show();
        const reach = await measureReach(this.#base);
        told("reach", reach);
        told("name", reach);
        if (!reach.isReached && reach.status === undefined) return this.#giveUp(told);
        const clock = await measureClock(this.#base).catch(() => ({ http: undefined }));
        told("clock", clock);
        const { socket, ...upgrade } = await measureUpgrade(this.#base, socketAddress(location));
        told("upgrade", upgrade);
        told("compression", upgrade);
        told("latency", { http: clock.http, socket: socket && await measureSocket(socket) });
        told("buffering", { firstBytes: await measureStream(this.#base), latency: clock.http });
        if (!socket) return told("idle", { held: 0, wanted: IDLE_MS, isCut: true });
        if (isOver()) return socket.close();
        this.#stopIdle = watchIdle(socket, IDLE_MS, (facts) => told("idle", facts));
        return undefined;
    }

    /** Without any answer there is nothing else to measure. */
    #giveUp(told) {
        told("upgrade", { isOpen: false, extensions: "" });
        told("compression", { isOpen: false, extensions: "" });
    }

    #show() {
        const verdicts = Object.keys(CHECKS).map((check) => [check, verdict(check, this.#measured[check])]);
        for (const [check, found] of verdicts) this.#showRow(check, found);
        const wrong = verdicts.filter(([, { state }]) => state === "bad").length;
        const waiting = verdicts.filter(([, { state }]) => state === "waiting").length;
        const words = wrong > 0 ? `${wrong} of ${verdicts.length} need to be mended.` : waiting > 0 ? "Measuring." : "All is well.";
        if (this.#summary.textContent !== words) this.#summary.textContent = words;
    }

    #showRow(check, { state, words, advice }) {
        const row = this.#rows.get(check);
        row.words.textContent = words;
        if (row.element.dataset.state !== state) {
            row.element.dataset.state = state;
            row.sign.replaceChildren(icon(SIGNS[state]));
            row.state.textContent = SPOKEN[state];
        }
        if (row.shownAdvice === advice && row.shownProxy === this.#proxy) return;
        row.shownAdvice = advice;
        row.shownProxy = this.#proxy;
        row.advice.hidden = advice === undefined;
        row.advice.replaceChildren(...(advice === undefined ? [] : this.#advice(advice)));
    }

    #advice(kind) {
        const lines = ADVICE[kind][this.#proxy];
        const choose = (name) => {
            this.#proxy = name;
            this.#show();
        };
        return [
            h("div", { class: "proxies", role: "group", "aria-label": "Proxy" }, ...PROXIES.map((name) => h(
                "button", { type: "button", class: "button small", "aria-pressed": String(name === this.#proxy), click: () => choose(name) }, name))),
            h("pre", { class: "mono", tabindex: 0 }, lines),
            h("button", { type: "button", class: "button small", click: () => copyText(lines) }, icon("copy", "small"), "Copy"),
        ];
    }

    async #copyReport({ currentTarget }) {
        const text = report(this.#measured, { address: location.href, agent: navigator.userAgent, at: new Date().toISOString() });
        const isCopied = await copyText(text);
        currentTarget.lastChild.textContent = isCopied ? "Copied" : "The browser did not allow copying";
    }
}
