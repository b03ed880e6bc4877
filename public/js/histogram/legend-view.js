// The legend: reads the numbers of all that is shown, or of the bucket under the pointer, most severe first.

import { count } from "../parts/format.js";
import { h, setText } from "../parts/parts-view.js";
import { swatch } from "./series.js";

export class LegendView {
    element = h("div", { class: "legend", role: "group" });
    #toggle;
    #entries = new Map();
    #key = "";

    /** `toggle(name)` is called when the reader presses an entry. */
    constructor(toggle) {
        this.#toggle = toggle;
    }

    /** `entries` are { name, count, isOn }, in their order; an unknown count is a dash. */
    show(entries, by) {
        const key = JSON.stringify([by, entries.map(({ name }) => name)]);
        if (key !== this.#key) this.#make(entries, by);
        this.#key = key;
        for (const { name, count: value, isOn } of entries) {
            const { button, number } = this.#entries.get(name);
            button.setAttribute("aria-pressed", String(isOn));
            setText(number, value === undefined ? "\u2013" : count(value));
        }
    }

    #make(entries, by) {
        this.element.setAttribute("aria-label", by === "level" ? "Levels" : `Values of ${by}`);
        this.#entries = new Map(entries.map(({ name }) => [name, this.#entry(name, by)]));
        this.element.replaceChildren(...[...this.#entries.values()].map(({ button }) => button));
    }

    #entry(name, by) {
        const { fill, hue } = swatch(name, by);
        const number = h("b", { class: "num" });
        const words = name === "none" ? `no ${by}` : name;
        const button = h(
            "button",
            { type: "button", title: `Show or leave out ${words}`, "data-name": name, click: () => this.#toggle(name) },
            h("i", { class: "swatch", "data-fill": fill, "data-hue": hue }),
            h("span", { class: "name" }, words),
            number,
        );
        return { button, number };
    }
}
