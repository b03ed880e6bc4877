// Everything about one event: its fields with what can be done about each, its exact text, its place in the log.

import { bytes, count, fullTime, span, zoneName } from "../parts/format.js";
import { LETTERS, LEVELS } from "../parts/levels.js";
import { h, tool } from "../parts/parts-view.js";
import { ExactNumber, parseEvent } from "../session/protocol.js";
import { flatten, printable, valueText } from "../list/row-text.js";

/** Characters of a value or a text that are laid out at once; a longer one is cut and can be copied whole. */
const SHOWN_LIMIT = 20_000;

export class DetailsView {
    #root;
    #act;

    /** `act` is told { include: [field, value] }, { exclude: … }, { copy: text } or { close: true }. */
    constructor(root, { act }) {
        this.#root = root;
        this.#act = act;
    }

    get isOpen() { return !this.#root.hidden; }

    close() {
        this.#root.hidden = true;
        this.#root.replaceChildren();
    }

    /** `facts` is { text, line } of the event; `context` { epoch, zone, now }. */
    show({ text, line }, { epoch, zone, now }) {
        const event = parseEvent(text);
        const hadFocus = this.#root.contains(document.activeElement);
        this.#root.hidden = false;
        this.#root.dataset.level = LEVELS.includes(event.level) ? event.level : "";
        this.#root.replaceChildren(
            this.#head(event, line),
            h(
                "div",
                { class: "details-time num" },
                h("b", null, `${fullTime(event.time, zone)} ${zoneName(zone, new Date(event.time))}`),
                ` \u00b7 ${span(now - Date.parse(event.time))} ago`,
            ),
            h(
                "div",
                { class: "details-message", tabindex: "0", role: "group", "aria-label": "Message" },
                cut(printable(event.message ?? "")),
            ),
            this.#fields(event),
            this.#raw(text, event),
            place(event, epoch));
        this.#root.scrollTop = 0;
        if (hadFocus) this.#root.querySelector("button")?.focus();
    }

    #head(event, line) {
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
                tool("copy", "Copy row (y)", { click: () => this.#act({ copy: line }) }),
                tool("close", "Close (Esc)", { click: () => this.#act({ close: true }) })));
    }

    #fields(event) {
        const own = ["level", "source", "host"].filter((name) => event[name] !== undefined);
        const fields = flatten(event.fields);
        const all = [...own.map((name) => [name, event[name]]), ...fields];
        const rows = all.map(([name, value]) => this.#field(name, value));
        return section("Fields", count(rows.length), h("div", { role: "table", "aria-label": "Fields" }, ...rows));
    }

    #field(name, value) {
        const text = valueText(value);
        const isNumber = typeof value === "number" || value instanceof ExactNumber;
        const canFilter = !Array.isArray(value) && value !== null && text.length < 1000;
        const action = (symbol, label, act) => tool(symbol, `${label} ${name}`, { click: () => this.#act(act) });
        return h("div", { class: "field-row", role: "row" },
            h("span", { class: "key", role: "rowheader", title: name }, name),
            h(
                "span",
                { class: `value${isNumber ? " number" : ""}`, role: "cell", title: text.length < 1000 ? text : null },
                cut(printable(text)),
            ),
            h("span", { class: "actions", role: "cell" },
                canFilter && action("include", "Include this", { include: [name, text] }),
                canFilter && action("exclude", "Exclude this", { exclude: [name, text] }),
                action("copy", "Copy", { copy: text })));
    }

    #raw(text, event) {
        const whole = pretty(event);
        return section("JSON", bytes(text.length),
            h("div", { class: "json-box" },
                tool("copy", "Copy JSON", { click: () => this.#act({ copy: text }) }),
                h(
                    "pre",
                    { class: "json", tabindex: "0", "aria-label": "JSON" },
                    ...coloured(whole.slice(0, SHOWN_LIMIT)),
                    whole.length > SHOWN_LIMIT && "\u2026",
                )));
    }
}

function place(event, epoch) {
    const rows = [
        ["position", epoch === undefined ? String(event.seq) : `${epoch}:${event.seq}`],
        ["time", event.time],
        ["received", event.received],
        ["file", event.fields?.file],
        ["offset", event.fields?.offset],
    ].filter(([, value]) => value !== undefined);
    return section(
        "Position",
        "",
        h(
            "dl",
            { class: "pairs" },
            ...rows.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, valueText(value))]),
        ),
    );
}

function section(title, note, content) {
    return h(
        "section",
        { class: "section" },
        h("h3", { class: "section-head" }, title, h("span", { class: "note num" }, note)),
        content,
    );
}

function cut(text) {
    return text.length > SHOWN_LIMIT ? `${text.slice(0, SHOWN_LIMIT)}\u2026` : text;
}

function pretty(event) {
    const digits = new Map();
    const marked = JSON.stringify(event, (_, value) => {
        if (!(value instanceof ExactNumber)) return value;
        const mark = `\u0001${digits.size}\u0001`;
        digits.set(JSON.stringify(mark), value.digits);
        return mark;
    }, 2);
    let text = marked;
    for (const [mark, number] of digits) text = text.replace(mark, number);
    return text;
}

function coloured(text) {
    const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;
    const parts = [];
    let at = 0;
    for (const match of text.matchAll(pattern)) {
        parts.push(text.slice(at, match.index));
        parts.push(h("span", { class: `j-${kindOf(match)}` }, match[0]));
        at = match.index + match[0].length;
    }
    return [...parts, text.slice(at)];
}

function kindOf([text, string, colon]) {
    if (string !== undefined) return colon === undefined ? "str" : "key";
    return /^[tfn]/.test(text) ? "lit" : "num";
}
