// Context: the rows around one, from the same source, with the filter lifted. It lies over the list, which stays as it
// is beneath, so that closing it leads back to exactly the same place.

import { span } from "../parts/format.js";
import { h, icon, tool } from "../parts/parts-view.js";
import { parseEvent } from "../session/protocol.js";
import { rowOfEvent } from "../list/row-text.js";
import { contextQueries, joinContext } from "./context.js";
import { RowView } from "./row-view.js";

export class ContextView {
    #place;
    #page;
    #choices;
    #root;
    #list;          // scrolls
    #grid;          // the rows in it
    #head;
    #state;               // { event, position, before, after, isAny } while open
    #rows = [];           // as they stand, from top to bottom
    #focused = 0;
    #asked;

    /** `place` is the element that the list of rows fills; `choices` remembers what is dimmed. */
    constructor(place, { page, choices }) {
        this.#place = place;
        this.#page = page;
        this.#choices = choices;
    }

    get isOpen() { return this.#root !== undefined; }

    /** Opens around the event of this JSON text, or around a position if the event is not here. */
    async open({ text, epoch, seq }) {
        this.close();
        const event = text === undefined ? { seq } : parseEvent(text);
        this.#state = { event, epoch, before: 20, after: 20, isAny: text === undefined };
        this.#root = this.#make();
        this.#place.append(this.#root);
        this.#grid.focus({ preventScroll: true });
        await this.#load({ isFirst: true });
    }

    /** Answers whether it was open. */
    close() {
        if (!this.isOpen) return false;
        this.#asked?.abort();
        this.#root.remove();
        this.#root = undefined;
        document.getElementById("rows").focus({ preventScroll: true });
        return true;
    }

    #make() {
        this.#grid = h("div", {
            role: "grid", tabindex: "0", "aria-label": "Context",
            keydown: (event) => this.#pressed(event), click: (event) => this.#clicked(event),
        });
        this.#list = h("div", { class: "rows context-rows" }, this.#grid);
        this.#head = h("div", { class: "context-head" });
        return h("section", { class: "context", "aria-label": "Context" }, this.#head, this.#list);
    }

    #showHead(words) {
        const { isAny, event } = this.#state;
        const isDimmed = this.#choices.get("isDimmed");
        const flip = (label, isOn, act) => h(
            "button", { type: "button", class: "button small", "aria-pressed": String(isOn), click: act }, label,
        );
        this.#head.replaceChildren(
            icon("context"), h("b", null, "Context"), h("span", { class: "quiet wide" }, words),
            h("span", { class: "tools" },
                Boolean(event.source) && flip("All sources", isAny, () => this.#change({ isAny: !isAny })),
                flip("Dim what the filter hides", isDimmed, () => this.#dim(!isDimmed)),
                tool("close", "Back to the rows (Esc)", { click: () => this.close() })));
    }

    #change(change) {
        Object.assign(this.#state, change);
        this.#load({});
    }

    #dim(isDimmed) {
        this.#choices.set("isDimmed", isDimmed);
        this.#list.classList.toggle("is-dimmed", isDimmed);
        this.#showHead(this.#head.querySelector(".wide").textContent);
    }

    async #load({ isFirst, widened }) {
        this.#asked?.abort();
        const asked = this.#asked = new AbortController();
        const { lens } = this.#page.views.address;
        this.#showHead("reading the log");
        try {
            const queries = contextQueries(this.#state, lens.stream);
            const answers = await Promise.all(queries.map((query) => this.#ask(query, asked.signal)));
            const { Filter } = await import("../filter/filter.js");
            if (asked.signal.aborted) return;
            const filter = filterOf(Filter, lens.filter);
            const matches = (text) => filter === undefined || filter.matches(text);
            this.#show(joinContext(answers), matches, { isFirst, widened });
        } catch (error) {
            if (error.name === "AbortError" || !this.isOpen) return;
            this.#showHead(`the log could not be read: ${error.message}`);
        }
    }

    async #ask(query, signal) {
        const answer = await fetch(`api/v1/events?${new URLSearchParams(query)}`, {
            signal, headers: { Accept: "application/x-ndjson" },
        });
        if (!answer.ok) throw new Error((await answer.json()).detail);
        const texts = (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("{\"type\":"));
        return query.order === "desc" ? texts.reverse() : texts;
    }

    #show(texts, matches, { isFirst, widened }) {
        const { event } = this.#state;
        const { settings } = this.#page.views;
        let above;
        const kept = this.#rows[this.#focused]?.row.seq ?? event.seq;
        const y = this.#rows[this.#focused]?.element.getBoundingClientRect().top;
        const { isNewestFirst } = settings;
        this.#rows = texts.map((text, at) => {
            const row = rowOfEvent(at, text, { zone: settings.zone, above });
            above = parseEvent(text).time;
            const view = new RowView(`context-${at}`);
            view.show(at, row, at + 1);
            view.text = text;
            view.element.classList.toggle("is-hidden-by-filter", !matches(text));
            view.element.classList.toggle("is-subject", row.seq === event.seq);
            return view;
        });
        if (isNewestFirst) this.#rows.reverse().forEach((view, at, all) => view.showBelow(all[at - 1]?.row, at + 1));
        const found = this.#rows.findIndex(({ row }) => row.seq === (isFirst ? event.seq : kept));
        this.#focused = Math.max(0, found);
        this.#list.classList.toggle("is-dimmed", this.#choices.get("isDimmed"));
        if (this.#grid.previousSibling === null) {
            const [above, below] = isNewestFirst ? ["after", "before"] : ["before", "after"];
            this.#grid.before(this.#wider(above, "arrow-up"));
            this.#grid.after(this.#wider(below, "arrow-down"));
        }
        this.#grid.replaceChildren(h("div", { role: "rowgroup" }, ...this.#rows.map(({ element }) => element)));
        this.#focus(this.#focused, { isCentred: isFirst });
        const row = this.#rows[this.#focused]?.element;
        if (widened && row && y !== undefined) this.#list.scrollTop += row.getBoundingClientRect().top - y;
        this.#showHead(this.#words(texts));
    }

    #words(texts) {
        if (texts.length === 0) return "nothing is there any more";
        const times = [texts[0], texts.at(-1)].map((text) => Date.parse(JSON.parse(text).time));
        const from = this.#state.isAny ? "all sources" : this.#state.event.source;
        return `${texts.length} events of ${from}, filter lifted \u00b7 ${span(Math.abs(times[1] - times[0]))}`;
    }

    #wider(side, symbol) {
        const widen = () => {
            this.#state[side] += 20;
            this.#load({ widened: true });
        };
        return h("button", { type: "button", class: "context-wider", click: widen }, icon(symbol, "small"), `20 more ${side}`);
    }

    #focus(index, { isCentred } = {}) {
        if (this.#rows.length === 0) return;
        this.#focused = Math.max(0, Math.min(this.#rows.length - 1, index));
        this.#rows.forEach((view, at) => view.focus(at === this.#focused));
        const { element } = this.#rows[this.#focused];
        this.#grid.setAttribute("aria-activedescendant", element.id);
        this.#reveal(element, isCentred);
    }

    /** Scrolls the list alone: scrolling into view would move the page around it as well. */
    #reveal(element, isCentred) {
        const list = this.#list.getBoundingClientRect();
        const row = element.getBoundingClientRect();
        const over = row.top - list.top;
        const under = row.bottom - list.bottom;
        if (isCentred) this.#list.scrollTop += over - (list.height - row.height) / 2;
        else if (over < 0 || under > 0) this.#list.scrollTop += over < 0 ? over : under;
    }

    #clicked(event) {
        const at = this.#rows.findIndex(({ element }) => element.contains(event.target));
        if (at >= 0 && !event.target.closest("a") && getSelection().isCollapsed) this.#focus(at);
    }

    #pressed(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const act = {
            j: () => this.#focus(this.#focused + 1), ArrowDown: () => this.#focus(this.#focused + 1),
            k: () => this.#focus(this.#focused - 1), ArrowUp: () => this.#focus(this.#focused - 1),
            Home: () => this.#focus(0), End: () => this.#focus(this.#rows.length - 1),
            c: () => this.close(), Escape: () => this.close(),
            Enter: () => this.#page.commands.detailsOf(this.#rows[this.#focused]?.text),
            y: () => this.#page.acts.copyLine(this.#rows[this.#focused]?.line),
        }[event.key];
        if (act === undefined || event.target !== this.#grid) return;
        event.preventDefault();
        event.stopPropagation();
        act();
    }
}

function filterOf(Filter, text) {
    try {
        return new Filter(text);
    } catch {
        return undefined;   // one that only the relay can read: then nothing is told apart
    }
}
