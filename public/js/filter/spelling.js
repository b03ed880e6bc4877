// How single words are written so that they are read back as what they are, and what a misspelt one was meant to be.
// Pure.

import { isDigit, isWordLetter } from "./letters.js";

const KEYWORDS = new Set(["or", "OR", "and", "AND", "not", "NOT"]);
const QUOTED = { "\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export function literal(text) {
    return isPlain(text) && !KEYWORDS.has(text) ? text : quoted(text);
}

/** Behind an operator, where a dash before a digit is a sign. */
export function valueText(text) {
    return text.startsWith("-") && isDigit(text[1] ?? "") && isPlain(text.slice(1)) ? text : literal(text);
}

export function quoted(text) {
    return `"${text.replace(/["\\\n\r\t]/g, (sign) => QUOTED[sign])}"`;
}

/** True for patterns that are read the same with and without a field before them. */
export function isPlainPattern(pattern) {
    return isPlain(pattern, "*?");
}

/** True if no part of the grammar could take the text for anything but a word. */
function isPlain(text, also = "") {
    const [first] = text;
    const isFree = (letter) => isWordLetter(letter) || also.includes(letter);
    if (first === undefined || !isFree(first) || text.includes("..")) return false;
    return [...text].every((letter) => isFree(letter) || "-./%".includes(letter));
}

/** The word that is at most two edits away, if one is nearest. */
export function nearest(word, words) {
    const wanted = [...word.toLowerCase()].slice(0, 32);
    let best;
    for (const candidate of words) {
        const distance = editsBetween(wanted, [...candidate]);
        if (best === undefined || distance < best.distance) best = { candidate, distance };
    }
    return best?.distance <= 2 ? best.candidate : undefined;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editsBetween(left, right) {
    const rows = [Array.from({ length: right.length + 1 }, (_, at) => at)];
    left.forEach((first, i) => {
        const row = [i + 1];
        right.forEach((second, j) => {
            let cost = Math.min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (first === second ? 0 : 1));
            const isSwap = i > 0 && j > 0 && first === right[j - 1] && left[i - 1] === second;
            if (isSwap) cost = Math.min(cost, rows[i - 1][j - 1] + 1);
            row.push(cost);
        });
        rows.push(row);
    });
    return rows[left.length][right.length];
}
