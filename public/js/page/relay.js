// The page's side of the worker: commands go out, updates come in one at a time, questions are answered once. The first
// update comes by itself, with the first rows, or when the page begins before there are any.

export class Relay {
    #worker = globalThis.earlyWorker;      // of js/first-paint.js, which keeps its first update
    #received;
    #questions = new Map();
    #lastId = 0;

    /** `received` gets each update; the next one comes only after `ready`. */
    constructor(received) {
        this.#received = received;
        this.#worker.addEventListener("message", ({ data }) => received(data));
    }

    /** Begins with a lens; what came before is handed over now. */
    begin(values) {
        this.tell("start", values);
        if (this.#worker.first) this.#received(this.#worker.first);
    }

    tell(type, values) {
        this.#worker.postMessage({ type, ...values });
    }

    /** A question about the rows; resolves with the answer, which comes with one of the next updates. */
    ask(type, values) {
        const id = this.#lastId += 1;
        this.tell(type, { id, ...values });
        return new Promise((resolve) => this.#questions.set(id, resolve));
    }

    settle(answers = []) {
        for (const answer of answers) {
            this.#questions.get(answer.id)?.(answer);
            this.#questions.delete(answer.id);
        }
    }
}
