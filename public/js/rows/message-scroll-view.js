// Long messages that are not wrapped are scrolled sideways, all at once, while time and source stay where they are.

import { setText } from "../parts/parts-view.js";

/** Pixels of one press of a key. */
const STEP = 160;

export class MessageScrollView {
    #scroller;
    #reset;
    #shift = 0;

    constructor(scroller, { reset, signal }) {
        this.#scroller = scroller;
        this.#reset = reset;
        scroller.addEventListener("wheel", (event) => this.#wheeled(event), { signal, passive: true });
        reset.addEventListener("click", () => this.#set(0), { signal });
    }

    by(steps) {
        this.#set(this.#shift + steps * STEP);
    }

    /** Brings a part of a message into its column. */
    reveal(range) {
        const cell = range.startContainer.parentElement?.closest(".row-message, .frames")?.getBoundingClientRect();
        const { left, right } = range.getBoundingClientRect();
        if (cell && left < cell.left) this.#set(this.#shift + left - cell.left - STEP / 2);
        else if (cell && right > cell.right) this.#set(this.#shift + right - cell.right + STEP / 2);
    }

    #wheeled(event) {
        const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
        if (Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY) || this.#isWrapped) return;
        this.#set(this.#shift + sideways);
    }

    get #isWrapped() { return document.documentElement.dataset.wrap === "on"; }

    #set(wanted) {
        if (this.#isWrapped) return;
        this.#shift = Math.max(0, Math.min(wanted, wanted > this.#shift ? this.#most : wanted));
        this.#scroller.style.setProperty("--message-shift", `${-Math.round(this.#shift)}px`);
        this.#reset.hidden = this.#shift === 0;
        setText(this.#reset, "\u2039 begin of lines");
    }

    /** As far as the longest line in view goes. */
    get #most() {
        // The end of a text, as it is laid out: with an indent, an element's own scroll width is not it.
        const range = document.createRange();
        const lines = [...this.#scroller.querySelectorAll(".row-message, .frames > div")];
        return lines.reduce((most, line) => {
            range.selectNodeContents(line);
            const hidden = range.getBoundingClientRect().right - line.getBoundingClientRect().right;
            return Math.max(most, hidden > 0 ? this.#shift + hidden + 8 : 0);
        }, this.#shift);
    }
}
