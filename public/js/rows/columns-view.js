// The heads of the reader's columns: reordered by dragging or by their menu, and kept in the address.

import { added, moved, read, removed, widthFor, written } from "./columns.js";
import { h } from "../parts/parts-view.js";

/** Mark, time, level, source and message. */
const FIXED_COLUMNS = 5;

export class ColumnsView {
    #head;
    #names = [];
    #widths = new Map();
    #page;
    #menu;
    #choices;
    #heads = [];

    /** `page` is what parts get; `head` the line above the rows, whose last child is the message's head. */
    constructor(head, { page, menu, choices }) {
        this.#head = head;
        this.#page = page;
        this.#menu = menu;
        this.#choices = choices;
        const { lens } = page.views.address;
        this.#show(lens.columns === undefined ? choices.get("columns") : read(lens.columns));
    }

    get names() { return this.#names; }

    add(name) { this.#choose(added(this.#names, name)); }
    remove(name) { this.#choose(removed(this.#names, name)); }
    removeAll() { this.#choose([]); }

    /** Follows the address when the reader goes back, and finds widths for columns that came with it. */
    follow() {
        const { columns = "" } = this.#page.views.address.lens;
        if (columns !== written(this.#names)) this.#show(read(columns));
        if (this.#names.some((name) => !this.#widths.has(name))) this.#fit();
    }

    #choose(names) {
        this.#choices.set("columns", names);
        this.#show(names);
    }

    #show(names) {
        this.#names = names;
        const { address } = this.#page.views;
        address.show({ ...address.lens, columns: written(names) || undefined }, false);
        if (names.length > 0 || this.#heads.length > 0) this.#page.relay.tell("columns", { names });
        document.getElementById("rows").setAttribute("aria-colcount", String(FIXED_COLUMNS + names.length));
        for (const head of this.#heads) head.remove();
        this.#heads = names.map((name) => this.#headOf(name));
        this.#head.lastElementChild.before(...this.#heads);
        this.#fit();
    }

    /** Gives each new column the width of what is in view now; later values never move it. */
    #fit(again) {
        const rows = this.#page.views.rows.shown.filter(({ row }) => row.kind === "event").map(({ row }) => row);
        for (const name of this.#names) {
            const values = rows.map((row) => valueIn(row, name)).filter((value) => value !== undefined);
            if (values.length === 0 || (this.#widths.has(name) && name !== again)) continue;
            this.#widths.set(name, widthFor(name, values));
        }
        const sizes = this.#names.map((name) => {
            const characters = this.#widths.get(name) ?? widthFor(name, []);
            return `calc(var(--row-font) * ${(characters * 0.605).toFixed(2)} + 12px)`;
        });
        const { style } = document.documentElement;
        if (sizes.length > 0) style.setProperty("--field-columns", sizes.join(" "));
        else style.removeProperty("--field-columns");
    }

    #headOf(name) {
        const head = h(
            "button",
            {
                type: "button", class: "column-head", draggable: "true", title: `${name}: move, fit or remove`,
                "aria-haspopup": "menu",
                click: () => this.#open(head, name),
                dragstart: ({ dataTransfer }) => dataTransfer.setData("text/x-column", name),
                dragover: (event) => event.preventDefault(),
                drop: (event) => this.#dropped(event, name),
            },
            name,
        );
        return head;
    }

    #dropped(event, name) {
        event.preventDefault();
        const dragged = event.dataTransfer.getData("text/x-column");
        const step = this.#names.indexOf(name) - this.#names.indexOf(dragged);
        if (this.#names.includes(dragged)) this.#choose(moved(this.#names, dragged, step));
    }

    #open(head, name) {
        const at = this.#names.indexOf(name);
        const move = (step) => () => this.#choose(moved(this.#names, name, step));
        this.#menu.do("open", head.getBoundingClientRect(), {
            label: `Column ${name}`,
            title: ["column ", h("span", { class: "mono" }, name)],
            entries: [
                { symbol: "chevron-left", label: "Move left", act: move(-1), isOff: at === 0 },
                { symbol: "chevron-right", label: "Move right", act: move(1), isOff: at === this.#names.length - 1 },
                { symbol: "columns", label: "Fit to what is in view", act: () => this.#fit(name) },
                undefined,
                { symbol: "close", label: "Remove column", key: "Delete", act: () => this.remove(name) },
            ],
        });
    }
}

function valueIn(row, name) {
    return row.columns?.find((column) => column.name === name)?.value
        ?? row.tail.find(({ key }) => key === name)?.value;
}
