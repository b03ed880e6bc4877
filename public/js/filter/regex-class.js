// Sets of characters in a regex. Pure.
//
// A set is { items, isNegated, ignoresCase }; an item { ranges, isNegated?, isWritten? }. Ranges that were written are
// closed under case when case is ignored; `\w` and its like stay as they are, as in the server's engine.

import { CASED, foldedLetter } from "./letters.js";

const DIGITS = [[0x30, 0x39]];
const UPPER = [[0x41, 0x5a]];
const LOWER = [[0x61, 0x7a]];
const ALPHA = [...UPPER, ...LOWER];
const SPACES = [[0x09, 0x0d], [0x20, 0x20]];
const WORD = [...DIGITS, ...ALPHA, [0x5f, 0x5f]];
const BLANKS = [
    [0x09, 0x09], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x180e, 0x180e], [0x2000, 0x200a], [0x202f, 0x202f],
    [0x205f, 0x205f], [0x3000, 0x3000],
];
const LINE_ENDS = [[0x0a, 0x0d], [0x85, 0x85], [0x2028, 0x2029]];

/** `\d` and so on; the capital is its opposite. */
const ESCAPED = { d: DIGITS, w: WORD, s: SPACES, h: BLANKS, v: LINE_ENDS };

/** `[[:alpha:]]` and so on, all of ASCII. */
const POSIX = {
    alnum: [...DIGITS, ...ALPHA], alpha: ALPHA, ascii: [[0, 0x7f]], blank: [[0x09, 0x09], [0x20, 0x20]],
    cntrl: [[0, 0x1f], [0x7f, 0x7f]], digit: DIGITS, graph: [[0x21, 0x7e]], lower: LOWER, print: [[0x20, 0x7e]],
    punct: [[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]], space: SPACES, upper: UPPER, word: WORD,
    xdigit: [...DIGITS, [0x41, 0x46], [0x61, 0x66]],
};

/** The item of `\d`, `\W` …; undefined for other letters. */
export function escapedItem(letter) {
    const ranges = ESCAPED[letter.toLowerCase()];
    return ranges && { ranges, isNegated: letter < "a" };
}

/** The item of `[:alpha:]` or `[:^alpha:]`; undefined for unknown names. */
export function posixItem(name, isNegated, ignoresCase) {
    const isCase = name === "upper" || name === "lower";
    const ranges = isCase && ignoresCase ? ALPHA : Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
    return ranges && { ranges, isNegated };
}

export function writtenItem(first, last = first) {
    return { ranges: [[first, last]], isWritten: true };
}

/** `.`: any character but the end of a line; with `(?s)` that too. */
export function anySet(isAll) {
    return { items: isAll ? [] : [{ ranges: [[0x0a, 0x0a]] }], isNegated: true, ignoresCase: false };
}

export function setHas({ items, isNegated, ignoresCase }, code) {
    const isIn = items.some((item) => {
        if (!item.isWritten) return inRanges(item.ranges, code) !== Boolean(item.isNegated);
        return ignoresCase ? variantsOf(code).some((one) => inRanges(item.ranges, one)) : inRanges(item.ranges, code);
    });
    return isIn !== isNegated;
}

export function isWordCode(code) {
    return inRanges(WORD, code);
}

function inRanges(ranges, code) {
    return ranges.some(([first, last]) => code >= first && code <= last);
}

/**
 * Letters that got a case, or another one, after the Unicode version of the server's engine: to it they have none.
 */
const CASELESS = [
    [0x19b], [0x264], [0x26a], [0x282], [0x29d], [0x390], [0x3b0], [0x10d0, 0x10ff], [0x13a0, 0x13fd], [0x1c80, 0x1c8a],
    [0x1c90, 0x1cbf], [0x1d8e], [0x1fd3], [0x1fe3], [0x2c2f], [0x2c5f], [0xa794], [0xa7ae], [0xa7b2, 0xa7dc],
    [0xa7f5, 0xa7f6], [0xab53], [0xab70, 0xabbf], [0x104b0, 0x104fb], [0x10570, 0x105bc], [0x10c80, 0x10cf2],
    [0x10d50, 0x10d85], [0x16e40, 0x16e7f], [0x1e900, 0x1e943],
];
const isCaseless = (code) => CASELESS.some(([first, last = first]) => code >= first && code <= last);

let groups;

/** The letters that are the same as this one when case is ignored, with itself. */
function variantsOf(code) {
    groups ??= caseGroups();
    return groups.get(code) ?? [code];
}

/** Made when first asked for: some ten thousand letters. */
function caseGroups() {
    const byFold = new Map();
    for (const [first, last] of CASED) {
        for (let code = first; code <= last; code += 1) {
            if (isCaseless(code)) continue;
            const fold = foldedLetter(String.fromCodePoint(code));
            if (byFold.has(fold)) byFold.get(fold).push(code);
            else byFold.set(fold, [code]);
        }
    }
    return new Map([...byFold.values()].filter((group) => group.length > 1)
        .flatMap((group) => group.map((code) => [code, group])));
}
