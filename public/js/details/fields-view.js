// The fields of an event as a table, walked by arrows, with what can be done about each.

import { h, icon, tool } from "../parts/parts-view.js";
import { count } from "../parts/format.js";
import { ExactNumber } from "../session/protocol.js";
import { flatten, memberName, OWN_FIELDS, valueText } from "../list/event-fields.js";
import { printable } from "../list/terminal-text.js";
import { clippedText } from "./json-tree-view.js";

/** Characters of a value that a filter can still carry. */
const FILTERED_AT = 1000;

export class FieldsView {
    element;
    size;
    #act;
    #rows;

    /** `act` is told { include: [name, value] } and so on; `stats(name)` resolves with the top values. */
    constructor(event, { act, stats }) {
        this.#act = act;
        const own = OWN_FIELDS.filter((name) => event[name] !== undefined).map((name) => [name, event[name]]);
        const fields = [...own, ...flatten(event.fields).map(([name, value]) => [memberName(name), value])];
        this.size = fields.length;
        this.#rows = fields.map(([name, value]) => this.#field(name, value, stats));
        this.element = h(
            "div", { role: "table", "aria-label": "Fields", keydown: (key) => this.#pressed(key) },
            ...this.#rows.flatMap(({ element, below }) => [element, below]),
        );
        this.#rows[0]?.element.setAttribute("tabindex", "0");
    }

    #field(name, value, stats) {
        const text = valueText(value);
        const isNumber = typeof value === "number" || value instanceof ExactNumber;
        const canFilter = !Array.isArray(value) && value !== null && text.length < FILTERED_AT;
        const below = h("div", { class: "field-stats", role: "row", hidden: true });
        const edits = {
            i: canFilter && ["include", "Include this", { include: [name, text] }],
            x: canFilter && ["exclude", "Exclude this", { exclude: [name, text] }],
            I: canFilter && ["only", "Only this", { only: [name, text] }],
            "*": ["check", "Require", { exists: name }],
            "+": !OWN_FIELDS.slice(0, 2).includes(name) && ["column-add", "Add as column", { column: name }],
            y: ["copy", "Copy", { copy: text }],
        };
        const button = ([symbol, label, what]) => tool(symbol, `${label} ${name}`, {
            click: () => this.#act(what), tabindex: "-1",
        });
        const statsButton = tool("stats", `Top values of ${name}`, {
            tabindex: "-1", "aria-expanded": "false",
            click: () => this.#flipStats(name, below, statsButton, stats),
        });
        const element = h("div", { class: "field-row", role: "row", tabindex: "-1", "aria-label": `${name} ${text.slice(0, 100)}` },
            h("span", { class: "key", role: "rowheader", title: name }, printable(name)),
            h("span", { class: `value${isNumber ? " number" : ""}`, role: "cell" }, ...clippedText(text)),
            h("span", { class: "actions", role: "cell" }, ...Object.values(edits).filter(Boolean).map(button), statsButton));
        const keys = { ...Object.fromEntries(Object.entries(edits).filter(([, edit]) => edit).map(([key, edit]) => [key, edit[2]])) };
        return { element, below, keys, flipStats: () => statsButton.click() };
    }

    async #flipStats(name, below, button, stats) {
        const isOpen = below.hidden;
        below.hidden = !isOpen;
        button.setAttribute("aria-expanded", String(isOpen));
        if (!isOpen) return;
        below.replaceChildren(h("span", { role: "cell", class: "quiet" }, "counting"));
        const parts = await stats(name);
        below.replaceChildren(...parts.flatMap((part) => this.#statsPart(name, part)));
    }

    #statsPart(name, { title, top, total, problem }) {
        const most = Math.max(1, ...(top ?? []).map((entry) => entry.count));
        const value = (entry) => {
            const bar = h("i");
            bar.style.setProperty("inline-size", `${Math.round((entry.count / most) * 100)}%`);
            return h(
                "button",
                { type: "button", class: "stats-row", title: `Include ${name} ${entry.value}`, click: () => this.#act({ include: [name, entry.value] }) },
                h("span", { class: "name mono" }, printable(String(entry.value ?? "none"))),
                h("span", { class: "share" }, bar),
                h("span", { class: "count num" }, count(entry.count)),
            );
        };
        return [
            h("span", { role: "cell", class: "quiet num" }, problem ?? `${title}, ${count(total)}`),
            ...(top ?? []).map((entry) => h("span", { role: "cell" }, value(entry))),
        ];
    }

    #pressed(event) {
        const at = this.#rows.findIndex(({ element }) => element === document.activeElement);
        if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
        const row = this.#rows[at];
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step !== undefined) this.#focus(at + step);
        else if (event.key === "s" || event.key === "Enter") row.flipStats();
        else if (row.keys[event.key]) this.#act(row.keys[event.key]);
        else return;
        event.preventDefault();
        event.stopPropagation();
    }

    #focus(index) {
        const row = this.#rows[Math.max(0, Math.min(this.#rows.length - 1, index))];
        for (const { element } of this.#rows) element.setAttribute("tabindex", element === row.element ? "0" : "-1");
        row.element.focus();
    }
}

/** What the fields' keys do, for the foot of the table. */
export function fieldKeys() {
    const keys = [["i", "include"], ["x", "exclude"], ["*", "require"], ["+", "column"], ["y", "copy"], ["s", "top values"]];
    return h("p", { class: "field-keys quiet" }, icon("arrow-down", "small"), ...keys.flatMap(
        ([key, meaning]) => [h("span", null, h("kbd", null, key), ` ${meaning}`), " "]));
}
