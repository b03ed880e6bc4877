// Levels on and off in the filter's text: what a click in the legend means. Pure.

import { Filter, FilterError } from "../filter/filter.js";
import { clausesOf, exclude, include, withLevel, withoutClauseAt } from "../filter-box/filter-text.js";
import { LEVELS, rank } from "../parts/levels.js";

/** Whether events of a level can pass, as far as the clauses about levels go. */
export function passesLevel(text, level) {
    return clausesOf(text).filter(({ field }) => field === "level").every((clause) => clausePasses(clause, level));
}

/** The text that shows a level that is left out, or leaves out one that is shown. */
export function withToggled(text, level) {
    return passesLevel(text, level) ? exclude(text, "level", level) : shown(text, level);
}

/** Takes back an exclusion, lowers the threshold and leaves out what is between, or adds to the values that are listed. */
function shown(text, level) {
    const freed = withoutExclusion(text, level);
    if (passesLevel(freed, level)) return freed;
    const threshold = clausesOf(freed).find(
        ({ field, operator, isNegated }) => field === "level" && operator === ">=" && !isNegated);
    if (!threshold) return include(freed, "level", level);
    const lowered = withLevel(freed, level);
    return LEVELS.slice(rank(level) + 1, rank(threshold.values[0])).reduce(
        (rest, between) => (passesLevel(freed, between) ? rest : exclude(rest, "level", between)), lowered);
}

function withoutExclusion(text, level) {
    const at = clausesOf(text).findIndex(({ field, values, isNegated }) => {
        return field === "level" && isNegated && values.length === 1 && values[0] === level;
    });
    return at < 0 ? text : withoutClauseAt(text, at);
}

function clausePasses(clause, level) {
    try {
        return new Filter(clause.text).matches(JSON.stringify({ seq: 1, level, source: "", message: "", fields: {} }));
    } catch (error) {
        if (error instanceof FilterError) return true;
        throw error;
    }
}
