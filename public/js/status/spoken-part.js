// Tells screen readers how many events came while the rows follow the newest ones.

import { errorsIn } from "../parts/levels.js";
import { Spoken } from "./spoken.js";

export class Part {
    #said;
    #spoken = new Spoken();

    constructor({ views }) {
        this.#said = views.said;
    }

    resume() {}

    show({ time, isOpened, counts, stats, now }) {
        const words = this.#spoken.next({
            isLive: isOpened && !time.held && !document.hidden, matched: counts.matched, errors: errorsIn(stats?.levels?.matched), now,
        });
        if (words) this.#said.announce(words);
    }
}
