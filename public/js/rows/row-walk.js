// Moving through the rows by keys and buttons: each move holds the rows first.

export class RowWalk {
    #rows;
    #relay;
    #hold;
    #isHeld;
    #moved;
    #say;
    #turn = Promise.resolve();
    #underway;

    /** `hold(reason)` holds, `isHeld()` tells, `moved()` follows the focus, `say(text)` tells the reader. */
    constructor({ rows, relay, hold, isHeld, moved, say }) {
        this.#rows = rows;
        this.#relay = relay;
        this.#hold = hold;
        this.#isHeld = isHeld;
        this.#moved = moved;
        this.#say = say;
    }

    /** Until the row of the last jump is found. */
    get underway() { return this.#underway; }

    /** To the row below, or the one above (−1); the first key only focuses the row that is there. */
    step(step) {
        const way = this.#rows.isNewestFirst ? -step : step;
        const current = this.#rows.focused === undefined ? this.#rows.current : this.#rows.current + way;
        this.#hold("moved");
        this.#rows.focus(current);
        this.#moved();
    }

    /** By a share of the view. There is nothing newer than live. */
    scroll(share) {
        const isToNewest = this.#rows.isNewestFirst ? share < 0 : share > 0;
        if (isToNewest && !this.#isHeld()) return;
        this.#hold("scrolled");
        this.#rows.scrollBy(share);
    }

    /** To a row by its index. */
    to(index) {
        this.#hold("chosen");
        this.#rows.focus(index, { isCentred: true });
        this.#moved();
    }

    /** To the first row; from there, older ones are loaded. */
    oldest() {
        const isThere = this.#isHeld() && this.#rows.isAtOldest;
        this.#hold("moved");
        if (isThere) this.#relay.tell("loadOlder");
        this.#rows.toOldest();
    }

    /** To the next row of a severity, "error" or "warn"; backwards from live, to the newest one. */
    jump(step, severity) {
        const noun = severity === "error" ? "error" : "warning";
        return this.#find(step, noun, (from) => this.#relay.ask("find", { from, step, severity }));
    }

    /** To the next row that came after a long silence. */
    slowDown(step) {
        return this.#find(step, "slow-down", (from) => this.#relay.ask("findSlow", { from, step }));
    }

    /** One after the other: each of several quick keys goes on from where the one before led. */
    inTurn(act) {
        const turn = this.#turn.then(act);
        const done = turn.catch(() => undefined).then(() => {
            if (this.#underway === done) this.#underway = undefined;
        });
        this.#turn = done;
        this.#underway = done;
        return turn;
    }

    #find(...asked) {
        return this.inTurn(() => this.#findNext(...asked));
    }

    async #findNext(step, noun, ask) {
        const isFromEnd = step < 0 && !this.#isHeld();
        const from = this.#rows.focused ?? (isFromEnd ? this.#rows.lastIndex + 1 : this.#rows.current);
        this.#hold("moved");
        const { index } = await ask(from);
        if (index === undefined) {
            this.#say(`No ${step > 0 ? "later" : "earlier"} ${noun} in these rows`);
        } else {
            this.#rows.focus(index, { isCentred: true });
            this.#moved();
        }
    }
}
