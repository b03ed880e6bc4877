// Takes updates of the worker and paints them: at most one in each animation frame, and the next one only when this one
// is painted.

/** A hidden page takes an update this often, for its title. */
const HIDDEN_TICK_MS = 1000;

/**
 * Pause between updates when each brings a view full of new rows. Nobody can read those; fifteen a second look the same
 * as sixty, and the page stays free for keys and scrolling on slow machines.
 */
const FLOOD_PAUSE_MS = 50;

export class FrameLoop {
    #update;
    #isScheduled = false;
    #hiddenTimer;
    #takeOver;
    #paint;
    #ready;

    /** `takeOver(update)` answers whether the update was a flood; `paint(now)` paints; `ready()` asks for the next. */
    constructor({ takeOver, paint, ready }) {
        this.#takeOver = takeOver;
        this.#paint = paint;
        this.#ready = ready;
    }

    receive(update) {
        this.#update = update;
        this.schedule();
    }

    schedule() {
        if (document.hidden) {
            this.#hiddenTimer ??= setTimeout(() => this.#frame(performance.now()), HIDDEN_TICK_MS);
        } else if (!this.#isScheduled) {
            this.#isScheduled = true;
            requestAnimationFrame((now) => this.#frame(now));
        }
    }

    #frame(now) {
        clearTimeout(this.#hiddenTimer);
        this.#hiddenTimer = undefined;
        this.#isScheduled = false;
        const update = this.#update;
        this.#update = undefined;
        const isFlood = update !== undefined && this.#takeOver(update);
        if (!document.hidden) this.#paint(now);
        if (update) setTimeout(() => this.#ready(), isFlood ? FLOOD_PAUSE_MS : 0);
    }
}
