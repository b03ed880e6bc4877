// The line above the rows while the newest configuration is wrong and the relay runs on with the one before.

import { h, icon } from "../parts/parts-view.js";

export class ConfigurationBar {
    #slot;
    #announce;

    constructor(slot, announce) {
        this.#slot = slot;
        this.#announce = announce;
    }

    /** As the relay says it. Another configuration may have other streams: `showStreams`, if given, gets their names. */
    async show({ problem } = {}, showStreams) {
        this.#showProblem(problem);
        if (!showStreams) return;
        try {
            const answer = await fetch("api/v1/streams");
            const { streams } = await answer.json();
            showStreams(streams.map(({ name }) => name));
        } catch {
            // Without a connection the names come with the next one.
        }
    }

    #showProblem(problem) {
        if (problem === undefined) return this.#slot.replaceChildren();
        const said = "The new configuration is wrong, the one before stays in force: ";
        this.#announce(said + problem);
        this.#slot.replaceChildren(h(
            "div",
            { class: "bar attention", title: problem },
            icon("warning"),
            h("span", null, h("b", null, said), problem),
        ));
    }
}
