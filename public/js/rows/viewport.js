// Where the reader looks: which part of a long list is in view, and where a row is on the screen. Pure.
//
//   content ┬ before   room for what stands before the first row
//           ├ rows     HeightIndex knows how tall they are
//           └ after    room for what stands after the last row
//
// Rows grow downwards, or upwards where `isReversed` puts the newest one first: their indices stay the same, only pixels
// are counted from the other end.
//
// `top` is the pixel of the content at the upper edge of the view. While held, `keep` notes a row and its distance from
// that edge; `settle` then answers the `top` that puts it there again, whatever was measured, loaded or dropped since.

import { HeightIndex, windowAt, windowAtEnd } from "./window.js";

/** Rows beyond the view: above it while live, on both sides while held, so that a scroll finds them drawn. */
export const LIVE_SLACK = 8;
export const HELD_SLACK = 24;

/** Pixels at the lower end that the return button covers: held rows can be scrolled above it. */
export const BUTTON_ROOM = 64;

/** Pixels above a row that comes to the top: the line before the first row has room there. */
const LEAD = 28;

export class Viewport {
    #estimate;
    #lowest;
    #heights;
    #kept;

    isReversed = false;
    top = 0;
    height = 0;
    before = 0;
    after = 0;

    constructor({ estimate = 20, lowest = estimate } = {}) {
        this.#estimate = estimate;
        this.#lowest = lowest;
        this.#heights = new HeightIndex(estimate);
    }

    get base() { return this.#heights.base; }
    get end() { return this.#heights.end; }
    get isEmpty() { return this.base === this.end; }
    get contentHeight() { return this.before + this.#heights.total + this.after; }
    get estimate() { return this.#estimate; }
    get bottom() { return Math.max(0, this.contentHeight - this.height); }
    get rowsInView() { return Math.max(1, Math.floor(this.height / this.#lowest)); }

    /** Where the newest row is in view, and where the oldest one is. */
    get newest() { return this.isReversed ? 0 : this.bottom; }
    get oldest() { return this.isReversed ? this.bottom : 0; }

    /** Whether all of the newest row is in view; `bottom` is the lowest place of the upper edge that shows a row more. */
    isAtNewest(top, bottom) { return (this.isReversed ? top : bottom - top) < 2; }

    /** How far, in pixels, one place of the upper edge is further from the newest row than another. */
    away(top, from) { return this.isReversed ? top - from : from - top; }

    /** The row at the upper edge of the view. */
    get topRow() { return this.#rowAt(this.top); }

    get firstVisible() { return this.isReversed ? this.#bottomRow : this.topRow; }
    get lastVisible() { return this.isReversed ? this.topRow : this.#bottomRow; }

    /** Pixel of the content at which a row begins. */
    offset(index) {
        return this.before + (this.isReversed ? this.#behind(index) : this.#heights.offset(index));
    }

    /** Pixel at which the topmost row of a range begins. */
    rangeTop({ first, end }) {
        return first === end ? this.before : this.offset(this.isReversed ? end - 1 : first);
    }

    /** A row and its distance from the upper edge of the view. */
    place(index) {
        return { index, y: this.offset(index) - this.top };
    }

    isSeen(index) {
        const { y } = this.place(index);
        return y >= 0 && y < this.height;
    }

    measure(index, height) {
        return this.#heights.measure(index, height);
    }

    /** The rows to have in the page. */
    range(isHeld) {
        if (isHeld) return windowAt(this.#heights, this.#oldEdge, this.height, HELD_SLACK);
        return windowAtEnd(this.#heights, this.height, this.#lowest, LIVE_SLACK);
    }

    /** Notes what should stay in place until the next `settle`; the first note counts. */
    keep(place = this.place(this.topRow)) {
        this.#kept ??= place;
    }

    /** A row has to be put where it was before anything can be told from `top`. */
    get isUnsettled() { return this.#kept !== undefined; }

    /** The reader scrolled: what is kept in place moves along. */
    scrolled(top) {
        if (this.#kept) this.#kept = { ...this.#kept, y: this.#kept.y - (top - this.top) };
        this.top = top;
    }

    /** The `top` that puts the kept row where it was, within the content. */
    settle() {
        if (this.#kept) this.top = this.offset(this.#kept.index) - this.#kept.y;
        this.#kept = undefined;
        this.top = this.clamp(this.top);
        return this.top;
    }

    clamp(top) {
        return Math.max(0, Math.min(top, this.bottom));
    }

    /** Another height of rows, for another density or width: what was measured no longer holds. */
    relayout({ estimate, lowest }) {
        this.#lowest = lowest;
        this.#estimate = estimate;
        this.#heights.reset(estimate, this.base, this.end);
    }

    /** New rows came at the end and old ones left at the beginning. */
    advance(base, end) {
        const isAbove = this.isReversed ? end > this.end && !this.isEmpty : base > this.base;
        if (isAbove) this.keep(this.place(Math.max(base, this.topRow)));
        this.#heights.advance(base, end);
    }

    /** Rows took the place of others: everything behind has another index. Answers the new index of an old one. */
    splice({ index, removed, added }) {
        const move = (at) => (at >= index + removed ? at + added - removed : at);
        const place = this.#kept ?? this.place(this.topRow);
        this.#kept = { index: move(place.index), y: place.y };
        this.#heights.reset(this.#estimate, this.base, this.end + added - removed);
        return move;
    }

    /** Another list took the place of this one; `anchor` is the row of it to put at `y`, if there is one. */
    replace(base, end, anchor, y) {
        this.#heights.reset(this.#estimate, base, end);
        this.#kept = anchor === undefined ? undefined : { index: anchor, y };
    }

    /** Where the row comes that a new list is read from: to the old end, or focused into the upper third. */
    landing(where) {
        const last = this.height - this.#estimate - LEAD;
        if (where === "top") return { y: this.isReversed ? last : LEAD, isFocus: false };
        return where && { y: Math.round(this.height / 3), isFocus: true };
    }

    /** The `top` that brings a row into view, in its upper third if `isCentred`; the same one if it is in view. */
    reveal(index, isCentred) {
        const { y } = this.place(index);
        const room = this.height - this.#heights.height(index) - BUTTON_ROOM;
        if (y >= 0 && y <= room) return this.top;
        const wanted = isCentred ? Math.round(room / 3) : Math.max(0, Math.min(room, y));
        return this.clamp(this.top + y - wanted);
    }

    get #bottomRow() { return this.#rowAt(this.top + this.height - 1); }

    /** Pixels from the oldest row to the edge of the view that is nearer to it. */
    get #oldEdge() {
        const top = this.top - this.before;
        return this.isReversed ? this.#heights.total - top - this.height : top;
    }

    #rowAt(pixel) {
        const offset = pixel - this.before;
        // A row has its first pixel and not its last one, from either end.
        return this.#heights.rowAt(this.isReversed ? this.#heights.total - offset - 0.01 : offset);
    }

    /** Pixels of the rows that are newer. */
    #behind(index) {
        return this.#heights.total - this.#heights.offset(index) - this.#heights.height(index);
    }
}
