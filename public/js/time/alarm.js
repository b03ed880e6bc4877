// When the page makes itself heard: errors came while its reader was not looking at the newest rows. Pure.

/** A storm of errors is one alarm, not a concert. */
export const PAUSE_MS = 10_000;

export class Alarm {
    #errors = 0;
    #rungAt = -Infinity;

    /** Whether to ring now; `errors` are those that came since the reader holds. */
    isDue({ isAway, errors, now }) {
        const isMore = isAway && errors > this.#errors;
        this.#errors = isAway ? errors : 0;
        if (!isMore || now - this.#rungAt < PAUSE_MS) return false;
        this.#rungAt = now;
        return true;
    }
}
