// Around the filter box: completion, history, the explanation, and what a text becomes beside a filter.

import { storage } from "../parts/stored.js";
import { load } from "../parts/load.js";
import { rate } from "../parts/format.js";
import { tool } from "../parts/parts-view.js";
import { FilterHistory } from "./filter-history.js";
import { filterLanguage, isFilter } from "./language.js";
import { wordsOf } from "./marked-words.js";

export class FilterPart {
    commands = { explain: () => this.#toggleExplanation() };
    #page;
    #history = new FilterHistory(storage());
    #completer;               // made when the box is entered
    #explain;                 // made when it is asked for
    #explainModule;
    #explainButton;
    #status = {};
    #hasJustLeft = false;     // by Escape: the next one clears

    /** `page` is { relay, views, acts, signal }. */
    constructor(page) {
        this.#page = page;
        const { filter } = page.views;
        this.#explainButton = tool("explain", "How this filter is understood", {
            class: "tool small explain-button", "aria-expanded": "false", "aria-controls": "filter-explained", hidden: true,
            click: () => this.#toggleExplanation(),
        });
        filter.root.querySelector("#filter-clear").before(this.#explainButton);
        filter.assist({
            pressed: (event) => this.#pressed(event),
            typed: () => {
                this.#history.leave();
                this.#completing((completer) => completer.typed());
            },
            settled: (text) => this.#settled(text),
        });
        filter.input.addEventListener("focus", () => this.#completing(() => undefined), { signal: page.signal });
        filter.input.addEventListener("blur", () => this.#completer?.close(), { signal: page.signal });
        for (const type of ["keydown", "pointerdown"]) {
            document.addEventListener(type, (event) => this.#happened(event), { signal: page.signal, capture: true });
        }
        this.#history.add(filter.text);
    }

    show(view) {
        this.#status = view;
        this.#showExplanation();
        const rates = view.stats?.rates;
        if (rates) this.#page.views.filter.rates = `${rate(rates.matched)} of ${rate(rates.seen)}`;
    }

    /** Does something with the completer, at once if it is here. */
    async #completing(act) {
        if (this.#completer) return act(this.#completer);
        const { Completer } = await import("./completer.js");
        const { filter } = this.#page.views;
        this.#completer ??= new Completer(filter.root, filter.input, {
            context: () => this.#context, load, changed: (isWhole) => filter.changed(isWhole),
        });
        return act(this.#completer);
    }

    /** Of the text in the box, or while it is no filter of the one in use. */
    #showExplanation() {
        const { lens } = this.#status;
        const { filter, rows } = this.#page.views;
        if (!lens) return;
        const text = isFilter(filter.text) ? filter.text : lens.filter ?? "";
        this.#explainButton.hidden = text.trim() === "" && !this.#explain?.isOpen;
        this.#explain?.show({ stream: lens.stream, filter: text, focused: rows.focused });
    }

    async #toggleExplanation() {
        const { acts, views } = this.#page;
        const { ExplainView } = await (this.#explainModule ??= import("./explain-view.js"));
        this.#explain ??= new ExplainView(views.filter.root, this.#explainButton, {
            edit: (text) => {
                acts.editFilter(text);
                this.#showExplanation();
            },
            fetchFocused: async () => (views.rows.focused === undefined ? undefined : acts.fetchFocused()),
        });
        this.#explain.toggle();
        this.#showExplanation();
    }

    /** Escape in the box left it; once more right behind clears the filter. */
    escape() {
        if (this.#explain?.isOpen) {
            this.#explain.toggle(false);
            return true;
        }
        if (!this.#hasJustLeft || this.#page.views.filter.text === "") return false;
        this.#hasJustLeft = false;
        this.#page.acts.editFilter("");
        return true;
    }

    get #context() {
        const { lens, relay } = this.#status;
        return { stream: lens?.stream ?? "all", streams: relay?.streams ?? [] };
    }

    #pressed(event) {
        const isTaken = this.#act(event);
        if (isTaken) {
            event.preventDefault();
            event.stopPropagation();
        }
        return isTaken;
    }

    #act({ key, altKey, ctrlKey, shiftKey, metaKey }) {
        const { input, text } = this.#page.views.filter;
        const isPlain = !altKey && !ctrlKey && !metaKey;
        if (key === " " && ctrlKey) return this.#did(() => this.#completing((completer) => completer.open()));
        if (key === "Tab" && isPlain && !shiftKey) return this.#tab(text);
        if (key === "Escape" && this.#completer?.isOpen) return this.#did(() => this.#completer.close());
        if (key === "Enter" && isPlain && this.#completer?.isChosen) return this.#completer.take();
        if (key === "Enter" && altKey) return this.#did(() => this.#highlight(input, text));
        if (key === "Enter" && ctrlKey) return this.#aside(text);
        const step = { ArrowUp: -1, ArrowDown: 1 }[key];
        if (!step || !isPlain || shiftKey) return false;
        if (this.#completer?.isOpen) return this.#did(() => this.#completer.move(step));
        return this.#did(() => this.#recall(input, this.#history.step(step, text)));
    }

    /** Tab takes what is offered, or asks for offers; in an empty box it goes on to the next control. */
    #tab(text) {
        if (this.#completer?.isOpen) return this.#completer.take();
        if (text === "") return false;
        this.#completing((completer) => completer.open());
        return this.#completer === undefined || this.#completer.isOpen;
    }

    #recall(input, entry) {
        if (entry === undefined) return;
        input.value = entry;
        input.setSelectionRange(entry.length, entry.length);
        this.#page.views.filter.changed();
    }

    /** The part that is selected, or all words of the text, which then filter no more. */
    async #highlight({ selectionStart, selectionEnd, value }, text) {
        const { acts } = this.#page;
        this.#completer?.close();
        if (selectionStart !== selectionEnd) return acts.highlight?.(value.slice(selectionStart, selectionEnd));
        const { withoutWords } = await filterLanguage();
        for (const word of wordsOf(text)) acts.highlight?.(word);
        return acts.editFilter(withoutWords(text));
    }

    #settled(text) {
        this.#completer?.close();
        this.#history.add(text);
    }

    #aside(text) {
        const { openSideLens } = this.#page.acts;
        if (!openSideLens) return false;
        openSideLens(text);
        return true;
    }

    #did(act) {
        act();
        return true;
    }

    #happened({ type, key, target }) {
        const isLeaving = type === "keydown" && key === "Escape" && target === this.#page.views.filter.input
            && !this.#completer?.isOpen;
        if (isLeaving) this.#hasJustLeft = true;
        else if (key !== "Escape") this.#hasJustLeft = false;
    }
}
