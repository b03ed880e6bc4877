// Filter text in the colours of its parts.

import { h } from "../parts/parts-view.js";
import { lex } from "./filter-lexer.js";

/** Spans that join to the text; the range `bad` is underlined. */
export function coloured(text, bad) {
    const spans = lex(text).flatMap(({ kind, from, to }) => cutAt({ from, to }, bad).map((part) => {
        const isBad = bad && part.from >= bad.from && part.to <= bad.to && bad.to > bad.from;
        return h("span", { class: `q-${kind}${isBad ? " q-bad" : ""}` }, text.slice(part.from, part.to));
    }));
    if (bad && bad.from >= text.length) spans.push(h("span", { class: "q-bad" }, "\u00a0\u00a0"));
    return spans;
}

function cutAt({ from, to }, bad) {
    const cuts = [from, ...(bad ? [bad.from, bad.to] : []).filter((at) => at > from && at < to), to];
    return cuts.slice(1).map((end, at) => ({ from: cuts[at], to: end }));
}
