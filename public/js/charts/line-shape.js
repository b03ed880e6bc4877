// Lines of a chart as SVG paths, and where their names go. Pure: numbers in, text and places out.

/**
 * The path of a line; null is a hole in it. `place` is { left, right, top, bottom, most }; a value that stands alone
 * between holes is a short dash, so that it can be seen.
 */
export function linePath(values, place) {
    let path = "";
    let isDrawing = false;
    values.forEach((value, at) => {
        if (value === null) {
            isDrawing = false;
            return;
        }
        const x = xOf(at, values.length, place);
        const y = yOf(value, place).toFixed(1);
        const isAlone = !isDrawing && (values[at + 1] ?? null) === null;
        path += `${isDrawing ? "L" : "M"}${x.toFixed(1)} ${y}`;
        if (isAlone) path += `h2`;
        isDrawing = true;
    });
    return path;
}

/** The same with the ground below it. */
export function areaPath(values, place) {
    const full = values.map((value) => value ?? 0);
    const base = place.bottom.toFixed(1);
    return `M${place.left} ${base}L${linePath(full, place).slice(1)}L${place.right} ${base}Z`;
}

export function xOf(at, points, { left, right }) {
    return left + ((right - left) * at) / Math.max(1, points - 1);
}

export function yOf(value, { top, bottom, most }) {
    return bottom - (Math.min(value, most) / most) * (bottom - top);
}

/**
 * What a line says of now: its last value, that of the bucket before the newest if there is one, as the newest still
 * fills.
 */
export function lastValue(values) {
    return values.slice(0, -1).findLast((value) => value !== null) ?? values.at(-1) ?? null;
}

/** The bucket nearest to a place of the pointer. */
export function pointAt(x, points, { left, right }) {
    const at = Math.round(((x - left) / Math.max(1, right - left)) * (points - 1));
    return Math.max(0, Math.min(points - 1, at));
}

/**
 * Moves names that want the same place apart: each gets `height`, all stay between `top` and `bottom` where they fit.
 * Answers the places in the order given.
 */
export function spread(wanted, height, { top, bottom }) {
    const order = wanted.map((y, at) => ({ y, at })).sort((one, other) => one.y - other.y || one.at - other.at);
    order.forEach((one, at) => {
        one.y = Math.max(at === 0 ? top : order[at - 1].y + height, one.y);
    });
    let limit = bottom;
    for (const one of order.toReversed()) {
        one.y = Math.min(one.y, limit);
        limit = one.y - height;
    }
    const places = [];
    for (const { y, at } of order) places[at] = y;
    return places;
}
