// A tile of names: the most frequent ones with their share, or the newest event of each.

import { h, setText } from "../parts/parts-view.js";
import { hueOf } from "../parts/hue.js";
import { freshnessOf, topOf } from "./panel-words.js";

/** Letters of a name that may lose its middle, and of the end that stays. */
const LONG_NAME = 22;
const LONG_ENDING = 14;

/** Ages are written anew this often. */
const TICK_MS = 500;

export class ListTile {
    element = h("div", { class: "top-list" });
    #pick;
    #message;
    #context;
    #tickedAt = 0;
    #pattern = "";

    constructor({ pick }) {
        this.#pick = pick;
    }

    show(message, context) {
        this.#message = message;
        this.#context = context;
        if (message.value === "last") this.#showAges(Date.now());
        else this.#fill(topOf(message).map(({ name, words, share, title }) => ({ name, share, last: words, title })));
    }

    tick(now) {
        if (this.#message?.value !== "last" || now - this.#tickedAt < TICK_MS) return;
        this.#showAges(now);
    }

    /** The relay's clock is the one that counts: its time of the message and what passed here since. */
    #showAges(now) {
        this.#tickedAt = now;
        const there = Date.parse(this.#message.time) + Math.max(0, now - this.#context.received);
        this.#fill(freshnessOf(this.#message, there).map(({ name, events, age, isLate, title }) => ({
            name, events, last: isLate ? `${age} !` : age, isLate, title, hue: hueOf(name),
        })));
    }

    #fill(entries) {
        const pattern = entries.map(({ events }) => (events === undefined ? "t" : "a")).join("");
        if (pattern !== this.#pattern) {
            this.#pattern = pattern;
            this.element.replaceChildren(...entries.map((entry, at) => this.#row(entry, at)));
            if (entries.length === 0) this.element.append(h("p", { class: "tile-none quiet" }, "Nothing in this time"));
        }
        entries.forEach((entry, at) => {
            const row = this.element.children[at];
            const [name, middle, last] = row.children;
            row.dataset.name = entry.name;
            row.title = entry.title;
            row.classList.toggle("is-late", entry.isLate === true);
            const [beginning, ending] = cutInTheMiddle(entry.name === "" ? "(empty)" : entry.name);
            setText(name.lastChild.previousSibling, beginning);
            setText(name.lastChild, ending);
            setText(last, entry.last);
            if (entry.events !== undefined) {
                name.firstChild.dataset.hue = entry.hue;
                setText(middle, entry.events);
            } else {
                middle.firstChild.style.setProperty("inline-size", `${Math.round(entry.share * 100)}%`);
            }
        });
    }

    #row({ events }) {
        const middle = events === undefined
            ? h("span", { class: "share" }, h("i"))
            : h("span", { class: "age num" });
        const name = h("span", { class: "name" }, ...(events === undefined ? [] : [h("i", { class: "source-dot" })]), h("span"), h("span", { class: "ending" }));
        return h(
            "button",
            {
                type: "button", class: `facet-row${events === undefined ? "" : " with-state"}`, disabled: !this.#pick,
                click: ({ currentTarget }) => this.#pick(currentTarget.dataset.name),
            },
            name, middle, h("span", { class: "count num" }));
    }
}

/** A long name loses its middle where it has no room: the end of a path tells more than its folders. */
function cutInTheMiddle(name) {
    if (name.length <= LONG_NAME) return [name, ""];
    const slash = name.lastIndexOf("/");
    const at = slash > 0 && name.length - slash <= LONG_NAME ? slash : name.length - LONG_ENDING;
    return [name.slice(0, at), name.slice(at)];
}
