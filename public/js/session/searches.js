// Asks the relay's history over HTTP for the worker: one question at a time of each side, none that nobody waits for.

/** Where the routes of the relay are, from this file's own address. */
const EVENTS = new URL("../../api/v1/events", import.meta.url);

/** Searches are limited; a refused one is asked again after as long as the relay says, but within these seconds. */
const RETRY_SECONDS = { least: 1, most: 30 };

export class Searches {
    #session;
    #heard;
    #round;
    #controller = new AbortController();
    #retryTimer;

    /** `heard()` is called when the session has taken an answer. */
    constructor(session, heard) {
        this.#session = session;
        this.#heard = heard;
    }

    /** Asks what the session wants to know now. */
    ask() {
        for (const question of this.#session.takeQuestions()) {
            if (question.round !== this.#round) this.stop();
            this.#round = question.round;
            this.#search(question, this.#controller.signal);
        }
    }

    /** Nobody waits for what is under way. */
    stop() {
        this.#controller.abort();
        this.#controller = new AbortController();
        clearTimeout(this.#retryTimer);
    }

    async #search(question, signal) {
        const url = `${EVENTS}?${new URLSearchParams(question.params)}`;
        let status = 0;
        let text = "";
        try {
            const answer = await fetch(url, { signal });
            status = answer.status;
            text = await answer.text();
            if (status === 503) this.#retryAfter(Number(answer.headers.get("Retry-After")));
        } catch {
            status = 0;   // no connection; the session says so, and asks again when there is one
        }
        if (signal.aborted) return;
        this.#session.answered(question, status, text);
        this.#heard();
    }

    #retryAfter(seconds) {
        const wait = Math.min(RETRY_SECONDS.most, Math.max(RETRY_SECONDS.least, seconds || 0));
        clearTimeout(this.#retryTimer);
        this.#retryTimer = setTimeout(() => {
            this.#session.retryPast();
            this.#heard();
        }, wait * 1000);
    }
}
