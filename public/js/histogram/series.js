// What the parts of a bar are: their order, names and looks. Pure.

import { hueOf } from "../parts/hue.js";
import { LEVELS, rank } from "../parts/levels.js";
import { NONE, OTHER } from "./counts.js";

/** Levels whose smallest number is seen. */
const LOUD = LEVELS.indexOf("warn");

/** Fills by level; what is worse than critical looks like it. */
const FILLS = { alert: "critical", emergency: "critical", [NONE]: "trace" };

/**
 * Series from the base of a bar up, as `{ name, values, fill, hue, isLoud }`: levels as they rise, other values by
 * name so that they keep their place while numbers change, and last what has no name.
 */
export function stacked(counts, by) {
    const isLevel = by === "level";
    return [...counts.series].sort((one, other) => place(one.name, isLevel) - place(other.name, isLevel)
        || (one.name < other.name ? -1 : 1)).map(({ name, values }) => ({
        name,
        values,
        ...(isLevel ? { fill: FILLS[name] ?? name } : looks(name)),
        isLoud: isLevel && rank(name) >= LOUD,
    }));
}

/** Names for the legend, most severe or largest first, with those of `usual` that have no events now. */
export function legendNames(counts, by, sums, usual) {
    if (by === "level") {
        const names = new Set([...counts.series.map(({ name }) => name), ...usual]);
        return [...names].sort((one, other) => place(other, true) - place(one, true));
    }
    const size = (name) => (name === OTHER ? -2 : name === NONE ? -1 : sums.get(name) ?? 0);
    return counts.series.map(({ name }) => name).sort((one, other) => size(other) - size(one));
}

/** How a series looks in the legend. */
export function swatch(name, by) {
    return by === "level" ? { fill: FILLS[name] ?? name } : looks(name);
}

function place(name, isLevel) {
    if (!isLevel) return name === OTHER ? -1 : name === NONE ? -2 : 0;
    return rank(name);
}

function looks(name) {
    return name === OTHER || name === NONE ? { fill: "debug" } : { hue: hueOf(name) };
}
