// Keeps the address of the page and what it shows the same: lens and place in the past. Typing changes the address in
// place; Enter, buttons and the choice of a stream or a range make a new entry, so that "back" leads to the view before.

import { lensOf, placeOf, searchOf } from "./view-address.js";

/** Browsers refuse addresses that change too often. */
const ROW_EVERY_MS = 1000;

export class AddressBar {
    #lens = lensOf(location.search);
    #place = placeOf(location.search);
    #committed = searchOf(this.#lens, this.#place);
    #rowAt = 0;            // when the row in it was written

    /** `went` is called with lens and place of an entry that the reader went back or forward to, and the lens before. */
    constructor({ went, signal }) {
        addEventListener("popstate", () => {
            const before = this.#lens;
            this.#lens = lensOf(location.search);
            this.#place = placeOf(location.search);
            this.#committed = searchOf(this.#lens, this.#place);
            went(this.#lens, this.#place, before);
        }, { signal });
    }

    get lens() { return this.#lens; }

    /** The place in the past, undefined if live. */
    get place() { return this.#place; }

    /** The position of the row at which a held view stands. */
    get row() { return location.hash.slice(1) || undefined; }

    show(lens, isFinal) {
        this.#lens = lens;
        this.#write(isFinal);
    }

    showPlace(place) {
        this.#place = place;
        this.#write(true);
    }

    /** The row at which a held view stands, none while it follows: a page loaded again comes back to it. */
    showRow(position) {
        const hash = position === undefined ? "" : `#${position}`;
        const isDue = hash === "" || performance.now() - this.#rowAt >= ROW_EVERY_MS;
        if (hash === location.hash || !isDue) return;
        this.#rowAt = performance.now();
        history.replaceState(null, "", location.pathname + location.search + hash);
    }

    #write(isFinal) {
        const search = searchOf(this.#lens, this.#place);
        if (isFinal && search !== this.#committed) {
            history.replaceState(null, "", addressOf(this.#committed));
            history.pushState(null, "", addressOf(search));
        } else if (search !== location.search) {
            history.replaceState(null, "", addressOf(search));
        }
        if (isFinal) this.#committed = search;
    }
}

function addressOf(search) {
    return location.pathname + search + location.hash;
}
