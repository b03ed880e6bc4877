// The line above the bars: which time, the legend, the scale, what the bars are divided by, and the fold.

import { h, icon, setText, tool } from "../parts/parts-view.js";

/** Fields that bars can be divided by before the relay has named others. */
const FIELDS = ["level", "source", "host"];

export class HeadView {
    element;
    #strong = h("b", { class: "num" });
    #quiet = h("span", { class: "quiet num" });
    #hint = h("span", { class: "hint num" });
    #scale;
    #by;
    #fold;

    /** `legend` is the legend's element; `act` gets { by }, { askFields: true }, { flipScale: true }, { fold: true }. */
    constructor(legend, act) {
        this.#scale = h("button", { type: "button", class: "button small plain", click: () => act({ flipScale: true }) });
        this.#by = h("select", {
            "aria-label": "What divides the bars", change: () => act({ by: this.#by.value }),
            pointerdown: () => act({ askFields: true }), focus: () => act({ askFields: true }),
        });
        this.#fold = tool("chevron-up", "Fold histogram (h)", { click: () => act({ fold: true }) });
        const picker = h("span", { class: "by" }, this.#by, icon("chevron-down", "small"));
        this.element = h(
            "div",
            { class: "histogram-head" },
            h("span", { class: "span" }, this.#strong, this.#quiet),
            legend,
            h("div", { class: "histogram-tools" }, this.#hint, this.#scale, picker, this.#fold),
        );
        this.showFields(FIELDS, "level");
        this.showScale(false, false);
    }

    /** `words` are { strong, quiet }; a bucket's are set off from those of the whole. */
    showWords({ strong, quiet }, isBucket) {
        setText(this.#strong, strong);
        setText(this.#quiet, quiet);
        this.#strong.classList.toggle("is-bucket", isBucket);
    }

    showHint(text) {
        setText(this.#hint, text);
    }

    showScale(isLog, isOffered) {
        const label = isLog ? "log" : isOffered ? "log scale?" : "linear";
        setText(this.#scale, label);
        this.#scale.classList.toggle("is-offered", isOffered && !isLog);
        this.#scale.setAttribute("aria-pressed", String(isLog));
        const words = isLog ? "Logarithmic scale; press for linear" : "Linear scale; press for logarithmic";
        this.#scale.title = words;
        this.#scale.setAttribute("aria-label", words);
    }

    showFields(names, by) {
        const all = names.includes(by) ? names : [...names, by];
        this.#by.replaceChildren(...all.map((name) => h("option", { value: name, selected: name === by }, `by ${name}`)));
    }

    /** The field that is in use; it need not be one of those that were offered. */
    showField(by) {
        this.showFields([...this.#by.options].map(({ value }) => value), by);
    }

    showFolded(isFolded) {
        const words = isFolded ? "Unfold histogram (h)" : "Fold histogram (h)";
        this.#fold.replaceChildren(icon(isFolded ? "chevron-down" : "chevron-up", "small"));
        this.#fold.setAttribute("aria-label", words);
        this.#fold.setAttribute("aria-expanded", String(!isFolded));
        this.#fold.title = words;
    }
}
