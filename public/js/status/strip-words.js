// What the status strip says, in short and explained. Pure: the state of the page in, words out.

import { THRIFT } from "../session/protocol.js";
import { bytes, clock, count, counted, rate, span, zoneName } from "../parts/format.js";

/** Below this a lag is only what is being read at this moment. */
const LAG_WORTH_SAYING = 65_536;

/** States of an input, as the relay names them, in which somebody has to look after it. */
const TROUBLED = new Set(["degraded", "failed", "stopped"]);

export function isTroubled(source) {
    return TROUBLED.has(source.state);
}

/**
 * The items of the strip, each `{ text, isBad }`; an empty text hides it. The view is { link, stats, counts, wire,
 * now } with `wire` { perSecond, ratio } in bytes.
 */
export function stripItems(view) {
    const { link, stats, counts, wire, now } = view;
    const isLost = link.phase === "lost";
    const rates = isLost ? undefined : stats?.rates;
    return {
        link: linkItem(view),
        lag: lagItem(Object.entries(stats?.sources ?? {})),
        rates: item(rates ? `matched ${rate(rates.matched)} of ${rate(rates.seen)}` : "matched \u2013 of \u2013"),
        wire: wireItem(wire, isLost, view.isThrifty),
        horizon: item(stats?.oldest_time ? `log keeps ${span(now - Date.parse(stats.oldest_time))}` : ""),
        gaps: gapsItem(counts.gaps),
        position: item(counts.position ? `${counts.position.epoch}:${count(counts.position.seq)}` : ""),
    };
}

/** Sentences about each item, shown when it is pressed. */
export const EXPLANATIONS = {
    link({ link, relay, zone }) {
        const away = "Not connected. The page tries again by itself; rows, filter and place stay.";
        if (link.phase !== "open") return [away];
        const host = relay?.host ? ` to the relay on ${relay.host}` : "";
        return [
            `${linkWords(link)}${host} since ${moment(link.since, zone)}.`,
            ...(isFallback(link) ? [FALLBACK] : []),
            "If the connection breaks, the page returns by itself and goes on at its position.",
        ];
    },
    lag: () => ["Inputs of the relay, and how much of each it has still to read."],
    rates: ({ counts }) => [
        "Events per second that match the filter, of all in this stream.",
        `Since this filter was set: ${count(counts.matched)} of ${count(counts.seen)}.`,
    ],
    wire: ({ wire, isThrifty }) => [
        ...(wire ? [
            `What this stream costs on the wire: ${bytes(wire.perSecond)} per second.`,
            `Packed ${ratio(wire)} against the messages in it.`,
        ] : []),
        ...(isThrifty ? [THRIFTY] : []),
    ],
    horizon: ({ stats, zone }) => [
        `The relay's log reaches back to event ${count(stats.oldest)} of ${moment(stats.oldest_time, zone)}.`,
        "Older ones it no longer has.",
    ],
    gaps({ counts }) {
        const { gaps } = counts;
        if (gaps.count === 0) return ["Every matching event of this stream was delivered to this page."];
        return [
            `${counted(gaps.events, "event")} in ${counted(gaps.count, "gap")} did not reach this page.`,
            "Each gap stands in the rows, with its reason.",
        ];
    },
    position: () => [
        "Position in the relay's log after the last event received here: its incarnation and the number of the event.",
        "Every reader of this relay understands it.",
    ],
};

/** "22 Nov 2026, 07:35:11 UTC", in the zone of the rows. */
function moment(time, zone) {
    const at = clock(new Date(time).toISOString(), zone);
    return `${at.day}, ${at.second} ${zoneName(zone)}`;
}

function ratio(wire) {
    return `${wire.ratio.toFixed(1)} : 1`;
}

function linkItem({ link, now }) {
    if (link.phase === "lost") return item(`Disconnected ${span(now - link.since)}`, true);
    return item(link.phase === "open" ? linkWords(link) : "Connecting");
}

const THRIFTY = `Reduced data: at most ${THRIFT.perSecond} rows a second, errors up to twice as many, and counts every `
    + "10 seconds. Gaps say what is left out and load it. The palette (K) turns it off; it is on by itself on metered links.";

const FALLBACK = "No WebSocket gets through, most likely because of a proxy on the way. Nothing is missing here; it "
    + "costs more requests. From time to time the page tries again.";

/** Connected, but not by a WebSocket. */
export function isFallback(link) {
    return link.phase === "open" && (link.transport === "stream" || link.transport === "poll");
}

function linkWords({ transport }) {
    if (transport === "stream") return "Connected by HTTP stream";
    return transport === "poll" ? "Connected by polling" : "Connected";
}

/** The worst of the inputs: one that needs somebody, else the one with the most to read. */
function lagItem(sources) {
    if (sources.length === 0) return item("");
    const troubled = sources.filter(([, source]) => isTroubled(source));
    if (troubled.length > 0) {
        const [name, { state }] = troubled[0];
        return item(`${name} ${state}${troubled.length > 1 ? `, ${troubled.length - 1} more` : ""}`, true);
    }
    const lag = ([, source]) => source.lag_bytes ?? 0;
    const worst = sources.reduce((one, other) => (lag(other) > lag(one) ? other : one));
    return lag(worst) > LAG_WORTH_SAYING ? item(`lag, worst ${worst[0]} ${bytes(lag(worst))}`, true) : item("no lag");
}

function wireItem(wire, isLost, isThrifty) {
    const reduced = isThrifty ? "reduced data" : "";
    if (!wire) return item(reduced);
    const packed = wire.ratio > 1 ? ` packed ${ratio(wire)}` : "";
    const cost = `${bytes(isLost ? 0 : wire.perSecond)}/s${packed}`;
    return item([cost, reduced].filter(Boolean).join(", "));
}

function gapsItem(gaps) {
    if (gaps.count === 0) return item("no gaps");
    return item(`${counted(gaps.count, "gap")}, ${counted(gaps.events, "event")}`, true);
}

function item(text, isBad = false) {
    return { text, isBad };
}
