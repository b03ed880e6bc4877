// Which fields become facets, and in which order. Pure.
//
// `fields` are as GET /api/v1/fields tells them; `choices` is what the reader pinned, hid and ordered.

/** Facets counted at one time: with the histogram's own they stay below what one connection may watch. */
export const MAX_FACETS = 16;

/** Present wherever an event is. */
const ALWAYS = ["level", "source", "host"];

/** What names the origin of a line, where there is such a field. */
const ORIGINS = ["unit", "file", "identifier"];

/** Text with more different values than this is found by search rather than by looking. */
const FEW_VALUES = 60;

/** Numbers with more different values than this are shown by their distribution. */
const FEW_NUMBERS = 16;

/** Presence from which a field says nothing about what an event is, as almost all have it, and below which few do. */
const MOST = 0.99;
const LEAST = 0.01;

/** Names that mean the event's own in a filter; a line's member that is called so has no facet. */
const OWN = new Set([...ALWAYS, "msg", "seq", "time", "late", "stream", "id", "inv"]);

/** What a line's transport says of itself: never worth a facet that nobody asked for. */
const DULL = new Set(["raw", "raw_base64", "offset", "lines", "line_offsets", "join_cut", "join_part", "seqnum", "seqnum_id", "boot_id", "machine_id"]);

/** `{ shown, rest }` of facets: { name, isFixed, isNumber, isSpread, presence, distinct }. */
export function arranged(fields, { pinned = [], hidden = [], order = [] } = {}) {
    const others = fields.filter(({ name }) => !OWN.has(name));
    const known = new Map(others.map((field) => [field.name, facetOf(field)]));
    const facet = (name) => ({
        isNumber: false, isSpread: false, ...known.get(name), name, isFixed: fixed.includes(name),
    });
    const fixed = [...ALWAYS, ...ORIGINS.filter((name) => known.has(name))];
    const useful = [...known.values()].filter((field) => !fixed.includes(field.name) && isUseful(field))
        .sort(byUse).map(({ name }) => name);
    const names = [...new Set([...fixed.slice(0, 1), ...pinned, ...fixed, ...useful])]
        .filter((name) => !hidden.includes(name));
    const shown = ordered(names, order).slice(0, MAX_FACETS);
    const rest = [...new Set([...hidden, ...known.keys()])].filter((name) => !shown.includes(name));
    return { shown: shown.map(facet), rest: rest.map(facet) };
}

/** The names in the reader's order; what is new to it goes behind what it stood behind before. */
export function ordered(names, order) {
    const result = order.filter((name) => names.includes(name));
    names.forEach((name, at) => {
        if (result.includes(name)) return;
        const before = names.slice(0, at).findLast((other) => result.includes(other));
        result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, name);
    });
    return result;
}

/** The order with a facet moved by one place among those shown. */
export function moved(shown, name, step) {
    const order = [...shown];
    const at = order.indexOf(name);
    const to = at + step;
    if (at < 0 || to < 0 || to >= order.length) return order;
    [order[at], order[to]] = [order[to], order[at]];
    return order;
}

function facetOf({ name, presence, distinct, types = {}, count }) {
    const isNumber = (types.number ?? 0) * 2 > (count ?? 0);
    return { name, presence, distinct, isNumber, isSpread: isNumber && distinct > FEW_NUMBERS };
}

function isUseful({ name, presence, distinct, isSpread }) {
    return presence >= LEAST && distinct >= 2 && (isSpread || distinct <= FEW_VALUES) && !DULL.has(name);
}

function byUse(one, other) {
    const rank = ({ presence }) => (presence <= MOST ? 0 : 1);
    return rank(one) - rank(other) || other.presence - one.presence || one.distinct - other.distinct
        || (one.name < other.name ? -1 : 1);
}
