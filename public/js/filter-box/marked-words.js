// The words of a filter that a matching message contains. Pure.

import { lex } from "./filter-lexer.js";

/** Words and quoted texts that a matching message contains: what the page may mark in it. */
export function wordsOf(text) {
    const words = [];
    let negated = false;
    for (const token of lex(text)) {
        if (token.kind === "text" && !negated) words.push(unquoted(text.slice(token.from, token.to)));
        negated = token.kind === "not" || (negated && token.kind !== "text" && token.kind !== "value");
    }
    return words.filter((word) => word !== "");
}

function unquoted(text) {
    if (text.startsWith("'")) return text.replace(/^'|'$/g, "");
    if (!text.startsWith("\"")) return text;
    try {
        return JSON.parse(text);
    } catch {
        return text.slice(1);
    }
}
