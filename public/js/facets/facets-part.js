// The facets: joins the counts, the filter's text and the column. Every click edits the text, and the text moves the
// ticks.

import { storage } from "../parts/stored.js";
import { filterLanguage, isFilter, isReadable, levelOf, namedValues, stateOf } from "../filter-box/language.js";
import { THRESHOLDS } from "../parts/levels.js";
import { FacetChoices } from "./facet-choices.js";
import { countsOfFacet, queriesOf, valueSearch } from "./facet-counts.js";
import { arranged, moved } from "./facet-fields.js";
import { FacetFields } from "./field-source.js";
import { FacetGestures } from "./facet-gestures-view.js";
import { rowsOf } from "./facet-rows.js";
import { FacetSource } from "./facet-source.js";
import { listenToEdge } from "./facet-width-view.js";
import { makeOpeners } from "./facet-openers-view.js";
import { FacetsView } from "./facets-view.js";
import { baseWords } from "./facet-words.js";
import { h } from "../parts/parts-view.js";
import { load } from "../parts/load.js";
import { room } from "../parts/room.js";
import { rangeOf } from "./past-range.js";
import { SEARCHED } from "./value-search-view.js";

/** What the ways to choose a value are called in the filter language. */
const EDITS = { include: "toggleIncluded", only: "toggleOnly", exclude: "toggleExcluded" };

export class FacetsPart {
    commands = { facets: () => this.#toggle() };
    #page;
    #main = document.getElementById("main");
    #root = document.getElementById("facets");
    #choices = new FacetChoices(storage());
    #view;
    #openers;
    #gestures;
    #source;
    #fields;
    #searches = new Map();     // facet → counts of all its values, while they are looked through
    #status;
    #isOver = false;           // on narrow screens the column lies over the rows, and only when asked for
    #isDirty = true;
    #shownKey = "";
    #shown = [];

    /** `page` is { relay, views, acts, signal }. */
    constructor(page) {
        this.#page = page;
        const { relay, signal } = page;
        const changed = () => this.#isDirty = true;
        const watch = (panels) => relay.tell("watch", { owner: "facets", panels });
        this.#source = new FacetSource({ watch, load, changed });
        this.#fields = new FacetFields({ load, changed });
        this.#view = new FacetsView(this.#root, { close: () => this.#toggle(false), signal });
        this.#gestures = new FacetGestures(this.#root, this.#view.list, { act: (what) => this.#acted(what), signal });
        this.#openers = makeOpeners(() => this.#toggle());
        listenToEdge(this.#view.edge, this.#choices, { changed: () => this.#lay(), signal });
        room.follow(() => this.#lay(), signal);
        this.#lay();
    }

    take(update) {
        if (update.watched?.facets) this.#source.told(update.watched.facets);
    }

    show(view) {
        this.#status = view;
        if (!view.lens || !this.#isOpen || document.hidden) return this.#rest(view);
        if (![filterOf(view.lens), this.#page.views.filter.text].every(isReadable)) return undefined;
        const { stream } = view.lens;
        const range = rangeOf(view.time.place, view.past?.landedTime, view.counts?.position?.epoch);
        this.#fields.want({ stream, range, isLive: !view.time.held }, view.now);
        const { shown, rest } = arranged(this.#fields.list, this.#choices.arrangement);
        const filter = filterOf(view.lens);
        const mode = range ? "past" : view.time.held ? "held" : "live";
        this.#source.want({ mode, stream, filter, queries: queriesOf(shown, filter), range }, view.now);
        this.#shown = shown;
        const text = this.#text;
        const names = shown.map(({ name }) => name);
        const key = JSON.stringify([text, mode, names, this.#choices.width, view.zone, this.#source.base]);
        if (!this.#isDirty && key === this.#shownKey) return undefined;
        this.#isDirty = false;
        this.#shownKey = key;
        return this.#paint({ text, rest, mode });
    }

    escape() {
        if (!room.isNarrow || !this.#isOver) return false;
        this.#toggle(false);
        return true;
    }

    get #isOpen() { return room.isNarrow ? this.#isOver : this.#choices.isOpen; }

    /** The text in the box if it is a filter, else the one in use. */
    get #text() {
        const { text } = this.#page.views.filter;
        return isFilter(text) ? text : filterOf(this.#status.lens);
    }

    #rest({ now, lens }) {
        const isAway = lens !== undefined;
        if (isAway) this.#source.want({ mode: "off", queries: [], filter: "" }, now);
        return undefined;
    }

    #paint({ text, rest, mode }) {
        const isStill = this.#root.matches(":hover, :focus-within");
        const least = levelOf(text);
        const rows = (facet, counts, more) => rowsOf(facet, counts, {
            stateOf: stateOf(text, facet.name), named: namedValues(text, facet.name),
            trendOf: mode === "live" ? (value, count) => this.#source.trends.of(facet.name, value, count, this.#status.now) : undefined, ...more,
        });
        this.#view.show(this.#shown.map((facet) => {
            const counts = this.#source.counts.get(facet.name);
            const found = this.#searches.get(facet.name);
            return [facet, {
                counts, least, rows: rows(facet, counts, { before: this.#view.valuesOf(facet.name), isStill }),
                found: found && rows(facet, found, { isAll: true }),
            }];
        }));
        this.#view.showRest(rest);
        const { time, zone } = this.#status;
        const words = baseWords({ ...this.#source, base: this.#source.base, mode, time, zone });
        this.#view.showBase(words, this.#source.error !== undefined);
        this.#gestures.keepStop();
    }

    #acted({ facet, value, mode, menu, more, pin, level, by }) {
        if (mode) this.#edit(EDITS[mode], facet, value);
        else if (level !== undefined) this.#setLevel(by ? this.#levelBy(level) : level);
        else if (pin) this.#choose(() => this.#choices.pin(pin, true));
        else if (more) this.#search(facet);
        else if (menu) this.#openMenu(facet, value, menu);
    }

    /** Edits the text by a function of the filter language. */
    async #edit(name, ...values) {
        const edits = await filterLanguage();
        this.#page.acts.editFilter(edits[name](this.#text, ...values));
        this.#isDirty = true;
        this.show(this.#status);
    }

    /** The step that is set already is taken away. */
    #setLevel(level) {
        this.#edit("withLevel", level === levelOf(this.#text) ? undefined : level);
    }

    #levelBy(step) {
        const at = THRESHOLDS.indexOf(levelOf(this.#text)) + step;
        return THRESHOLDS[Math.min(at, THRESHOLDS.length - 1)] ?? levelOf(this.#text);
    }

    async #openMenu(facet, value, opener) {
        const { facetEntries, valueEntries } = await import("./facet-menu-entries.js");
        const { acts } = this.#page;
        const show = (title, entries) => this.#page.menu.do("open", menuPlace(opener), {
            label: title, title: [h("span", { class: "mono" }, title)], entries, opener,
        });
        const edit = (name) => () => this.#edit(name, facet, value);
        if (value !== undefined) {
            const state = stateOf(this.#text, facet)(value);
            const [include, only, exclude] = Object.values(EDITS).map(edit);
            return show(`${facet}=${value ?? ""}`, valueEntries({
                state, value, include, only, exclude, pivot: edit("pivot"), acts,
            }));
        }
        const names = this.#shown.map(({ name }) => name);
        return show(facet, facetEntries({
            name: facet, acts, isPinned: this.#choices.isPinned(facet),
            pin: (isPinned) => this.#choose(() => this.#choices.pin(facet, isPinned)),
            hide: () => this.#choose(() => this.#choices.hide(facet)),
            move: (step) => this.#choose(() => this.#choices.arrange(moved(names, facet, step))),
        }));
    }

    #choose(change) {
        change();
        this.#isDirty = true;
        this.show(this.#status);
    }

    async #search(name) {
        const view = this.#view.view(name);
        view.toggleSearch();
        this.#isDirty = true;
        this.#searches.delete(name);
        if (!view.isSearching) return this.show(this.#status);
        const [query] = queriesOf([{ name }], filterOf(this.#status.lens));
        try {
            const found = await load(valueSearch(query, this.#status.lens.stream, this.#source.range, SEARCHED));
            if (view.isSearching) this.#searches.set(name, countsOfFacet(found.facets[0]));
        } catch (error) {
            view.failSearch(error.message);
        }
        this.#isDirty = true;
        return this.show(this.#status);
    }

    #toggle(isOpen = !this.#isOpen) {
        const hadFocus = this.#root.contains(document.activeElement);
        if (room.isNarrow) this.#isOver = isOpen;
        else this.#choices.open(isOpen);
        this.#lay();
        if (isOpen && room.isNarrow) this.#view.list.querySelector("[data-stop]")?.focus();
        if (!isOpen && hadFocus) document.getElementById("rows").focus();
        if (this.#status) this.show(this.#status);
    }

    #lay() {
        const isBeside = this.#isOpen && !room.isNarrow;
        this.#root.hidden = !this.#isOpen;
        this.#openers.show(this.#isOpen);
        this.#root.classList.toggle("is-over", this.#isOpen && room.isNarrow);
        this.#main.classList.toggle("with-facets", isBeside);
        this.#main.style.setProperty("--facets-width", `${this.#choices.width}px`);
        this.#view.edge.setAttribute("aria-valuenow", String(this.#choices.width));
        this.#isDirty = true;
    }
}

/** Below the row or the head that it is about, to the right of its tick. */
function menuPlace(opener) {
    const { left, top, bottom } = (opener.closest(".facet-head") ?? opener).getBoundingClientRect();
    return { left: left + 36, top, bottom };
}

/** The filter that the relay serves or was asked for last, if it took it. */
function filterOf(lens) {
    return lens.error || !lens.wanted ? lens.filter ?? "" : lens.wanted.filter;
}
