// Finds what somebody means by a few letters. Pure.

/**
 * How well `typed` fits `text`, 0 if not at all: its letters in order, better at the beginnings of words and together.
 */
export function score(typed, text) {
    const wanted = typed.toLowerCase().replace(/\s+/g, "");
    const letters = text.toLowerCase();
    let at = -1;
    let total = 1;
    for (const letter of wanted) {
        const begins = beginning(letters, letter, at + 1);
        const next = letters.indexOf(letter, at + 1);
        if (next < 0) return 0;
        const isTogether = next === at + 1;
        const found = isTogether || begins < 0 ? next : begins;
        total += isTogether ? 6 : found === begins ? 4 : 1;
        at = found;
    }
    // Of two that fit as well, the shorter one is meant.
    return total + 1 / (1 + text.length);
}

/** The entries that fit, best first; all in their order where nothing is typed. */
export function found(typed, entries, most) {
    if (typed.trim() === "") return entries.slice(0, most);
    return entries
        .map((entry, at) => ({ entry, at, score: score(typed, `${entry.title} ${entry.more ?? ""}`) }))
        .filter((one) => one.score > 0)
        .sort((one, other) => other.score - one.score || one.at - other.at)
        .slice(0, most)
        .map(({ entry }) => entry);
}

function beginning(letters, letter, from) {
    for (let at = letters.indexOf(letter, from); at >= 0; at = letters.indexOf(letter, at + 1)) {
        if (at === 0 || !/[\p{L}\p{N}]/u.test(letters[at - 1])) return at;
    }
    return -1;
}
