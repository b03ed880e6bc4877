// What stands before the first and after the last row: the line about older rows, the one about what comes next, and
// room for the return button.

import { BUTTON_ROOM } from "./viewport.js";

/** Pixels of each of the lines. */
const EDGE_HEIGHT = 28;

export class RowsEdgesView {
    /** Pixels below everything, so that the return button covers no row for good. */
    room = 0;
    #start;
    #rows;
    #end;

    /** `start` is the element at the oldest row, `end` the one at the newest. */
    constructor({ start, rows, end }) {
        this.#start = start;
        this.#rows = rows;
        this.#end = end;
    }

    /** Puts the elements into their content, from top to bottom. */
    arrange(content, isReversed) {
        const elements = [this.#start, this.#rows, this.#end];
        content.append(...(isReversed ? elements.reverse() : elements));
    }

    /** Gives the lines that are shown their room. */
    lay(port, isHeld) {
        const atOldest = port.isEmpty || this.#start.hidden ? 0 : EDGE_HEIGHT;
        const atNewest = this.#end.hidden ? 0 : EDGE_HEIGHT;
        const before = port.isReversed ? atNewest : atOldest;
        this.room = isHeld ? BUTTON_ROOM : 0;
        // The line above the newest row comes and goes while the rows below it are read.
        if (port.isReversed && before !== port.before && !port.isEmpty) port.keep();
        port.before = before;
        port.after = (port.isReversed ? atOldest : atNewest) + this.room;
        const [above, below] = port.isReversed ? [this.#end, this.#start] : [this.#start, this.#end];
        above.style.setProperty("inset-block", "0 auto");
        below.style.setProperty("inset-block", `auto ${this.room}px`);
    }
}
