// One line for who is here for the first time. It stands in the status strip, where nothing moves for it, and goes for
// good when it is closed or the keys were looked at.

import { h, tool } from "../parts/parts-view.js";

const STEPS = [["/", "filters"], ["Space", "holds"], ["K", "finds everything"], ["?", "shows the keys"]];

export class Part {
    #page;
    #line;

    constructor(page) {
        this.#page = page;
    }

    welcome() {
        const strip = document.getElementById("strip");
        this.#line = h(
            "span", { class: "welcome", role: "note" }, h("b", null, "New here?"),
            ...STEPS.map(([key, words]) => h("span", null, h("kbd", null, key), ` ${words}`)),
            h("span", null, "click a value for more"),
            tool("close", "Do not show this again", { class: "tool welcome-close", click: () => this.#close() }));
        strip.querySelector(".push").after(this.#line, h("span", { class: "push" }));
        document.getElementById("help").addEventListener("close", () => this.#close(), { once: true });
    }

    #close() {
        this.#page.views.settings.set("isWelcomed", true);
        this.#line.nextElementSibling?.remove();
        this.#line.remove();
    }
}
