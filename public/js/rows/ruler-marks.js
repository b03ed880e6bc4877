// Where along the list the warnings and errors are: one severity per slot of the ruler. Pure.

/** Slots of the ruler; at two pixels a slot, the height of a large screen. */
export const SLOTS = 400;

/** The reader's bookmarks and lines, and notes, along the list: "b", "l" and "n", as in `levelsAlong`. */
export function ownAlong(ring, markOf) {
    const slots = new Array(SLOTS).fill(".");
    const size = Math.max(ring.length, 1);
    for (let index = ring.base; index < ring.end; index += 1) {
        const row = ring.at(index);
        const sign = row.marker ? "l" : SIGNS[row.text === undefined ? undefined : markOf(row.seq)];
        if (sign !== undefined) slots[Math.floor(((index - ring.base) / size) * SLOTS)] = sign;
    }
    return slots.join("");
}

const SIGNS = { "bookmark-on": "b", "note": "n" };

/** The worst severity per slot, as a string of one letter each: "." nothing, "w" warn, "e" error, "g" gap. */
export function levelsAlong(ring) {
    const slots = new Array(SLOTS).fill(".");
    const size = Math.max(ring.length, 1);
    for (let index = ring.base; index < ring.end; index += 1) {
        const row = ring.at(index);
        const slot = Math.floor(((index - ring.base) / size) * SLOTS);
        if (row.severity === "error") slots[slot] = "e";
        else if (row.gap && slots[slot] !== "e") slots[slot] = "g";
        else if (row.severity === "warn" && slots[slot] === ".") slots[slot] = "w";
    }
    return slots.join("");
}
