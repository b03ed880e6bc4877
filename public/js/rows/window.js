// The arithmetic of a list that is far longer than the screen. Pure.
//
// Rows are known by their index, a number that only grows; `base` is the oldest one still kept, `end` the next new one.
// Every row has the estimated height until it was measured; what differs is stored per row and summed per block, so
// that finding a row or an offset walks a few hundred blocks at most, whatever the number of rows.

/** Rows per block; with 100 000 rows, 400 blocks, walked in microseconds. */
const BLOCK = 256;

export class HeightIndex {
    #estimate;
    #base = 0;
    #end = 0;
    #extras = new Map();   // block number → Float64Array of measured height − estimate
    #sums = new Map();     // block number → sum of that array

    constructor(estimate) {
        this.#estimate = estimate;
    }

    get base() { return this.#base; }
    get end() { return this.#end; }
    get total() { return this.offset(this.#end); }

    /** Forgets everything, for another list or another layout. */
    reset(estimate, base, end) {
        this.#estimate = estimate;
        this.#base = base;
        this.#end = end;
        this.#extras.clear();
        this.#sums.clear();
    }

    /** Moves both ends on; answers the height that left at the old end. */
    advance(base, end) {
        const left = base > this.#base
            ? this.offset(Math.min(base, this.#end)) + Math.max(0, base - this.#end) * this.#estimate
            : 0;
        for (let index = this.#base; index < Math.min(base, this.#end);) {
            const block = Math.floor(index / BLOCK);
            const blockEnd = (block + 1) * BLOCK;
            if (blockEnd <= base) {
                this.#extras.delete(block);
                this.#sums.delete(block);
            } else {
                this.#clear(block, index, Math.min(base, this.#end));
            }
            index = blockEnd;
        }
        this.#base = base;
        this.#end = end;
        return left;
    }

    height(index) {
        return this.#estimate + (this.#extras.get(Math.floor(index / BLOCK))?.[index % BLOCK] ?? 0);
    }

    /** Notes a measured height; answers whether it differs from what was assumed. */
    measure(index, height) {
        const change = height - this.height(index);
        if (change === 0 || index < this.#base || index >= this.#end) return false;
        const block = Math.floor(index / BLOCK);
        if (!this.#extras.has(block)) this.#extras.set(block, new Float64Array(BLOCK));
        this.#extras.get(block)[index % BLOCK] += change;
        this.#sums.set(block, (this.#sums.get(block) ?? 0) + change);
        return true;
    }

    /** Pixels from the top of row `base` to the top of row `index`. */
    offset(index) {
        let extra = 0;
        const last = Math.floor(index / BLOCK);
        for (let block = Math.floor(this.#base / BLOCK); block < last; block += 1) extra += this.#sums.get(block) ?? 0;
        const inside = this.#extras.get(last);
        if (inside) for (let slot = 0; slot < index % BLOCK; slot += 1) extra += inside[slot];
        return (index - this.#base) * this.#estimate + extra;
    }

    /** The row at a pixel offset, always one of the list unless the list is empty (then `base`). */
    rowAt(offset) {
        if (offset <= 0 || this.#end === this.#base) return this.#base;
        let top = 0;
        let index = this.#base;
        while (index < this.#end) {
            const block = Math.floor(index / BLOCK);
            const next = Math.min(this.#end, (block + 1) * BLOCK);
            const size = (next - index) * this.#estimate + (this.#sums.get(block) ?? 0);
            if (top + size > offset) return this.#rowInside(index, next, offset - top);
            top += size;
            index = next;
        }
        return this.#end - 1;
    }

    #rowInside(from, to, offset) {
        let top = 0;
        for (let index = from; index < to; index += 1) {
            top += this.height(index);
            if (top > offset) return index;
        }
        return to - 1;
    }

    #clear(block, from, to) {
        const extras = this.#extras.get(block);
        if (!extras) return;
        let gone = 0;
        for (let index = from; index < to; index += 1) {
            gone += extras[index % BLOCK];
            extras[index % BLOCK] = 0;
        }
        this.#sums.set(block, this.#sums.get(block) - gone);
    }
}

/** The rows to have in the page for a scroll offset: those in view and `slack` more on each side. */
export function windowAt(heights, offset, viewHeight, slack) {
    const first = heights.rowAt(offset);
    const last = heights.rowAt(offset + viewHeight);
    return {
        first: Math.max(heights.base, first - slack),
        end: Math.min(heights.end, last + 1 + slack),
    };
}

/** The rows at the newest end that certainly fill a view, when no row is lower than `lowest` pixels. */
export function windowAtEnd(heights, viewHeight, lowest, slack) {
    const needed = Math.ceil(viewHeight / lowest) + 1 + slack;
    return { first: Math.max(heights.base, heights.end - needed), end: heights.end };
}
