// The palette: a text and the entries that fit it.

import { h, icon } from "../parts/parts-view.js";
import { found } from "./fuzzy.js";

/** Of what fits; without a text all are there, to look through. */
const MOST_SHOWN = 12;

export class PaletteDialog {
    #entries;
    #shown = [];
    #at = 0;
    #input = h("input", {
        class: "palette-text", type: "text", role: "combobox", "aria-label": "Find a command, stream or view", "aria-expanded": "true",
        "aria-controls": "palette-list", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", maxlength: 80,
        placeholder: "Command, stream or view",
    });
    #list = h("ul", { id: "palette-list", role: "listbox", "aria-label": "Found" });
    #none = h("p", { class: "quiet palette-none", hidden: true }, "Nothing is called so.");
    #dialog = h("dialog", { class: "dialog palette", "aria-label": "Palette" }, h("div", { class: "palette-box" }, icon("search", "small"), this.#input), this.#list, this.#none);

    /** Entries are { title, more?, keys?, sign, act(), remove? }. */
    constructor(entries) {
        this.#entries = entries;
        this.#input.addEventListener("input", () => this.#fill());
        this.#dialog.addEventListener("keydown", (event) => this.#key(event));
        this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.close());
        this.#dialog.addEventListener("close", () => this.#dialog.remove());
    }

    show() {
        document.body.append(this.#dialog);
        this.#dialog.showModal();
        this.#fill();
        this.#input.focus();
    }

    /** True if it was open. */
    close() {
        const wasOpen = this.#dialog.open;
        if (wasOpen) this.#dialog.close();
        return wasOpen;
    }

    #fill() {
        const typed = this.#input.value;
        this.#shown = found(typed, this.#entries, typed.trim() === "" ? this.#entries.length : MOST_SHOWN);
        this.#at = 0;
        this.#none.hidden = this.#shown.length > 0;
        this.#list.replaceChildren(...this.#shown.map((entry, at) => h(
            "li", { role: "option", id: `palette-${at}`, click: () => this.#run(at), pointermove: () => this.#select(at) },
            icon(entry.sign, "small"), h("span", { class: "title" }, entry.title), h("span", { class: "quiet more" }, entry.more ?? ""),
            ...(entry.keys ?? []).map((key) => h("kbd", null, key)))));
        this.#select(0);
    }

    #select(at) {
        this.#at = at;
        [...this.#list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
        this.#list.children[at]?.scrollIntoView({ block: "nearest" });
        if (this.#shown.length > 0) this.#input.setAttribute("aria-activedescendant", `palette-${at}`);
        else this.#input.removeAttribute("aria-activedescendant");
    }

    #run(at) {
        const entry = this.#shown[at];
        this.close();
        entry?.act();
    }

    #key(event) {
        const last = this.#shown.length - 1;
        const next = { ArrowDown: this.#at + 1, ArrowUp: this.#at - 1, PageDown: last, PageUp: 0 }[event.key];
        if (next !== undefined && last >= 0) this.#select((next + last + 1) % (last + 1));
        else if (event.key === "Enter") this.#run(this.#at);
        else if (event.key === "Delete" && event.shiftKey) this.#remove();
        else return;
        event.preventDefault();
    }

    /** Shift+Delete forgets a kept view. */
    #remove() {
        const entry = this.#shown[this.#at];
        if (!entry?.remove) return;
        entry.remove();
        this.#entries = this.#entries.filter((one) => one !== entry);
        this.#fill();
    }
}

/** Resolves with the name, undefined if it was closed. */
export function askForName(title, label, name) {
    const input = h("input", { value: name, maxlength: 80, required: true, autocomplete: "off" });
    const form = h(
        "form", { method: "dialog", class: "chart-form" }, h("h2", { id: "name-title" }, title),
        h("label", null, h("span", null, label), input),
        h(
            "div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", click: () => dialog.close() }, "Cancel"),
            h("button", { type: "submit", class: "button primary", value: "ok" }, "Keep")));
    const dialog = h("dialog", { class: "dialog chart-dialog", "aria-labelledby": "name-title" }, form);
    document.body.append(dialog);
    dialog.showModal();
    input.select();
    return new Promise((resolve) => dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue === "ok" ? input.value.trim() || undefined : undefined);
    }));
}
