// Reduced data: where a link is metered, fewer rows a second and counts less often, unless the reader says otherwise.

import { isMetered, isThrifty, turned } from "./thrift.js";

export class ThriftPart {
    #relay;
    #views;
    #isMetered = false;
    #prefersLess = matchMedia("(prefers-reduced-data: reduce)");

    /** `page` is { relay, views, signal }. */
    constructor({ relay, views, signal }) {
        this.#relay = relay;
        this.#views = views;
        for (const source of [navigator.connection, this.#prefersLess]) {
            source?.addEventListener("change", () => this.#look(), { signal });
        }
        this.#look();
    }

    commands = { thrift: () => this.#turn() };

    get #choice() { return this.#views.settings.get("thrift"); }

    #look() {
        this.#isMetered = isMetered(navigator.connection, this.#prefersLess.matches);
        this.#tell();
    }

    #turn() {
        this.#views.settings.set("thrift", turned(this.#choice, this.#isMetered));
        this.#tell();
        const words = this.#views.settings.isThrifty ? "Reduced data: gaps say what is left out" : "All data";
        this.#views.said.say(words);
    }

    #tell() {
        const isOn = isThrifty(this.#choice, this.#isMetered);
        this.#views.settings.isThrifty = isOn;
        this.#relay.tell("spare", { isThrifty: isOn });
    }
}
