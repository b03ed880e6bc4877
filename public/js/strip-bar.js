// The status strip: connection, lag, rates, wire, how far back the log goes, gaps. Each item explains itself.

import { bytes, count, counted, rate, span, zoneName } from "./format.js";
import { h, icon, setText, showPopover } from "./parts-view.js";

export class StripBar {
    #popover;
    #items = {};
    #view;
    #wire;

    constructor(root, popover, { flipZone, showKeys }) {
        this.#popover = popover;
        const item = (name, explain) => {
            const words = h("span", { class: "num" });
            const button = h("button", { type: "button", "data-item": name }, words);
            button.addEventListener("click", () => explain.length === 0 ? explain() : this.#explain(button, explain(this.#view)));
            this.#items[name] = { button, words };
            return button;
        };
        root.append(
            item("link", connectionWords), item("lag", lagWords), item("rates", rateWords), item("wire", wireWords),
            item("horizon", horizonWords), item("gaps", gapWords), h("span", { class: "push" }), item("position", positionWords),
            item("zone", () => flipZone()),
            h("button", { type: "button", click: showKeys }, h("kbd", null, "?"), "Keys"));
        for (const [name, symbol] of [["link", "plug"], ["gaps", "gap"]]) this.#items[name].button.prepend(icon(symbol, "small"));
    }

    /** `view` is { link, relay, stats, counts, zone, now }. */
    show(view) {
        this.#view = { ...view, wire: this.#wireRate(view) };
        const isLost = view.link.phase === "lost";
        this.#set("link", isLost ? `Disconnected ${span(view.now - view.link.since)}` : view.link.phase === "open" ? "Connected" : "Connecting", isLost);
        const worst = worstLag(view.stats);
        this.#set("lag", worst.text, worst.isBad);
        const { matched, seen } = view.stats?.rates ?? {};
        this.#set("rates", isLost || matched === undefined ? "matched \u2013 of \u2013" : `matched ${rate(matched)} of ${rate(seen)}`);
        this.#set("wire", this.#view.wire ? `${bytes(isLost ? 0 : this.#view.wire.perSecond)}/s packed ${this.#view.wire.ratio.toFixed(1)} : 1` : "");
        this.#set("horizon", view.stats?.oldest_time ? `log keeps ${span(view.now - Date.parse(view.stats.oldest_time))}` : "");
        const { gaps } = view.counts;
        this.#set("gaps", gaps.count === 0 ? "no gaps" : `${counted(gaps.count, "gap")}, ${counted(gaps.events, "event")}`, gaps.count > 0);
        this.#set("position", view.counts.position ? `${view.counts.position.epoch}:${count(view.counts.position.seq)}` : "");
        this.#set("zone", zoneName(view.zone));
        this.#items.zone.button.title = view.zone === "utc" ? "Show times in this computer's zone" : "Show times in UTC";
    }

    #set(name, text, isBad = false) {
        const { button, words } = this.#items[name];
        setText(words, text);
        button.hidden = text === "";
        button.classList.toggle("attention", isBad);
    }

    #explain(button, paragraphs) {
        showPopover(this.#popover, button, paragraphs.map((words) => (typeof words === "string" ? h("p", null, words) : words)));
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

function worstLag(stats) {
    const sources = Object.entries(stats?.sources ?? {});
    if (sources.length === 0) return { text: "", isBad: false };
    const failed = sources.filter(([, source]) => isFailed(source));
    if (failed.length > 0) return { text: `${failed[0][0]} cannot be read${failed.length > 1 ? `, ${failed.length - 1} more` : ""}`, isBad: true };
    const [name, source] = sources.reduce((worst, next) => ((next[1].lag_bytes ?? 0) > (worst[1].lag_bytes ?? 0) ? next : worst));
    const lag = source.lag_bytes ?? 0;
    return lag > LAG_WORTH_SAYING ? { text: `lag, worst ${name} ${bytes(lag)}`, isBad: true } : { text: "no lag", isBad: false };
}

/** Below this a lag is only what is being read at this moment. */
const LAG_WORTH_SAYING = 65_536;

/** States of an input, as the relay names them, in which nothing comes from it until somebody acts. */
export function isFailed(source) {
    return source.reason !== undefined && source.reason !== null && source.reason !== "";
}

function connectionWords({ link, relay }) {
    const host = relay?.host ? ` to the relay on ${relay.host}` : "";
    if (link.phase === "open") return [`Connected${host} since ${new Date(link.since).toLocaleTimeString()}.`, "If the connection breaks, the page returns by itself and goes on at its position."];
    return ["Not connected. The page tries again by itself; rows, filter and place stay."];
}

function lagWords({ stats }) {
    const rows = Object.entries(stats?.sources ?? {}).map(([name, source]) => h("li", null,
        h("b", null, name), h("span", null, source.state ?? ""), h("span", { class: "num" }, source.lag_bytes ? `${bytes(source.lag_bytes)} behind` : ""),
        isFailed(source) && h("span", { class: "why" }, source.reason)));
    return ["Inputs of the relay, and how much of each it has still to read.", h("ul", { class: "sources" }, ...rows)];
}

function rateWords({ counts }) {
    return ["Events per second that match the filter, of all in this stream.", `Since this filter was set: ${count(counts.matched)} of ${count(counts.seen)}.`];
}

function wireWords({ wire }) {
    return [`What this stream costs on the wire: ${bytes(wire.perSecond)} per second, ${wire.ratio.toFixed(1)} times smaller than the messages in it.`];
}

function horizonWords({ stats }) {
    return [`The relay's log reaches back to ${stats.oldest_time}, event ${count(stats.oldest)}. Older ones it no longer has.`];
}

function gapWords({ counts }) {
    const { gaps } = counts;
    return [gaps.count === 0 ? "Every matching event of this stream was delivered to this page." : `${counted(gaps.events, "event")} in ${counted(gaps.count, "gap")} did not reach this page. Each gap stands in the rows, with its reason.`];
}

function positionWords() {
    return ["Position in the relay's log after the last event received here: its incarnation and the number of the event. Every reader of this relay understands it."];
}
