// What the language takes for space, letters and cases, and how it counts characters. Pure.

const SPACE = /^\p{White_Space}$/u;
const WORD = /^[\p{Alphabetic}\p{Nd}_]$/u;
const CAPITAL = /[\p{Uppercase}\p{Lt}]/u;
const NOT_ASCII = /[^\0-\x7f]/;

export const isSpace = (letter) => SPACE.test(letter);

/** Letters, digits and the underscore, of any script. */
export const isWordLetter = (letter) => WORD.test(letter);

export const isDigit = (letter) => letter >= "0" && letter <= "9" && letter.length === 1;

/** Smart case: any capital letter makes a text exact. */
export const hasCapital = (text) => CAPITAL.test(text);

export const isASCII = (text) => !NOT_ASCII.test(text);

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Characters as people count them: a letter with its accents is one. */
export function characters(text) {
    return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

export function byteLength(text) {
    return isASCII(text) ? text.length : new TextEncoder().encode(text).length;
}

/** Blocks above U+2E00 that hold cased letters; the rest folds to itself. */
const CASED_BLOCKS = [
    [0xa640, 0xa7ff], [0xab30, 0xabbf], [0xff21, 0xff5a], [0x10400, 0x10fff], [0x118a0, 0x118df], [0x16e40, 0x16e9f],
    [0x1e900, 0x1e943],
];
const folds = new Map();

/** Everything that can have a case, as ranges of code points. */
export const CASED = [[0x41, 0x2dff], ...CASED_BLOCKS];

/**
 * Simple case folding, one code point to one: upper case first, so that letters with one capital and two small forms
 * (σ ς, s ſ) meet.
 */
export function foldedLetter(letter) {
    let folded = folds.get(letter);
    if (folded === undefined) folds.set(letter, folded = computeFold(letter));
    return folded;
}

export function folded(text) {
    if (isASCII(text)) return text.toLowerCase();
    return text.replace(/[A-Z]+|[^\0-\x7f]/gu, (part) => (part < "\x80" ? part.toLowerCase() : foldedLetter(part)));
}

function computeFold(letter) {
    const code = letter.codePointAt(0);
    // Dotted and dotless i have no simple folding outside Turkic languages.
    const hasCase = code < 0x2e00 || CASED_BLOCKS.some(([first, last]) => code >= first && code <= last);
    if (!hasCase || code === 0x130 || code === 0x131) return letter;
    const upper = only(letter.toUpperCase()) ?? letter;
    return only(upper.toLowerCase()) ?? upper;
}

function only(mapping) {
    return [...mapping].length === 1 ? mapping : undefined;
}
