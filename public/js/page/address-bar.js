// Keeps the address of the page and the lens the same. Typing changes the address in place; Enter, buttons and the
// choice of a stream make a new entry, so that "back" leads to the view before.

import { lensOf, searchOf } from "./view-address.js";

export class AddressBar {
    #lens = lensOf(location.search);
    #committed = this.#lens;

    /** `went` is called with the lens of an entry that the reader went back or forward to. */
    constructor({ went, signal }) {
        addEventListener("popstate", () => {
            this.#lens = lensOf(location.search);
            this.#committed = this.#lens;
            went(this.#lens);
        }, { signal });
    }

    get lens() { return this.#lens; }

    show(lens, isFinal) {
        this.#lens = lens;
        const isNew = isFinal && searchOf(lens) !== searchOf(this.#committed);
        if (isNew) {
            history.replaceState(null, "", addressOf(this.#committed));
            history.pushState(null, "", addressOf(lens));
        } else {
            history.replaceState(null, "", addressOf(lens));
        }
        if (isFinal) this.#committed = lens;
    }
}

function addressOf(lens) {
    return location.pathname + searchOf(lens) + location.hash;
}
