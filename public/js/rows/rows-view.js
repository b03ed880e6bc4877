// The list of rows: the page has only those in view and some more, the worker has all of them.
//
// LIVE: the newest rows, the end of the content at the lower edge of the view; its beginning at the upper edge where the
//       newest row is first.
// HELD: the first visible row stays on its pixel, whatever is measured, loaded or dropped above and below it.

import { h } from "../parts/parts-view.js";
import { RowCache } from "./row-cache.js";
import { RowGesturesView } from "./row-gestures-view.js";
import { RowPoolView } from "./row-pool-view.js";
import { timesBetween } from "./seen-times.js";
import { RowsEdgesView } from "./rows-edges-view.js";
import { Viewport } from "./viewport.js";

/** After a scroll away begins, live rows stop pulling the view back for this long, until the scroll shows itself. */
const PULL_PAUSE_MS = 250;

export class RowsView {
    #scroller;
    #act;
    #edges;
    #content = h("div", { class: "rows-content", role: "none" });
    #pool = new RowPoolView();
    #port = new Viewport();
    #cache = new RowCache();
    #isRevealDue = false;
    #inline;              // { seq, element } of what stands in a row, below its cells
    #isUniform = true;
    #isHeld = false;
    #generation = 0;
    #focused;
    #moment;              // what filters are tried around: { seq, y, isFocus } until the reader moves
    #pinTop = 0;           // where live rows were last pulled to
    #pullAfter = 0;
    #screenTop = 0;
    #width = 0;
    #shownHeight = -1;

    /**
     * `act` is told what the reader does and what the list needs: { held: reason }, { bottom: true }, { open: index },
     * { focused: index }, { load: index }, { look: view }, { paint: true } when a frame is due, { painted: true }.
     * `start` and `end` are the elements before the first and after the last row.
     */
    constructor(scroller, { act, start, end, signal }) {
        this.#scroller = scroller;
        this.#act = act;
        this.#edges = new RowsEdgesView({ start, rows: this.#pool.element, end });
        this.#edges.arrange(this.#content, false);
        scroller.append(this.#content);
        new RowGesturesView(scroller, { pool: this.#pool, act: (gesture) => this.#gesture(gesture), signal });
        const observer = new ResizeObserver(() => this.#resized());
        observer.observe(scroller);
        signal?.addEventListener("abort", () => observer.disconnect());
    }

    get isEmpty() { return this.#port.isEmpty; }
    get focused() { return this.#focused; }
    get rowsInView() { return this.#port.rowsInView; }
    get lastIndex() { return this.#port.end - 1; }
    get isNewestFirst() { return this.#port.isReversed; }

    /** The focused row, or the last one in view when none is. */
    get current() { return this.#focused ?? this.#port.lastVisible; }

    /** The view of a row that an element belongs to. */
    viewOf(element) { return this.#pool.of(element); }

    /** The view of the focused row, if it is in the page. */
    get focusedView() { return this.#pool.focused; }

    /** Rows with at least a part in view, as the page has them. */
    get shown() {
        const { firstVisible, lastVisible } = this.#port;
        return this.#pool.views.filter(({ index, row }) => row && index >= firstVisible && index <= lastVisible);
    }

    /** Puts an element into the focused row, below its cells, wherever that row goes; nothing takes it out again. */
    showInline(element) {
        if (!element && !this.#inline) return;
        const seq = this.#cache.get(this.#focused)?.seq;
        this.#inline = element && seq !== undefined ? { seq, element } : undefined;
        this.#isRevealDue = this.#inline !== undefined;
        this.#act({ paint: true });
    }

    /** The event to keep in place through a change of the list: the focused one if it is in view, else the top one. */
    get anchorSeq() { return this.#moment?.seq ?? this.#cache.get(this.#anchorIndex)?.seq; }

    /** Times of the first and the last event in view, milliseconds; undefined while there is none. */
    get seenTimes() { return timesBetween(this.#cache, this.#port.firstVisible, this.#port.lastVisible); }

    /** Where the view is in the list, as shares of its height. */
    get span() {
        const total = Math.max(1, this.#port.contentHeight);
        return { from: this.#port.top / total, size: Math.min(1, this.#port.height / total) };
    }

    /** Whether the oldest row here is in view, as far as rows go. */
    get isAtOldest() { return Math.abs(this.#port.top - this.#port.oldest) < 1; }

    /** Puts the newest row first, or last; a held row stays on its pixel where the list allows it. */
    order(isNewestFirst) {
        const port = this.#port;
        if (port.isReversed === isNewestFirst) return;
        port.keep(port.place(this.#anchorIndex));
        port.isReversed = isNewestFirst;
        this.#pool.reverse(isNewestFirst);
        this.#edges.arrange(this.#content, isNewestFirst);
        this.#scroller.setAttribute("aria-label", `Events, newest ${isNewestFirst ? "first" : "last"}`);
        this.#act({ paint: true });
    }

    hold() {
        this.#isHeld = true;
        this.#moment = undefined;
        this.#cache.askAgain();
    }

    goLive() {
        this.#isHeld = false;
        this.#moment = this.#focused = undefined;
        this.#pullAfter = 0;
        this.#cache.askAgain();
        this.#act({ paint: true });
    }

    /** Takes over what the worker says about the list. */
    apply(list) {
        if (list.generation !== this.#generation) this.#replace(list);
        for (const splice of list.splices) this.#splice(splice);
        for (const row of list.rows) this.#cache.set(row);
        this.#port.advance(list.base, list.end);
    }

    /** Reads the row height again: other density, wrapping, or width. */
    relayout() {
        const style = getComputedStyle(this.#scroller);
        const number = (name) => Number.parseFloat(style.getPropertyValue(name));
        this.#isUniform = number("--row-uniform") === 1;
        this.#port.keep();
        this.#port.relayout({ estimate: number("--row-estimate"), lowest: number("--row-lowest") });
        for (const view of this.#pool.views) view.forget();
        this.#act({ paint: true });
    }

    paint(now) {
        const port = this.#port;
        if (port.height === 0) this.#resized();
        this.#edges.lay(port, this.#isHeld);
        this.#settle(now);
        const range = port.range(this.#isHeld);
        const fresh = this.#pool.show(
            range,
            { base: port.base, newEnd: port.end, focused: this.#focused, rowAt: (index) => this.#cache.get(index) },
        );
        port.keep(port.place(this.#isHeld ? this.#anchorIndex : port.topRow));
        this.#pool.measure(fresh, { port, isUniform: this.#isUniform, inline: this.#inline });
        this.#pool.element.style.setProperty("transform", `translateY(${port.rangeTop(range)}px)`);
        this.#settle(now);
        this.#revealInline();
        this.#pool.describe(this.#scroller, port.end - port.base);
        this.#look(range);
        this.#cache.forget(range);
        this.#act({ painted: true });
    }

    /** Puts the focus on a row and brings it into view. */
    focus(index, { isCentred = false } = {}) {
        this.#focused = Math.max(this.#port.base, Math.min(this.#port.end - 1, index));
        this.#step(() => this.#port.reveal(this.#focused, isCentred));
    }

    unfocus() {
        this.#moment = this.#focused = undefined;
        this.#act({ paint: true });
    }

    /** Scrolls by a share of the view. */
    scrollBy(share) {
        this.#step(() => this.#port.clamp(this.#port.top + Math.round(this.#port.height * share)));
    }

    /** Brings the middle of the view to a share of the list; what that means for live is decided by the scroll. */
    scrollToShare(share) {
        this.#pausePull();
        this.#scroller.scrollTop = share * this.#port.contentHeight - this.#port.height / 2;
    }

    toOldest() { this.#step(() => this.#port.oldest); }

    get #anchorIndex() {
        return this.#focused !== undefined && this.#port.isSeen(this.#focused) ? this.#focused : this.#port.topRow;
    }

    #gesture(gesture) {
        if (gesture.scroll) this.#scrolled();
        else if (gesture.turn !== undefined) {
            if (gesture.turn === 0 || this.#port.away(gesture.turn, 0) > 0) this.#pausePull();
        } else if (gesture.focus !== undefined) {
            this.focus(gesture.focus);
            this.#act({ focused: gesture.focus });
        } else this.#act(gesture);
    }

    #scrolled() {
        const [top, port] = [this.#scroller.scrollTop, this.#port];
        if (Math.abs(top - port.top) <= 1) return;
        const isAway = port.away(top, port.top) > 0;
        this.#moment = undefined;
        const bottom = this.#shownHeight - this.#edges.room - this.#scroller.clientHeight;
        const isAtNewest = port.isAtNewest(top, bottom);
        port.scrolled(top);
        const isMoreThanARow = port.away(top, this.#pinTop) > port.height / port.rowsInView;
        if (!this.#isHeld && !isAtNewest && isMoreThanARow) this.#act({ held: "scrolled" });
        if (this.#isHeld && isAtNewest && !isAway) this.#act({ bottom: true });
        this.#act({ paint: true });
    }

    /** A held row stays on its pixel of the screen also when a notice takes room above the rows. */
    #resized() {
        const { clientHeight, clientWidth } = this.#scroller;
        const screenTop = this.#scroller.getBoundingClientRect().top;
        const moved = screenTop - this.#screenTop;
        if (moved === 0 && clientHeight === this.#port.height && clientWidth === this.#width) return;
        this.#screenTop = screenTop;
        this.#port.height = clientHeight;
        if (this.#isHeld && moved !== 0) {
            const before = this.#port.top;
            this.#port.scrolled(this.#port.clamp(before + moved));
            this.#scrollTo(this.#port.top, before);
        }
        if (clientWidth !== this.#width) this.relayout();
        this.#width = clientWidth;
        this.#act({ paint: true });
    }

    #pausePull() { this.#pullAfter = performance.now() + PULL_PAUSE_MS; }

    #replace(list) {
        const index = this.#anchorIndex;
        const { y } = this.#port.place(index);
        const seq = this.#cache.get(index)?.seq;
        const moment = this.#port.landing(list.landing) ?? this.#moment ?? { seq, y, isFocus: index === this.#focused };
        this.#moment = this.#isHeld && !list.landing ? moment : undefined;
        this.#generation = list.generation;
        this.#cache.askAgain();
        this.#cache.clear();
        this.#focused = moment.isFocus ? list.anchor : undefined;
        this.#port.replace(list.base, list.end, this.#isHeld ? list.anchor : undefined, moment.y);
    }

    #splice(splice) {
        const move = this.#port.splice(splice);
        this.#cache.askAgain();
        this.#cache.splice(splice, move);
        if (this.#focused !== undefined) this.#focused = move(this.#focused);
    }

    /** Gives the content its height and puts the view where it belongs: at the newest, or where the reader left it. */
    #settle(now) {
        const port = this.#port;
        const height = port.contentHeight;
        if (height !== this.#shownHeight) {
            this.#shownHeight = height;
            this.#content.style.setProperty("block-size", `${height}px`);
        }
        const before = port.top;
        port.settle();
        const isPulled = !this.#isHeld && now >= this.#pullAfter;
        if (isPulled) this.#pinTop = port.newest;
        this.#scrollTo(isPulled ? port.newest : port.top, before);
    }

    /** The reader's step to the `top` that is answered, from where the list has come to since the last frame. */
    #step(topOf) {
        this.#moment = undefined;
        if (this.#port.isUnsettled) this.#settle(performance.now());
        this.#scrollTo(topOf());
        this.#act({ paint: true });
    }

    #scrollTo(top, before = this.#port.top) {
        this.#port.top = top;
        if (top !== before) this.#scroller.scrollTop = top;
    }

    /** What was just put under the focused row is brought into view once its height is known. */
    #revealInline() {
        if (!this.#isRevealDue || this.#focused === undefined) return;
        this.#isRevealDue = false;
        this.focus(this.#focused);
    }

    /** Tells the worker which rows are wanted, once for each answer. */
    #look(range) {
        const view = this.#cache.wish(range, { isHeld: this.#isHeld, base: this.#port.base, end: this.#port.end });
        if (view) this.#act({ look: view });
    }
}
