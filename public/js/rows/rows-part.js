// What a reader does with rows beside moving among them: values, columns, bookmarks, lines, context, copying.

import { count } from "../parts/format.js";
import { memberName } from "../list/event-fields.js";
import { GRADES } from "../list/row-options.js";
import { ColumnsView } from "./columns-view.js";
import { CopyingView } from "./copying-view.js";
import { addStyles } from "../parts/styles.js";
import { linkOf, positionOf } from "./row-link.js";
import { MessageScrollView } from "./message-scroll-view.js";

const element = (id) => document.getElementById(id);

export class RowsPart {
    #page;
    #menu;
    #choices;
    #columns;
    #values;                  // made when the pointer or the keys come to the rows
    #copying;
    #scroll;
    #context;
    #notes;
    #epoch;
    #isAllOpen = false;
    #link = positionOf(location.hash);

    /** `page` is what parts get; `menu` and `choices` are shared with the details. */
    constructor(page, { menu, choices }) {
        this.#page = { ...page, commands: this.commands };
        this.#menu = menu;
        this.#choices = choices;
        const { signal } = page;
        this.#copying = new CopyingView({ page, menu, choices });
        this.#columns = new ColumnsView(element("columns-head"), { page, menu, choices });
        element("rows").addEventListener("pointerover", () => this.#withValues(() => undefined), { signal, once: true });
        // A click before the menu of values is here is a click on its row, too.
        element("rows").addEventListener("click", (event) => {
            if (!this.#values && !event.target.closest("button, a")) this.#withValues((values) => values.clicked(event));
        }, { signal, once: true, capture: true });
        this.#scroll = new MessageScrollView(element("rows"), { reset: element("message-begin"), signal });
        element("rows").addEventListener("click", (event) => this.#clicked(event), { signal });
        element("unfold").addEventListener("click", () => this.#foldAll(), { signal });
        element("columns").addEventListener("click", () => this.#openRowsMenu(), { signal });
        page.views.details.serve({
            rows: page.views.rows, choices, act: (what) => this.act(what), stats: (name) => this.#stats(name),
            neighbours: async (index) => (await page.relay.ask("neighbours", { index })).neighbours,
        });
        if (choices.get("repeats") !== "off") page.relay.tell("repeats", { grade: choices.get("repeats") });
    }

    commands = {
        copyRow: () => this.#copying.rows(this.#current),
        nextValue: () => this.#withValues((values) => values.step(1)),
        previousValue: () => this.#withValues((values) => values.step(-1)),
        menu: () => this.#withValues((values) => values.open()),
        includeValue: () => this.#withValues((values) => values.edit("include")),
        excludeValue: () => this.#withValues((values) => values.edit("exclude")),
        onlyValue: () => this.#withValues((values) => values.edit("only")),
        pivotValue: () => this.#withValues((values) => values.edit("pivot")),
        context: () => this.act({ context: true, index: this.#current }),
        bookmark: () => this.act({ bookmark: true, index: this.#current }),
        nextBookmark: () => this.#toBookmark(1),
        previousBookmark: () => this.#toBookmark(-1),
        nextKin: () => this.#toKin(1),
        previousKin: () => this.#toKin(-1),
        line: () => this.#drawLine(),
        copyRowLink: () => this.act({ link: true, index: this.#current }),
        foldRow: () => this.#foldRow(this.#current),
        foldAll: () => this.#foldAll(),
        messageRight: () => this.#scroll.by(1),
        messageLeft: () => this.#scroll.by(-1),
        allNotes: () => this.#openNotes(),
        focusRow: () => this.#page.views.rows.focus(this.#current),
        detailsOf: (text) => text && this.#page.views.details.showEvent(text),
    };

    take(update) {
        const { epoch } = update.counts?.position ?? {};
        if (epoch !== undefined && epoch !== this.#epoch) {
            this.#epoch = epoch;
            this.#tellBookmarks();
        }
        if (update.own) this.#page.views.ruler.showOwn(update.own);
        if (update.start?.isOpened && this.#link) this.#follow();
    }

    show() {
        this.#columns.follow();
    }

    escape() {
        return this.#context?.close() || this.#values?.unchoose() || false;
    }

    /** Does something with the values of rows, at once if what shows them is here. */
    async #withValues(act) {
        if (this.#values) return act(this.#values);
        const { ValueMenuView } = await import("./value-menu-view.js");
        this.#values ??= new ValueMenuView(element("rows"), {
            page: this.#page, menu: this.#menu, act: (what) => this.act(what), signal: this.#page.signal,
        });
        return act(this.#values);
    }

    /** What menus and details want done with a row, a field or a text. */
    act(what) {
        const { relay } = this.#page;
        const { index = this.#current } = what;
        if (what.column !== undefined) this.#columns.add(what.column);
        if (what.copy !== undefined) this.#copying.text(what.copy, "Copied");
        if (what.jump !== undefined) this.jump(what.jump);
        if (what.copyRow) this.#copying.rows(index);
        if (what.copyAs) this.#copying.openMenu(what.copyAs, index);
        if (what.link) this.#withEvent(index, ({ seq }) => this.#copyLink(seq));
        if (what.bookmark) this.#withEvent(index, ({ seq }) => this.#flipBookmark(seq));
        if (what.context) this.#openContext(index);
        if (what.reveal) this.#scroll.reveal(what.reveal);
        if (what.changes) {
            this.#page.views.rows.focus(index);
            this.#page.acts.run("changes");
        }
        if (what.note) this.#page.views.note.do("open");
        if (what.line) relay.tell("marker", { ...lineWords(), index });
    }

    #copyLink(seq) {
        this.#copying.text(linkOf(location, this.#epoch, seq), "Link copied");
    }

    /** Shows an event: in the list if it is here, else with what is around it. */
    async jump(seq) {
        this.#page.acts.happened("moved");
        const { index } = await this.#page.relay.ask("place", { seq });
        if (index === undefined) return this.#around({ epoch: this.#epoch, seq });
        this.#context?.close();
        this.#page.views.rows.focus(index, { isCentred: true });
        return this.#page.views.details.follow();
    }

    /** The top values of a field: among the rows here, and in the log of the relay. */
    async #stats(field) {
        const { stats } = await this.#page.relay.ask("stats", { field });
        const here = { title: `in the newest ${count(stats.rows)} rows here`, top: stats.top, total: stats.present };
        const { stream, filter } = this.#page.views.address.lens;
        try {
            const query = new URLSearchParams({ stream, filter, fields: field, limit: 5 });
            const answer = await fetch(`api/v1/facets?${query}`);
            if (!answer.ok) return [here, { problem: (await answer.json()).detail }];
            const { facets: [facet], complete } = await answer.json();
            const title = complete ? "in the log" : "in a part of the log";
            return [here, { title, top: facet.values, total: facet.present }];
        } catch {
            return [here, { problem: "The relay did not answer" }];
        }
    }

    get #current() { return this.#page.views.rows.current; }

    #clicked({ target }) {
        const button = target.closest("[data-fold], [data-unfold], [data-clear]");
        if (!button) return;
        const { fold, unfold, clear } = button.dataset;
        if (clear !== undefined) return this.#page.relay.tell("clear", { index: Number(clear) });
        this.#page.acts.happened("chosen");
        this.#page.relay.tell(fold === undefined ? "unfold" : "fold", { index: Number(fold ?? unfold) });
    }

    /** What opens below the edge of the view comes into it. */
    async #foldRow(index) {
        const { relay, views, acts } = this.#page;
        acts.happened("chosen");
        relay.tell("fold", { index });
        await relay.ask("range", {});
        views.rows.focus(index);
    }

    #foldAll() {
        this.#isAllOpen = !this.#isAllOpen;
        element("unfold").setAttribute("aria-pressed", String(this.#isAllOpen));
        this.#page.relay.tell("foldAll", { isOpen: this.#isAllOpen });
    }

    async #withEvent(index, act) {
        const { event } = await this.#page.relay.ask("event", { index });
        if (!event) return this.#page.views.said.say("This row is no event");
        return act(JSON.parse(event.text), event.text);
    }

    #openContext(index) {
        this.#withEvent(index, (event, text) => {
            this.#page.acts.happened("menu");
            this.#page.views.rows.focus(index);
            this.#around({ text, epoch: this.#epoch });
        });
    }

    async #around(subject) {
        const [{ ContextView }] = await Promise.all([import("./context-view.js"), addStyles("context")]);
        const acts = { ...this.#page.acts, copyLine: (line) => this.#copying.text(line, "Row copied") };
        const page = { ...this.#page, acts };
        this.#context ??= new ContextView(element("rows").parentElement, { page, choices: this.#choices });
        await this.#context.open(subject);
    }

    // Bookmarks and lines.

    #flipBookmark(seq) {
        const isSet = this.#choices.flipBookmark(`${this.#epoch}:${seq}`);
        this.#tellBookmarks();
        this.#page.views.said.say(isSet ? "Bookmarked, u and U lead back here" : "Bookmark taken away");
    }

    #tellBookmarks() {
        this.#page.relay.tell("bookmarks", { seqs: this.#choices.bookmarkedIn(this.#epoch) });
    }

    async #toBookmark(step) {
        const missing = `No ${step > 0 ? "later" : "earlier"} bookmark in these rows`;
        await this.#to("own", (from) => ({ from, step }), missing);
    }

    async #toKin(step) {
        const words = ({ name }) => (name
            ? `Nothing ${step > 0 ? "later" : "earlier"} of the same ${name} in these rows`
            : "This row names no trace, request or process");
        await this.#to("kin", (index) => ({ index, step }), words);
    }

    #to(question, values, missing) {
        return this.#page.walk.inTurn(() => this.#toNext(question, values(this.#current), missing));
    }

    async #toNext(question, values, missing) {
        this.#page.acts.happened("moved");
        const answer = await this.#page.relay.ask(question, values);
        if (answer.index === undefined) {
            return this.#page.views.said.say(typeof missing === "string" ? missing : missing(answer));
        }
        this.#page.views.rows.focus(answer.index, { isCentred: true });
        return this.#page.views.details.follow();
    }

    #drawLine() {
        const { rows } = this.#page.views;
        this.#page.relay.tell("marker", { ...lineWords(), index: rows.focused });
    }

    async #openNotes() {
        const [{ NotesView }] = await Promise.all([import("../details/notes-view.js"), addStyles("notes")]);
        this.#notes ??= new NotesView({ jump: (seq) => this.jump(seq) });
        this.#notes.open(this.#page.views.settings.zone);
    }

    /** A link to a row was opened: that row is brought into view. */
    #follow() {
        const { epoch, seq } = this.#link;
        this.#link = undefined;
        if (epoch === this.#epoch) this.jump(seq);
        else this.#page.views.said.say("The row of this link is in a log that is gone");
    }

    /** The menu behind the button of columns: which there are, which there may be, and what is joined. */
    #openRowsMenu() {
        const { rows, settings } = this.#page.views;
        const keys = new Set(rows.shown.flatMap(({ row }) => (row.tail ?? []).map(({ key }) => memberName(key))));
        const grade = this.#choices.get("repeats");
        this.#menu.do("open", element("columns").getBoundingClientRect(), {
            label: "Columns, order and repeats",
            entries: [
                { label: "Newest first", isChecked: settings.isNewestFirst, isSwitch: true, act: () => settings.flipOrder() },
                undefined,
                ...["host", ...keys].slice(0, 14).filter((key) => !this.#columns.names.includes(key)).map((key) => ({
                    symbol: "column-add", label: `Column ${key}`, act: () => this.#columns.add(key),
                })),
                { symbol: "close", label: "No columns", isOff: this.#columns.names.length === 0, act: () => this.#columns.removeAll() },
                undefined,
                ...Object.entries(GRADES).map(([name, label]) => ({
                    label: name === "off" ? "Show every row" : `Join repeats: ${label}`, isChecked: grade === name,
                    act: () => this.#joinRepeats(name),
                })),
                undefined,
                { symbol: "note", label: "All notes\u2026", act: () => this.#openNotes() },
            ],
        });
    }

    #joinRepeats(grade) {
        this.#choices.set("repeats", grade);
        this.#page.relay.tell("repeats", { grade, anchorSeq: this.#page.views.rows.anchorSeq });
    }
}

function lineWords() {
    const now = new Date();
    return { title: "Line", facts: `drawn at ${now.toISOString().slice(11, 19)} UTC, only here` };
}
