// LIVE, HELD or PAST, and why. Pure: events in, a new state out; nothing here knows rows or sockets.
//
//   LIVE ──(scrolled, moved, selected, menu, details, space, …)──▶ HELD(reason)
//   HELD ──(asked; Space if Space held it; bottom reached if scrolling held it)──▶ LIVE
//   LIVE, HELD, PAST ──(a range or a moment is chosen)──▶ PAST(place) ──(asked)──▶ LIVE
//
// Data never changes the state, and neither does time: what the reader looks at stays until the reader says otherwise.

/** Why the rows stand still, as the page says it. */
export const REASONS = {
    space: "you pressed Hold",
    scrolled: "you scrolled",
    moved: "you moved to a row",
    chosen: "you chose a row",
    selected: "text selected",
    menu: "menu open",
    details: "details open",
    loading: "you loaded rows",
    beside: "the view beside holds",
};

export const LIVE = Object.freeze({ held: false, reason: undefined });

/** Rows of the past: `place` is `{ since, until }` or `{ at }`, as in the address of the page. They stand still too. */
export function inPast(place) {
    return Object.freeze({ held: true, reason: "past", place: Object.freeze({ ...place }) });
}

/** The state after an event: one of the reasons above, or "return", "toggle" (the Space key) and "bottom". */
export function after(state, event) {
    if (event === "return") return LIVE;
    if (event === "toggle" && state.place) return state;
    if (event === "toggle") return state.held && state.reason === "space" ? LIVE : held("space");
    if (event === "bottom") return state.held && state.reason === "scrolled" ? LIVE : state;
    if (!Object.hasOwn(REASONS, event)) throw new RangeError(`unknown event of the time state: ${event}`);
    return state.held ? state : held(event);
}

function held(reason) {
    return Object.freeze({ held: true, reason });
}
