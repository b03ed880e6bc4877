// Values that a reader recognises in a line: addresses, ids, paths, units, numbers. Pure.

const KINDS = [
    ["link", String.raw`https?:\/\/[^\s"'<>\x60]+`],
    ["mail", String.raw`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`],
    ["unit", String.raw`(?<![\w/])[\w@:\\.-]*\w\.(?:service|socket|timer|mount|target|scope|slice|device|swap)\b`],
    ["id", String.raw`\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`],
    ["address", String.raw`(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\.\d)`],
    ["address", String.raw`(?<![\w:.])(?=[0-9a-f:]*::)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])`],
    ["address", String.raw`(?<![\w:.])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])`],
    ["path", String.raw`(?<![\w:/])(?:~|\.{1,2})?(?:\/[\w.@%+~=:-]*\w)+\/?`],
    ["id", String.raw`\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,}\b`],
    ["id", String.raw`\b[A-Z][A-Z0-9]+-\d+\b`],
    ["number", String.raw`(?<![\w.-])-?\d+(?:\.\d+)?(?: ?(?:ns|us|\u00b5s|ms|s|min|h|B|kB|KB|MB|GB|KiB|MiB|GiB)\b|%)?(?![\w.]*\d)`],
];

const PAIR = String.raw`(?<key>(?<![\w.-])[A-Za-z_][\w.-]*)=(?<value>"(?:[^"\\]|\\.)*"|[^\s,;()[\]{}"]+)`;
const TOKENS = new RegExp(`${PAIR}|${KINDS.map(([, form], at) => `(?<k${at}>${form})`).join("|")}`, "gi");

/** Characters in which tokens are looked for: what a screen shows of a line. */
const LIMIT = 4000;

/** The tokens of a text, in order: { from, to, text, kind, key }; `key` only for `key=value` as it is written. */
export function tokensOf(text) {
    return [...text.slice(0, LIMIT).matchAll(TOKENS)].map((match) => {
        const { key, value } = match.groups;
        if (key !== undefined) {
            const from = match.index + key.length + 1;
            const bare = value.startsWith("\"") ? value.slice(1, -1) : value;
            const at = value.startsWith("\"") ? from + 1 : from;
            return { from: at, to: at + bare.length, text: bare, kind: "value", key };
        }
        const kind = KINDS[KINDS.findIndex((_, at) => match.groups[`k${at}`] !== undefined)][0];
        const shown = kind === "link" ? match[0].replace(/[.,;:!?)\]}]+$/, "") : match[0];
        return { from: match.index, to: match.index + shown.length, text: shown, kind };
    }).filter(({ from, to }) => to > from);
}

/**
 * What a token means for a filter: { field, value } if a field of the event has exactly this value, else { value }, a
 * text in the message. `pairs` are the event's fields as [name, value text].
 */
export function meaningOf({ text, key }, pairs) {
    const bare = text.replace(/(\d) ?(?:ns|us|\u00b5s|ms|s|min|h|B|kB|KB|MB|GB|KiB|MiB|GiB|%)$/, "$1");
    const named = pairs.find(([name]) => name === key);
    if (named) return { field: named[0], value: named[1] };
    const same = pairs.find(([, value]) => value === text) ?? pairs.find(([, value]) => value === bare);
    // A small number is equal to too many fields by chance.
    const isTelling = same !== undefined && (same[1].length > 3 || !/^\d+$/.test(same[1]));
    return isTelling ? { field: same[0], value: same[1] } : { value: text };
}
