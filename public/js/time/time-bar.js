// The word that says what the page is doing, why, and the button that changes it.

import { count, counted } from "../parts/format.js";
import { h, icon, setText } from "../parts/parts-view.js";
import { timeWords } from "./time-words.js";

export class TimeBar {
    #root;
    #state;
    #button;
    #return;
    #word = h("span");
    #why = h("span", { class: "why num" });
    #shown = "";

    constructor({ root, state, button, returnButton }, { toggle, goLive, signal }) {
        this.#root = root;
        this.#state = state;
        this.#button = button;
        this.#return = returnButton;
        this.#state.append(h("span", { class: "word" }, h("i", { class: "pulse" }), this.#word), this.#why);
        button.addEventListener("click", toggle, { signal });
        returnButton.addEventListener("click", goLive, { signal });
    }

    show(view) {
        const words = timeWords(view);
        const key = JSON.stringify([words, view.time, view.news]);
        if (key === this.#shown) return;
        this.#shown = key;
        this.#root.dataset.time = words.mode;
        setText(this.#word, words.word);
        this.#why.replaceChildren(...words.why.map(piece));
        this.#showButton(view.time.held);
        this.#showReturn(view);
    }

    #showButton(isHeld) {
        this.#button.classList.toggle("primary", isHeld);
        const parts = isHeld
            ? [icon("to-live", "small"), "Go live", h("kbd", null, "G")]
            : [icon("hold", "small"), "Hold", h("kbd", null, "Space")];
        if (
            this.#button.textContent !== parts.slice(1).map((part) => part.textContent ?? part).join("")
        ) this.#button.replaceChildren(...parts);
    }

    #showReturn({ time, news }) {
        this.#return.hidden = !time.held;
        this.#return.classList.toggle("has-errors", news.errors > 0);
        const words = news.matched > 0
            ? [
                `${count(news.matched)} new`,
                ...(news.errors > 0 ? [", ", h("span", { class: "errors" }, counted(news.errors, "error"))] : []),
            ]
            : ["Newest"];
        this.#return.replaceChildren(
            h("span", { class: "num" }, ...words), icon("arrow-down", "small"), h("kbd", null, "End"),
        );
    }
}

function piece(part) {
    if (typeof part === "string") return part;
    if (part.more) return h("span", { class: "more" }, part.more);
    return part.error ? h("span", { class: "errors" }, part.error) : h("b", null, part.strong);
}
