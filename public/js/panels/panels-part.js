// The strip of panels above the rows, closed until the reader opens it; what draws it comes then.

import { addStyles } from "../parts/styles.js";

export class PanelsPart {
    commands = { panels: () => this.#toggle(), chart: async (field) => (await this.#load()).chart(field) };
    #page;
    #root = document.getElementById("panels");
    #strip;

    constructor(page) {
        this.#page = page;
        const button = document.getElementById("panels-toggle");
        button.addEventListener("click", () => this.#toggle(), { signal: page.signal });
        if (page.views.settings.get("panels")) this.#load().then((strip) => strip.show(true));
    }

    take(update) {
        this.#strip?.take(update);
    }

    show(view) {
        this.#strip?.follow(view);
    }

    async #toggle() {
        const isOpen = this.#root.hidden;
        this.#page.views.settings.set("panels", isOpen);
        (await this.#load()).show(isOpen);
    }

    async #load() {
        const [{ PanelsView }] = await Promise.all([import("./panels-view.js"), addStyles("panels")]);
        return this.#strip ??= new PanelsView(this.#page);
    }
}
