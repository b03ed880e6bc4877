// Everything about one event: its message, its fields with what can be done about each, its place in the log.

import { bytes, count, fullTime, span, zoneName } from "../parts/format.js";
import { LETTERS, LEVELS } from "../parts/levels.js";
import { h, tool } from "../parts/parts-view.js";
import { parseEvent } from "../session/protocol.js";
import { partsOf, spansWithin } from "../list/message-parts.js";
import { framesOf } from "../list/stack-trace.js";
import { styled } from "../list/terminal-text.js";
import { bodyNodes, frameElement } from "../rows/row-cells-view.js";
import { placesOf, timesOf } from "./event-facts.js";
import { fieldKeys, FieldsView } from "./fields-view.js";
import { clippedText, jsonTree } from "./json-tree-view.js";
import { neighbours } from "./neighbours-view.js";
import { why } from "./why-view.js";

/** Characters of a message that are laid out at once, and of its raw text. */
const MESSAGE_LIMIT = 20_000;
const RAW_LIMIT = 4000;

export class DetailsView {
    #root;
    #act;
    #closed = new Set(["Raw"]);     // sections the reader folded

    /** `act` is told what to do: { include: [field, value] }, { copy: text }, { column: name }, { jump: seq }, { close: true } … */
    constructor(root, { act }) {
        this.#root = root;
        this.#act = act;
    }

    get isOpen() { return !this.#root.hidden; }

    close() {
        this.#root.hidden = true;
        this.#root.replaceChildren();
    }

    /**
     * `facts` is { text, line } of the event; `context` { epoch, zone, now, filter, isMarked, stats(name), find(), place }.
     */
    show({ text, line }, context) {
        const event = parseEvent(text);
        const hadFocus = this.#root.contains(document.activeElement);
        const act = (what) => this.#act({ ...what, seq: event.seq });
        const fields = new FieldsView(event, { act, stats: context.stats });
        const position = context.epoch === undefined ? undefined : `${context.epoch}:${event.seq}`;
        this.#root.hidden = false;
        this.#root.dataset.level = LEVELS.includes(event.level) ? event.level : "";
        this.#root.replaceChildren(
            this.#head(event, line, { act, ...context }),
            h(
                "div",
                { class: "details-time num" },
                h("b", null, `${fullTime(event.time, context.zone)} ${zoneName(context.zone, new Date(event.time))}`),
                ` \u00b7 ${span(context.now - Date.parse(event.time))} ago`,
            ),
            message(event.message ?? ""),
            this.#section("Fields", count(fields.size), fields.element, fieldKeys()),
            this.#section("JSON", bytes(text.length), tool("copy", "Copy JSON", { click: () => act({ copy: text }) }), jsonTree(event)),
            this.#section("Neighbours", "", neighbours(event, { find: context.find, act, zone: context.zone })),
            this.#section("Times", "", pairs(timesOf(event, context.now))),
            this.#section(
                "Position", "", pairs(placesOf(event, context.epoch)),
                position && why({ filter: context.filter, position }),
            ),
            this.#section("Raw", bytes(text.length), h("pre", { class: "raw-text", tabindex: "0", "aria-label": "Raw" },
                ...clippedText(event.fields?.raw ?? text, { limit: RAW_LIMIT }))),
        );
        this.#root.scrollTop = 0;
        if (hadFocus) this.focus();
    }

    /** Brings the keyboard to the first field. */
    focus() {
        this.#root.querySelector(".field-row")?.focus();
    }

    #head(event, line, { act, isMarked, isInline }) {
        const button = (symbol, label, what, more) => tool(symbol, label, { click: () => act(what), ...more });
        return h("div", { class: "details-head" },
            LETTERS[event.level] && h(
                "span", { class: "level", "data-level": event.level, "aria-hidden": "true" }, LETTERS[event.level],
            ),
            h("h2", { class: "title" }, event.level ?? "no level"),
            h(
                "span",
                { class: "quiet num" },
                [event.source, event.host, `seq ${count(event.seq)}`].filter(Boolean).join(" \u00b7 "),
            ),
            h("span", { class: "tools" },
                button(isMarked ? "bookmark-on" : "bookmark", "Bookmark (m)", { bookmark: true }, { "aria-pressed": String(isMarked) }),
                button("note", "Note (a)", { note: true }),
                button("link", "Copy link to this row (Y)", { link: true }),
                button("context", "Context (c)", { context: true }),
                button("copy", "Copy row (y)", { copyRow: true }),
                button(isInline ? "split" : "panels", isInline ? "Show at the side" : "Show under the row", { flipPlace: true }),
                button("close", "Close (Esc)", { close: true })));
    }

    #section(title, note, ...content) {
        const section = h(
            "details", { class: "section", open: !this.#closed.has(title) },
            h("summary", { class: "section-head" }, h("h3", null, title), h("span", { class: "note num" }, note)), ...content,
        );
        section.addEventListener("toggle", () => (section.open ? this.#closed.delete(title) : this.#closed.add(title)));
        return section;
    }
}

/** The message with its colours and links; the lines of a trace as in its row. */
function message(raw) {
    const { text, spans } = styled(raw.slice(0, MESSAGE_LIMIT));
    const newline = text.indexOf("\n");
    const end = newline < 0 ? text.length : newline;
    const rest = raw.length > MESSAGE_LIMIT ? clippedText(raw.slice(MESSAGE_LIMIT), { limit: 0 }) : [];
    return h(
        "div",
        { class: "details-message", tabindex: "0", role: "group", "aria-label": "Message" },
        ...bodyNodes(partsOf(text.slice(0, end), undefined, spansWithin(spans, 0, end))),
        ...(newline < 0 ? [] : [h("div", { class: "frames" }, ...framesOf(text.slice(newline + 1).split("\n")).map(frameElement))]),
        ...rest,
    );
}

function pairs(list) {
    return h("dl", { class: "pairs" }, ...list.flatMap(([name, text]) => [h("dt", null, name), h("dd", null, text)]));
}
