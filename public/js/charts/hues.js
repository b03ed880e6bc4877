// Colours of the lines of one chart. Pure.

import { LEVELS } from "../parts/levels.js";
import { hueOf } from "../parts/hue.js";

const HUES = 8;

/**
 * A CSS colour for each name: of its level where names are levels, else the hue the name has everywhere, or the next
 * free one if another line of this chart has it already.
 */
export function coloursOf(names, isByLevel) {
    if (isByLevel) return names.map((name) => (LEVELS.includes(name) ? `var(--fill-${levelFill(name)})` : QUIET));
    const taken = new Set();
    return names.map((name) => {
        if (name === undefined) return taken.size === 0 && names.length === 1 ? "var(--accent)" : QUIET;
        let hue = hueOf(name);
        for (let tries = 0; tries < HUES && taken.has(hue); tries += 1) hue = (hue + 1) % HUES;
        taken.add(hue);
        return `var(--hue-${hue})`;
    });
}

/** The colour of a line's name: fills of low levels are too quiet for text. */
export function labelColour(colour) {
    return /graphic|trace|debug|info/.test(colour) ? "var(--text-2)" : colour;
}

/** Second and third line differ without colour, too. */
export function dashOf(at) {
    return ["", "5 2", "1.5 2.5", "8 2 1.5 2"][at % 4];
}

const QUIET = "var(--graphic)";

function levelFill(name) {
    return name === "alert" || name === "emergency" ? "critical" : name;
}
