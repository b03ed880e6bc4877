// Which clause of a filter lets nothing pass, and what was probably meant by it. Pure.

import { nearest, quoted } from "../filter/spelling.js";
import { conditionFor } from "./written.js";

/**
 * The places of the guilty ones among clauses { alone, without }, events that pass each of them alone and all but it:
 * those that nothing passes, else the one without which most would.
 */
export function culpritsOf(clauses) {
    const active = clauses.map((clause, at) => ({ ...clause, at })).filter(({ isOff }) => !isOff);
    const empty = active.filter(({ alone }) => alone === 0);
    if (empty.length > 0) return empty.map(({ at }) => at);
    if (active.length < 2 || active.some(({ without }) => without === undefined)) return [];
    const best = active.reduce((one, other) => (other.without > one.without ? other : one));
    return best.without > 0 ? [best.at] : [];
}

/**
 * What to say about a clause on a field that nothing passes: `{ words, condition, count }`, with the nearest condition
 * that something passes. `facet` is as GET /api/v1/facets tells it.
 */
export function nearestTo({ field, text, values = [], isNegated }, facet) {
    if (!field || isNegated || !facet) return undefined;
    if (facet.present === 0) {
        return { words: `No event here has the field ${field}.`, condition: quoted(text), isText: true };
    }
    const known = facet.values.filter(({ value }) => value !== null)
        .map(({ value, count }) => ({ value: String(value), count }));
    const behind = text.slice(text.indexOf(field) + field.length).replace(/^[:=<>!]+/, "");
    const wanted = values.length > 0 ? values[0] : behind;
    return nearestNumber(field, wanted, known) ?? nearestText(field, wanted, known);
}

function nearestNumber(field, wanted, known) {
    const numbers = known.map(({ value, count }) => ({ at: Number(value), value, count }));
    const number = Number.parseFloat(wanted);
    const isNumeric = numbers.length > 0 && Number.isFinite(number) && numbers.every(({ at }) => Number.isFinite(at));
    if (!isNumeric) return undefined;
    const [low, high] = [Math.min(...numbers.map(({ at }) => at)), Math.max(...numbers.map(({ at }) => at))];
    const distance = ({ at }) => Math.abs(at - number);
    const found = numbers.reduce((one, other) => (distance(other) < distance(one) ? other : one));
    const words = `${field} is ${low === high ? `always ${found.value}` : `seen from ${low} to ${high}`} here.`;
    return { words, condition: conditionFor(field, found.value), count: found.count };
}

function nearestText(field, wanted, known) {
    const holds = (one, other) => one.toLowerCase().includes(other.toLowerCase());
    const bare = (value) => value.replace(/\.service$/, "");
    const like = nearest(bare(wanted), known.map(({ value }) => bare(value)));
    const found = known.find(({ value }) => value.length > 1 && (holds(value, wanted) || holds(wanted, value)))
        ?? known.find(({ value }) => bare(value) === like);
    const few = known.length <= 5 ? known.map(({ value }) => value).join(", ") : undefined;
    const words = few ? `${field} is ${few} here.` : `${field} has other values here.`;
    return found ? { words, condition: conditionFor(field, found.value), count: found.count } : { words };
}
