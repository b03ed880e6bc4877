// A message cut into what looks different: words that matched, colours of terminals, links. Pure.
//
// A part is a string, [string] for what the filter's words matched, or { text, mark, style, href } where several meet.

const LINK = /https?:\/\/[^\s"'<>`\u2039\u203a\u2400-\u2421]+/g;
const AFTER_LINK = /[.,;:!?)\]}]+$/;

/** The parts of one line; `spans` are its styles as `styled` answers them. */
export function partsOf(text, words, spans) {
    const plain = marked(text, words);
    if (spans === undefined && !text.includes("://")) return plain;
    const links = linksOf(text);
    if (spans === undefined && links.length === 0) return plain;
    const layers = [ranges(plain), spans ?? [], links];
    const borders = new Set([0, text.length]);
    for (const { from, to } of layers.flat()) borders.add(Math.min(from, text.length)).add(Math.min(to, text.length));
    const cuts = [...borders].sort((a, b) => a - b);
    return cuts.slice(1).map((end, at) => {
        const from = cuts[at];
        const [mark, span, link] = layers.map((layer) => layer.find((range) => range.from <= from && range.to >= end));
        const shown = text.slice(from, end);
        if (!mark?.part && !span && !link) return shown;
        return { text: shown, mark: mark?.part, style: span?.style, href: link?.href };
    });
}

/** The text of a part. */
export function partText(part) {
    if (typeof part === "string") return part;
    return Array.isArray(part) ? part[0] : part.text;
}

/** Places of http and https addresses: { from, to, href }. */
export function linksOf(text) {
    return [...text.matchAll(LINK)].flatMap((match) => {
        const href = match[0].replace(AFTER_LINK, "");
        return URL.canParse(href) ? [{ from: match.index, to: match.index + href.length, href }] : [];
    });
}

/** Styles of the part of a text between two places, counted from the first. */
export function spansWithin(spans, from, to) {
    const inside = spans?.filter((span) => span.to > from && span.from < to);
    if (!inside?.length) return undefined;
    return inside.map((span) => ({ ...span, from: Math.max(span.from - from, 0), to: Math.min(span.to, to) - from }));
}

/** The message as plain strings and, for what the filter's words matched, [string]. */
export function marked(message, words) {
    if (words === undefined) return [message];
    return message.split(words).map((part, at) => (at % 2 === 1 ? [part] : part)).filter((part) => part.length > 0);
}

/** The pattern for `marked`; undefined when there is nothing to mark. A word with a capital is matched exactly. */
export function markPattern(words) {
    if (words.length === 0) return undefined;
    const isExact = words.every((word) => word !== word.toLowerCase());
    const source = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
    return new RegExp(`(${source})`, isExact ? "" : "i");
}

function ranges(parts) {
    let at = 0;
    return parts.map((part) => {
        const from = at;
        at += partText(part).length;
        return { from, to: at, part: typeof part === "string" ? undefined : part };
    });
}
