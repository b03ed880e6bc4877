// What two views side by side tell each other, and what each does about it. Pure.
//
// Each window says where it is in time when that changes by its reader's hand; the other one follows if they are joined.

/** How much of the width the first view has at least and at most. */
export const LEAST_SHARE = 0.25;
export const MOST_SHARE = 0.75;

/** Where a view is in time, as the other one needs to know it. */
export function placeIn(time) {
    if (time.place) return { kind: "past", place: { ...time.place } };
    return { kind: time.held ? "held" : "live" };
}

/** What to do so that a view that is at `here` follows one at `there`: "hold", "live", "past" or nothing. */
export function following(here, there) {
    if (JSON.stringify(here) === JSON.stringify(there)) return undefined;
    if (there.kind === "past") return "past";
    if (there.kind === "live") return "live";
    // A fixed range stands still anyway.
    return here.kind === "live" ? "hold" : undefined;
}

/** The address of the other view: its query without one of a third view in it. */
export function besideSearch(search) {
    const query = new URLSearchParams(search);
    for (const name of ["split", "wall", "doctor", "home"]) query.delete(name);
    const text = query.toString();
    return text === "" ? "" : `?${text}`;
}

/** A share of the width within its limits, to a percent. */
export function shareWithin(share) {
    return Math.round(Math.min(MOST_SHARE, Math.max(LEAST_SHARE, share)) * 100) / 100;
}

/** A message of the other window, undefined for anything else. */
export function told(data) {
    return typeof data?.tailrace === "string" ? data : undefined;
}
