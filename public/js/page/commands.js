// What the keys do, by the names in keys.js.

import { THRESHOLDS } from "../parts/levels.js";

/**
 * The functions by name. `page` does what concerns the page as a whole: happened, goLive, openDetails, escape,
 * setLevel.
 */
export function commandsOf(page, { views, walk }) {
    return {
        filter: () => views.filter.focus(),
        leaveFilter: () => document.getElementById("rows").focus(),
        toggleHold: () => page.happened("toggle"),
        newest: () => page.goLive(),
        playNewest: () => page.goLive(true),
        oldest: () => walk.oldest(),
        nextRow: () => walk.step(1),
        previousRow: () => walk.step(-1),
        nextPage: () => walk.scroll(0.9),
        previousPage: () => walk.scroll(-0.9),
        nextHalfPage: () => walk.scroll(0.5),
        previousHalfPage: () => walk.scroll(-0.5),
        details: page.openDetails,
        escape: page.escape,
        nextError: () => walk.jump(1, "error"),
        previousError: () => walk.jump(-1, "error"),
        nextWarning: () => walk.jump(1, "warn"),
        previousWarning: () => walk.jump(-1, "warn"),
        nextSlow: () => walk.slowDown(1),
        previousSlow: () => walk.slowDown(-1),
        timeMode: () => views.settings.flipTimeMode(),
        wrap: () => views.settings.flipWrap(),
        newestFirst: () => views.settings.flipOrder(),
        largerText: () => views.settings.resizeText(1),
        smallerText: () => views.settings.resizeText(-1),
        note: () => views.note.do("open"),
        help: () => views.help.do("toggle"),
        doctor: () => open(`${location.pathname}?doctor=1`),
        home: () => open(`${location.pathname}?home=1`),
        wall: () => open(`${location.pathname}${location.search}${location.search ? "&" : "?"}wall=1`),
        level0: () => page.setLevel(undefined),
        ...Object.fromEntries(THRESHOLDS.map((level, at) => [`level${at + 1}`, () => page.setLevel(level)])),
    };
}
