// Short words for the reader: in the head of the rows, where nothing moves for them, and for screen readers.

import { setText } from "../parts/parts-view.js";

/** How long the page's answer to a key stands in the head of the rows. */
const SAID_MS = 2500;

export class SaidBar {
    #said;
    #announcements;
    #timer;

    constructor({ said, announcements }) {
        this.#said = said;
        this.#announcements = announcements;
    }

    /** Tells the reader what a key did. */
    say(text) {
        this.announce(text);
        setText(this.#said, text);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => setText(this.#said, ""), SAID_MS);
    }

    /** Tells it to screen readers alone. */
    announce(text) {
        setText(this.#announcements, text);
    }
}
