// A small text field for a note on a row. It sends the note to the relay; the row comes back with the stream, as it does
// for everybody else.

import { h, icon } from "../parts/parts-view.js";

/** What the relay takes, in bytes of UTF-8. */
const MAX_BYTES = 4096;

export class NoteView {
    #dialog;
    #subject;
    #problem = h("p", { class: "problem", role: "alert" });
    #input = h("input", { class: "note-text", "aria-label": "Note", autocomplete: "off", maxlength: MAX_BYTES });
    #fetchEvent;
    #say;
    #noted;

    /** `fetchEvent` answers the row in focus as { text }; `say` and `noted(seq)` are told what became of the note. */
    constructor({ fetchEvent, say, noted }) {
        this.#noted = noted;
        this.#fetchEvent = fetchEvent;
        this.#say = say;
    }

    /** Asks for a note on the event in focus. */
    async open() {
        const event = await this.#fetchEvent();
        if (event === undefined) return this.#say("Only events take notes");
        this.#subject = JSON.parse(event.text).seq;
        this.#dialog ??= this.#make();
        this.#problem.textContent = "";
        this.#dialog.showModal();
        this.#input.focus();
    }

    #make() {
        const form = h(
            "form",
            { class: "note", method: "dialog", submit: (event) => this.#send(event) },
            icon("note"),
            this.#input,
            h("button", { class: "button", type: "submit" }, "Add note"),
            this.#problem,
        );
        const dialog = h("dialog", { class: "dialog note-dialog", "aria-label": "Note on this event" }, form);
        // Keys belong to the dialog while it is open, Escape too.
        dialog.addEventListener("keydown", (event) => event.stopPropagation());
        dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
        document.body.append(dialog);
        return dialog;
    }

    async #send(event) {
        event.preventDefault();
        const problem = await post(this.#subject, this.#input.value);
        this.#problem.textContent = problem ?? "";
        if (problem !== undefined) return;
        this.#input.value = "";
        this.#dialog.close();
        this.#noted(this.#subject);
        this.#say("Note added");
    }
}

/** What is wrong, in words for people; undefined when the note is in the log. */
async function post(seq, text) {
    try {
        const answer = await fetch("api/v1/marks", {
            method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ seq, text }),
        });
        return answer.ok ? undefined : (await answer.json()).detail;
    } catch {
        return "The relay did not answer; the note is still here, try again";
    }
}
