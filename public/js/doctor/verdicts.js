// What the measurements mean. Pure: numbers in; a state, words and the kind of advice out.

import { span } from "../parts/format.js";

/** Above this a person feels it. */
const SLOW_MS = 250;

/** The relay writes the beginning of a stream at once: later than this beside the way there, somebody held it back. */
const HELD_BACK_MS = 1500;

/** Ages and "since" are wrong by this much. The header that tells has whole seconds. */
const SKEW_MS = 2000;

/**
 * Each check in the order it is shown: { title, judge(measured) }, which answers { state, words, advice? } with state "good",
 * "bad", "note" or "waiting" as long as nothing is measured.
 */
export const CHECKS = {
    reach: { title: "The relay answers", judge: reach },
    name: { title: "Name and origin are allowed", judge: name },
    upgrade: { title: "WebSocket", judge: upgrade },
    compression: { title: "Compression", judge: compression },
    latency: { title: "There and back", judge: latency },
    buffering: { title: "Nothing is held back", judge: buffering },
    idle: { title: "A quiet connection stays", judge: idle },
    clock: { title: "Clocks agree", judge: clock },
    secure: { title: "The browser trusts the page", judge: secure },
};

export function verdict(check, measured) {
    return measured === undefined ? { state: "waiting", words: "measuring" } : CHECKS[check].judge(measured);
}

function reach({ isReached, status, version, host, error }) {
    if (!isReached) return bad(error ? `No answer: ${error}` : `HTTP ${status} in place of 200`);
    return good(`tailrace ${version} on ${host}`);
}

function name({ status, detail }) {
    if (status === 403) return bad(`${detail ?? "refused"}. Add the name to [server] allowed_hosts, a page of another origin to allowed_origins.`, "name");
    return good("");
}

function upgrade({ isOpen, milliseconds, plainStatus }) {
    if (isOpen) return good(`open in ${span(milliseconds)}`);
    if (plainStatus === 426) {
        return bad("The relay is reached, but the upgrade is not: a proxy drops the headers Upgrade and Connection.", "upgrade");
    }
    if (plainStatus === 403) return bad("The relay refuses this name or origin, see above.", "name");
    if (plainStatus >= 500) return bad(`Something before the relay answers ${plainStatus} on /ws.`, "upgrade");
    return bad(`The connection does not open${plainStatus ? `; /ws answers ${plainStatus}` : ""}.`, "upgrade");
}

function compression({ extensions, isOpen }) {
    if (!isOpen) return note("unknown without a WebSocket");
    if (extensions.includes("permessage-deflate")) return good("permessage-deflate, shared by all readers of a view");
    return bad("Messages come uncompressed: somebody took the header Sec-WebSocket-Extensions away.", "compression");
}

function latency({ http, socket }) {
    const words = [`HTTP ${span(http)}`, socket === undefined ? "" : `WebSocket ${span(socket)}`].filter(Boolean).join(", ");
    return (socket ?? http) > SLOW_MS ? note(`${words}: the way is long, rows come that much later`) : good(words);
}

function buffering({ firstBytes, latency: way = 0 }) {
    if (firstBytes === undefined) return bad("Nothing came of a stream that begins at once: a proxy collects answers.", "buffering");
    if (firstBytes - way > HELD_BACK_MS) return bad(`The first bytes of a stream came after ${span(firstBytes)}.`, "buffering");
    return good(`first bytes after ${span(firstBytes)}`);
}

function idle({ held, wanted, isCut, code }) {
    if (isCut) return bad(`The connection was cut after ${span(held)}${code === undefined ? "" : ` (code ${code})`}.`, "idle");
    if (held < wanted) return { state: "waiting", words: `${span(held)} of ${span(wanted)}` };
    return good(`held for ${span(held)}`);
}

function clock({ skew }) {
    if (skew === undefined) return note("the answer has no Date");
    if (Math.abs(skew) < SKEW_MS) return good("to the second");
    return bad(`This device is ${span(Math.abs(skew))} ${skew > 0 ? "behind" : "ahead of"} the relay: relative times are wrong by that.`);
}

function secure({ isSecure }) {
    return isSecure ? good("") : note("Plain HTTP on another machine: the browser does not let the page copy to the clipboard.");
}

function good(words) {
    return { state: "good", words };
}

function note(words) {
    return { state: "note", words };
}

function bad(words, advice) {
    return { state: "bad", words, advice };
}

/** All of it as text, for a report to somebody else. */
export function report(measured, { address, agent, at }) {
    const lines = Object.entries(CHECKS).map(([check, { title }]) => {
        const { state, words } = verdict(check, measured[check]);
        return `${state.padEnd(7)} ${title}${words ? `: ${words}` : ""}`;
    });
    return [`tailrace connection, ${at}`, address, agent, "", ...lines, ""].join("\n");
}
