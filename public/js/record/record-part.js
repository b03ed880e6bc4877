// The black box: b begins a recording of everything, b again saves it as a file.

import { storage } from "../parts/stored.js";
import { h, setText } from "../parts/parts-view.js";
import { begun, fileAddress, fileName, recordingFrom, recordingWords } from "./recording.js";

const KEY = "tailrace.recording";

export class Part {
    #page;
    #storage = storage("sessionStorage");
    #recording;
    #host;
    #words = h("span", { class: "num" });
    #item = h("button", { type: "button", class: "recording", click: () => this.record() }, h("i"), this.#words, h("kbd", null, "b"));

    constructor(page) {
        this.#page = page;
        this.#recording = recordingFrom(this.#stored);
        document.getElementById("strip").prepend(this.#item);
        this.#item.hidden = this.#recording === undefined;
    }

    resume() {}

    record() {
        const { said } = this.#page.views;
        if (this.#recording) {
            this.#save();
            said.say("Recording saved as a file");
            this.#keep(undefined);
        } else {
            this.#keep(begun(Date.now()));
            said.say("Recording everything, from 5 min ago; b saves it");
        }
    }

    show({ now, stats, relay }) {
        this.#host = relay?.host;
        if (!this.#recording) return;
        const { words, isCut, title } = recordingWords(this.#recording, { now, oldest: Date.parse(stats?.oldest_time) });
        setText(this.#words, words);
        this.#item.title = title;
        this.#item.classList.toggle("attention", isCut);
    }

    #save() {
        const download = fileName(this.#host, this.#recording);
        const link = h("a", { href: fileAddress(this.#recording, Date.now()), download, hidden: true });
        document.body.append(link);
        link.click();
        link.remove();
    }

    #keep(recording) {
        this.#recording = recording;
        this.#item.hidden = recording === undefined;
        try {
            if (recording) this.#storage?.setItem(KEY, JSON.stringify(recording));
            else this.#storage?.removeItem(KEY);
        } catch {
            // Without storage it lasts until the page is closed.
        }
        this.#page.acts.showStatus();
    }

    get #stored() {
        try {
            return JSON.parse(this.#storage?.getItem(KEY) ?? "null") ?? undefined;
        } catch {
            return undefined;
        }
    }
}
