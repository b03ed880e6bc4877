// Joins the box, the place of the caret and the list of completions.

import { placeAt } from "./completion-place.js";
import { CompletionFacts } from "./completion-facts.js";
import { CompletionView } from "./completion-view.js";
import { completed, fieldCompletions, levelValues, operatorCompletions, valueCompletions } from "./completions.js";
import { partsOf } from "./filter-parts.js";
import { withoutBounds, withoutField } from "./filter-text.js";

/** Members of the event itself, which every event has and no list of fields names. */
const OWN = new Set(["level", "source", "host"]);

export class Completer {
    #input;
    #view;
    #facts;
    #context;
    #changed;
    #isWaiting = false;    // something was wanted that the relay had not told yet
    #isAsked = false;      // Tab or Ctrl+Space: shown even where nothing was typed

    /**
     * `context()` is { stream, streams }: what the page reads now; `load(path)` asks the relay; `changed(isWhole)`
     * is told after the text was completed, whole or with more to come.
     */
    constructor(root, input, { context, load, changed }) {
        this.#input = input;
        this.#context = context;
        this.#facts = new CompletionFacts({ load, changed: () => this.#arrived() });
        this.#changed = changed;
        this.#view = new CompletionView(root, input, { take: (entry) => this.#take(entry) });
    }

    get isOpen() { return this.#view.isOpen; }
    get isChosen() { return this.#view.active !== undefined; }

    open() {
        this.#isAsked = true;
        this.refresh();
    }

    close() {
        this.#isAsked = false;
        this.#isWaiting = false;
        this.#view.close();
    }

    move(step) {
        this.#view.move(step);
    }

    /** Puts the entry that is meant into the text; false if there is none. */
    take() {
        const entry = this.#view.active ?? this.#view.first;
        if (entry) this.#take(entry);
        return entry !== undefined;
    }

    /** After typing: offers what the word may become. */
    typed() {
        this.#isAsked = false;
        this.refresh();
    }

    refresh() {
        const { value, selectionStart, selectionEnd } = this.#input;
        const place = selectionStart === selectionEnd ? placeAt(value, selectionStart) : undefined;
        const isWanted = place && (this.#isAsked || place.kind === "value" || place.prefix !== "");
        const entries = isWanted ? this.#entries(place) : [];
        this.#isWaiting = isWanted && entries.length === 0;
        const isDone = entries.length === 1 && entries[0].insert === place.prefix && !entries[0].isOpen;
        if (entries.length === 0 || isDone) return this.#view.close();
        return this.#view.show(entries, this.#pixelOf(place.from));
    }

    /** Fields or values came; they may be what the reader waits for. */
    #arrived() {
        if (document.activeElement === this.#input && (this.isOpen || this.#isWaiting)) this.refresh();
    }

    #entries(place) {
        const now = performance.now();
        const { stream, streams } = this.#context();
        const fields = this.#facts.fields(stream, now);
        if (place.kind === "field") {
            const field = fields.find(({ name }) => name === place.prefix);
            const isName = field || OWN.has(place.prefix);
            return isName ? operatorCompletions(place.prefix, field) : fieldCompletions(place.prefix, fields);
        }
        if (place.field === "stream") return valueCompletions(place.prefix, streams.map((value) => ({ value })));
        const asked = { stream, field: place.field, filter: this.#othersThan(place) };
        const values = this.#facts.values(asked, now);
        return valueCompletions(place.prefix, place.field === "level" ? levelValues(values) : values ?? []);
    }

    /** What the rest of the text says about other fields. */
    #othersThan({ clauseFrom, to, field, isInList }) {
        const { value } = this.#input;
        const end = isInList ? to + /^[^)]*\)?/.exec(value.slice(to))[0].length : to;
        const rest = value.slice(0, clauseFrom).replace(/[-!]$/, "") + value.slice(end);
        return partsOf(rest) ? withoutBounds(withoutField(rest, field)) : "";
    }

    #take(entry) {
        const { value, selectionStart } = this.#input;
        const place = placeAt(value, selectionStart);
        if (!place) return;
        const { text, caret } = completed(value, place, entry);
        this.#input.value = text;
        this.#input.setSelectionRange(caret, caret);
        if (entry.isOpen) this.open();
        else this.close();
        this.#changed(entry.isOpen !== true);
    }

    /** Letters of the box are all of one width. */
    #pixelOf(at) {
        const style = getComputedStyle(this.#input);
        const letter = measured(style.font);
        const [box, input] = [this.#input.closest(".filter"), this.#input].map((each) => each.getBoundingClientRect().left);
        return Math.max(0, input - box + at * letter - this.#input.scrollLeft - 36);
    }
}

const canvas = document.createElement("canvas").getContext("2d");

function measured(font) {
    canvas.font = font;
    return canvas.measureText("0").width;
}
