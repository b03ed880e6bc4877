// The rows next to an event: of its source, its trace, its run. Those that are here are found at once.

import { h, icon } from "../parts/parts-view.js";
import { parseEvent } from "../session/protocol.js";
import { neighbourWords } from "./event-facts.js";

const WORDS = { source: "this source", trace: "same trace", request: "same request", invocation: "same invocation", process: "same process" };

/** `find()` resolves with what there is; a click is told to `act` as { jump: seq }. */
export function neighbours(event, { find, act, zone }) {
    const list = h("div", { class: "neighbours" }, h("p", { class: "quiet" }, "looking"));
    find().then((found) => list.replaceChildren(
        ...(found.length > 0 ? found.map((one) => neighbour(event, one, { act, zone })) : [
            h("p", { class: "quiet" }, "None in the rows that are here. c shows what is around it in the log."),
        ]),
    ));
    return list;
}

function neighbour(event, { name, step, text }, { act, zone }) {
    const other = parseEvent(text);
    const { when, at, text: message } = neighbourWords(event, other, zone);
    const label = `${step < 0 ? "Previous" : "Next"} of ${WORDS[name]}, ${at}`;
    return h(
        "button",
        { type: "button", class: "neighbour", title: label, "aria-label": `${label}: ${message}`, click: () => act({ jump: other.seq }) },
        icon(step < 0 ? "chevron-up" : "chevron-down", "small"),
        h("span", { class: "num" }, when),
        h("span", { class: "quiet" }, WORDS[name]),
        h("span", { class: "text mono" }, message),
    );
}
