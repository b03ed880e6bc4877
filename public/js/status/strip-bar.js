// The status strip: connection, lag, rates, wire, how far back the log goes, gaps. Each item explains itself.

import { bytes, zoneName } from "../parts/format.js";
import { h, icon, setText, showPopover } from "../parts/parts-view.js";
import { EXPLANATIONS, isFallback, isTroubled, stripItems } from "./strip-words.js";

const SYMBOLS = { link: "plug", gaps: "gap" };

export class StripBar {
    #popover;
    #retry;
    #items = {};
    #zone = h("span");
    #user = h("span");
    #userButton;
    #zoneButton;
    #view;
    #wire;

    constructor(root, popover, { chooseZone, showAccount, showKeys, retry }) {
        this.#popover = popover;
        this.#retry = retry;
        this.#zoneButton = h(
            "button", { type: "button", title: "Zone of times", click: () => chooseZone(this.#zoneButton) }, this.#zone);
        this.#userButton = h(
            "button", { type: "button", id: "account", title: "Who is signed in", hidden: true, click: showAccount },
            icon("user", "small"), this.#user);
        const buttons = Object.keys(EXPLANATIONS).map((name) => this.#make(name));
        root.append(
            ...buttons.slice(0, -1),
            h("span", { class: "push" }),
            buttons.at(-1),
            this.#zoneButton,
            this.#userButton,
            h("button", { type: "button", click: showKeys }, h("kbd", null, "?"), "Keys"),
        );
    }

    /** `view` is { link, relay, stats, counts, zone, now }. */
    show(view) {
        this.#view = { ...view, wire: this.#wireRate(view) };
        for (const [name, { text, isBad }] of Object.entries(stripItems(this.#view))) {
            const { button, words } = this.#items[name];
            setText(words, text);
            button.hidden = text === "";
            button.classList.toggle("attention", isBad);
        }
        setText(this.#zone, zoneName(view.zone));
        this.#userButton.hidden = !view.relay?.user;
        setText(this.#user, view.relay?.user ?? "");
    }

    #make(name) {
        const words = h("span", { class: "num" });
        const symbol = SYMBOLS[name] && icon(SYMBOLS[name], "small");
        const button = h("button", { type: "button", "data-item": name, hidden: true }, symbol, words);
        button.addEventListener("click", () => this.#explain(name));
        this.#items[name] = { button, words };
        return button;
    }

    #explain(name) {
        const sentences = EXPLANATIONS[name](this.#view).map((sentence) => h("p", null, sentence));
        showPopover(this.#popover, this.#items[name].button, [...sentences, ...this.#more(name)]);
    }

    #more(name) {
        if (name === "lag") return [sourceList(this.#view.stats)];
        return name === "link" && isFallback(this.#view.link) ? [this.#ways()] : [];
    }

    /** What a reader can do about a connection that had to fall back. */
    #ways() {
        return h(
            "p",
            { class: "ways" },
            h("a", { class: "button small", href: "?doctor=1", target: "_blank", rel: "noopener" }, "Check the connection"),
            " ",
            h("button", { type: "button", class: "button small", click: this.#retry }, "Try a WebSocket"),
        );
    }

    /** Bytes per second between the last two statistics, and how much smaller the wire is than the messages. */
    #wireRate({ stats, now }) {
        if (!stats?.wire || this.#wire?.stats === stats) return this.#wire?.rate;
        const before = this.#wire;
        const grown = stats.wire.bytes - (before?.stats.wire.bytes ?? 0);
        const seconds = before ? Math.max(0.2, (now - before.now) / 1000) : Infinity;
        const ratio = stats.wire.bytes > 0 ? stats.wire.raw / stats.wire.bytes : 1;
        this.#wire = { stats, now, rate: { perSecond: before && grown >= 0 ? grown / seconds : 0, ratio } };
        return this.#wire.rate;
    }
}

function sourceList(stats) {
    const rows = Object.entries(stats?.sources ?? {}).map(([name, source]) => h(
        "li",
        { class: isTroubled(source) ? "is-troubled" : "" },
        h("b", null, name),
        h("span", null, source.state),
        h("span", { class: "num" }, source.lag_bytes ? `${bytes(source.lag_bytes)} behind` : ""),
        source.reason && h("span", { class: "why" }, source.reason),
    ));
    return h("ul", { class: "sources" }, ...rows);
}
