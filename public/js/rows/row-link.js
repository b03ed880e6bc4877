// The address of one row: the view it was seen in, and its position. Pure.

import { parsePosition } from "../session/protocol.js";

/** The address of the page with the row behind "#". */
export function linkOf({ origin, pathname, search }, epoch, seq) {
    return `${origin}${pathname}${search}#${epoch}:${seq}`;
}

/** The position in the part of an address behind "#"; undefined if there is none. */
export function positionOf(hash) {
    return parsePosition(decodeURIComponent(hash.replace(/^#/, "")));
}
