// All notes of the log in one list, newest first: what people wrote during an incident, each a way to its event.

import { count, fullTime, zoneName } from "../parts/format.js";
import { h, tool } from "../parts/parts-view.js";
import { printable } from "../list/terminal-text.js";

/** Notes asked for at once, as many as the relay lists. */
const MOST = 1000;

export class NotesView {
    #dialog;
    #list = h("ul", { class: "notes-list" });
    #head = h("span", { class: "quiet num" });
    #jump;

    /** `jump(seq)` shows an event. */
    constructor({ jump }) {
        this.#jump = jump;
    }

    async open(zone) {
        this.#dialog ??= this.#make();
        this.#list.replaceChildren(h("li", { class: "quiet" }, "reading"));
        this.#dialog.showModal();
        try {
            const marks = await allMarks();
            this.#head.textContent = `${count(marks.length)} in the log, times in ${zoneName(zone)}`;
            this.#list.replaceChildren(...(marks.length > 0 ? marks.map((mark) => this.#note(mark, zone)) : [
                h("li", { class: "quiet" }, "No notes yet. The key a writes one on the row in focus, for every viewer."),
            ]));
        } catch (error) {
            this.#list.replaceChildren(h("li", null, `The notes could not be read: ${error.message}`));
        }
    }

    #note(event, zone) {
        const { seq, user } = event.fields.mark;
        const jump = () => {
            this.#dialog.close();
            this.#jump(Number(seq));
        };
        return h(
            "li", null,
            h("button", { type: "button", class: "note-entry", click: jump },
                h("span", { class: "num" }, fullTime(event.time, zone).slice(0, -8)),
                h("b", null, printable(event.message ?? "")),
                h("span", { class: "quiet" }, `${printable(String(user ?? "anonymous"))} on event ${count(Number(seq))}`)),
        );
    }

    #make() {
        const close = tool("close", "Close (Esc)", { click: () => dialog.close() });
        const dialog = h(
            "dialog", { class: "dialog notes-dialog", "aria-label": "Notes" },
            h("div", { class: "dialog-head" }, h("h2", null, "Notes"), this.#head, h("span", { class: "push" }, close)),
            this.#list,
        );
        dialog.addEventListener("keydown", (event) => event.stopPropagation());
        dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
        document.body.append(dialog);
        return dialog;
    }
}

/** All notes, newest first. */
async function allMarks() {
    const marks = [];
    let from = "";
    do {
        const answer = await fetch(`api/v1/marks?limit=${MOST}${from}`);
        if (!answer.ok) throw new Error((await answer.json()).detail);
        const { marks: part, next } = await answer.json();
        marks.push(...part);
        from = next ? `&from=${encodeURIComponent(next)}` : "";
    } while (from !== "" && marks.length < MOST);
    return marks.reverse();
}
