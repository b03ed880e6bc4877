// The page's side of the worker: commands go out, updates come in one at a time, questions are answered once.

export class Relay {
    #worker = globalThis.earlyWorker;      // of js/first-paint.js; silent until it is told `ready`
    #questions = new Map();
    #lastId = 0;

    /** `received` gets each update; the next one comes only after `ready`. */
    constructor(received) {
        this.#worker.addEventListener("message", ({ data }) => received(data));
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
