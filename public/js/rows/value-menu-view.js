// The menu of a value or a row: by click, long press or key, with the same entries everywhere.

import { flatten, memberName, OWN_FIELDS, valueText } from "../list/event-fields.js";
import { linksOf } from "../list/message-parts.js";
import { count } from "../parts/format.js";
import { h } from "../parts/parts-view.js";
import { parseEvent } from "../session/protocol.js";
import { meaningOf } from "./tokens.js";
import { underline, valueAt, valuesOf } from "./row-values-view.js";

/** A touch that rests this long asks for the menu. */
const LONG_PRESS_MS = 500;

export class ValueMenuView {
    #page;
    #menu;
    #do;
    #chosen;              // { seq, at, value }: the value the keys are at
    #hovered;
    #frame;
    #press;

    /** `act` is told what to do with the row: { column, copyRow, link, context, bookmark, note, copyAs, reveal }. */
    constructor(scroller, { page, menu, act, signal }) {
        this.#page = page;
        this.#menu = menu;
        this.#do = act;
        const on = (type, listener, options) => scroller.addEventListener(type, listener, { signal, ...options });
        on("pointermove", (event) => this.#moved(event), { passive: true });
        on("pointerleave", () => this.#hover(undefined));
        on("click", (event) => this.clicked(event), { capture: true });
        on("pointerdown", (event) => this.#pressed(event), { passive: true });
        for (const type of ["pointerup", "pointercancel", "scroll"]) on(type, () => clearTimeout(this.#press));
        on("contextmenu", (event) => event.pointerType === "touch" && event.preventDefault());
    }

    /** Chooses the next value of the focused row, or the one before. */
    step(step) {
        const { rows } = this.#page.views;
        if (rows.focusedView === undefined) return this.#page.commands.focusRow();
        const values = valuesOf(rows.focusedView);
        if (values.length === 0) return undefined;
        const seq = rows.focusedView.row.seq;
        const before = this.#chosen?.seq === seq ? this.#chosen.at : step > 0 ? -1 : values.length;
        const at = Math.max(0, Math.min(values.length - 1, before + step));
        this.#chosen = { seq, at };
        underline(values[at], "chosen-value");
        this.#do({ reveal: values[at].range });
        return this.#page.views.said.announce(`${values[at].field ?? values[at].kind} ${values[at].text}`);
    }

    /** Lets go of the value; answers whether there was one. */
    unchoose() {
        if (this.#chosen === undefined) return false;
        this.#chosen = undefined;
        underline(undefined, "chosen-value");
        return true;
    }

    /** Opens the menu of the chosen value, or of the focused row. */
    open() {
        const view = this.#page.views.rows.focusedView;
        if (view === undefined) return this.#page.commands.focusRow();
        const value = this.#valueIn(view);
        if (value) return this.#openFor(view, value);
        this.#page.acts.happened("menu");
        const rect = view.element.getBoundingClientRect();
        const at = { left: rect.left + 24, top: rect.top, bottom: Math.min(rect.bottom, rect.top + 24) };
        const title = [view.row.source ?? view.row.title ?? "", " ", h("span", { class: "mono" }, view.row.time?.second ?? "")];
        return this.#menu.do("open", at, { label: "Row", title, entries: this.#rowEntries(view) });
    }

    /** Edits the filter by the chosen value: "include", "exclude", "only" or "pivot". */
    async edit(name) {
        const view = this.#page.views.rows.focusedView;
        const value = view && this.#valueIn(view);
        if (!value) return this.#page.views.said.say("Choose a value of the row with \u2192 first");
        return this.#edit(name, await this.#meaning(view, value));
    }

    async #edit(name, meaning) {
        const { EDITS } = await import("./value-filter.js");
        this.unchoose();
        this.#page.acts.editFilter(EDITS[name](this.#page.views.filter.text, meaning));
    }

    #valueIn(view) {
        return this.#chosen?.seq === view.row?.seq ? valuesOf(view)[this.#chosen.at] : undefined;
    }

    async #eventOf(view) {
        const { event } = await this.#page.relay.ask("event", { index: view.index });
        return event && parseEvent(event.text);
    }

    async #meaning(view, value) {
        if (value.field) return { field: value.field, value: await this.#whole(view, value) };
        const event = await this.#eventOf(view);
        return meaningOf(value, event ? pairsOf(event) : []);
    }

    /** The whole of a value that the row shows cut. */
    async #whole(view, { field, text }) {
        if (!text.endsWith("\u2026")) return text;
        const event = await this.#eventOf(view);
        return pairsOf(event ?? {}).find(([name]) => name === field)?.[1] ?? text;
    }

    async #openFor(view, value) {
        this.#page.acts.happened("menu");
        const rect = value.range.getBoundingClientRect();
        const meaning = await this.#meaning(view, value);
        underline(value, "open-value");
        this.#menu.do("open", rect, {
            label: `Value ${value.text}`,
            title: [meaning.field ?? value.kind ?? "text", " ", h("span", { class: "mono" }, shortened(meaning.value))],
            entries: [...this.#valueEntries(meaning), undefined, ...this.#rowEntries(view).slice(1)],
            closed: () => underline(undefined, "open-value"),
        });
    }

    #valueEntries(meaning) {
        const { field, value } = meaning;
        const edit = (name) => () => this.#edit(name, meaning);
        const [link] = linksOf(value);
        return [
            { symbol: "include", label: "Include", key: "i", act: edit("include") },
            { symbol: "exclude", label: "Exclude", key: "x", act: edit("exclude") },
            { symbol: "only", label: "Only this", key: "I", act: edit("only") },
            { symbol: "filter", label: "Pivot on it", key: "p", act: edit("pivot") },
            { symbol: "split", label: "Only this, beside", act: () => this.#beside(meaning) },
            undefined,
            Boolean(field) && !OWN_FIELDS.slice(0, 2).includes(field) && {
                symbol: "column-add", label: `Add ${field} as column`, act: () => this.#do({ column: field }),
            },
            {
                symbol: "stats", label: field ? "Count values" : "Count rows with it", staysOpen: true,
                act: () => this.#count(meaning),
            },
            { symbol: "copy", label: "Copy value", key: "y", act: () => this.#do({ copy: value }) },
            Boolean(link) && {
                symbol: "link", label: "Open link", act: () => open(link.href, "_blank", "noopener,noreferrer"),
            },
        ].filter((entry) => entry !== false);
    }

    #rowEntries(view) {
        const { index } = view;
        const act = (what) => () => this.#do({ index, ...what });
        return [
            { symbol: "copy", label: "Copy row", key: "y", act: act({ copyRow: true }) },
            { symbol: "copy", label: "Copy as\u2026", act: act({ copyAs: view.element.getBoundingClientRect() }) },
            { symbol: "link", label: "Copy link to this row", key: "Y", act: act({ link: true }) },
            undefined,
            { symbol: "context", label: "Context, 20 rows each side", key: "c", act: act({ context: true }) },
            { symbol: "stats", label: "What changed here\u2026", key: "C", act: act({ changes: true }) },
            { symbol: "bookmark", label: "Bookmark", key: "m", act: act({ bookmark: true }) },
            { symbol: "note", label: "Note for every viewer\u2026", key: "a", act: act({ note: true }) },
            { symbol: "flag", label: "Line below this row", key: "l", act: act({ line: true }) },
        ];
    }

    async #beside(meaning) {
        const { EDITS } = await import("./value-filter.js");
        const { acts, views } = this.#page;
        acts.openSideLens(EDITS.only(views.filter.text, meaning));
    }

    async #count({ field, value }) {
        const { stats } = field
            ? await this.#page.relay.ask("stats", { field })
            : await this.#page.relay.ask("occurrences", { text: value });
        const base = `in ${count(stats.present)} of the newest ${count(stats.rows)} rows here`;
        const lines = (stats.top ?? []).map((entry) => h(
            "div", { class: "count-row" }, h("span", { class: "mono" }, shortened(entry.value)), h("b", { class: "num" }, count(entry.count)),
        ));
        this.#menu.do("answer", h("p", null, base), ...lines);
    }

    /** Opens the menu of the value under the pointer, also for a click that came before this view. */
    clicked(event) {
        const view = this.#page.views.rows.viewOf(event.target);
        if (!view || event.target.closest("button, a, .details") || event.detail > 1 || !getSelection().isCollapsed) return;
        const value = valueAt(view, event.clientX, event.clientY);
        if (!value || event.pointerType === "touch") return;
        event.stopPropagation();
        this.#page.acts.happened("chosen");
        this.#page.views.rows.focus(view.index);
        this.#openFor(view, value);
    }

    #pressed(event) {
        clearTimeout(this.#press);
        const view = this.#page.views.rows.viewOf(event.target);
        if (event.pointerType !== "touch" || !view?.row || event.target.closest("button, a, .details")) return;
        const { clientX, clientY } = event;
        this.#press = setTimeout(() => {
            this.#page.views.rows.focus(view.index);
            const value = valueAt(view, clientX, clientY);
            if (value) this.#openFor(view, value);
            else requestAnimationFrame(() => this.open());
        }, LONG_PRESS_MS);
    }

    #moved(event) {
        if (event.pointerType === "touch") return clearTimeout(this.#press);
        if (event.buttons !== 0) return this.#hover(undefined);
        const { clientX, clientY, target } = event;
        this.#frame ??= requestAnimationFrame(() => {
            this.#frame = undefined;
            const view = this.#page.views.rows.viewOf(target);
            this.#hover(view && valueAt(view, clientX, clientY));
        });
        return undefined;
    }

    #hover(value) {
        if (value === undefined && this.#hovered === undefined) return;
        this.#hovered = value;
        underline(value);
    }
}

/** The fields of an event as pairs of name and text. */
export function pairsOf(event) {
    const own = OWN_FIELDS.filter((name) => event[name] !== undefined).map((name) => [name, String(event[name])]);
    return [...own, ...flatten(event.fields).map(([name, value]) => [memberName(name), valueText(value)])];
}

function shortened(text) {
    return text.length > 40 ? `${text.slice(0, 39)}\u2026` : text;
}
