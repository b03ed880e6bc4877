// What a reader takes away from a view: a link to it, a command that shows the same, the events themselves.

import { copyText } from "../parts/clipboard.js";
import { formatPosition } from "../session/protocol.js";

export class TakingPart {
    #page;
    #link = document.getElementById("copy-link");
    #export = document.getElementById("export");

    constructor(page) {
        this.#page = page;
        this.#link.addEventListener("click", () => this.#openLinks(), { signal: page.signal });
        this.#export.addEventListener("click", () => this.commands.export(), { signal: page.signal });
    }

    commands = {
        links: () => this.#openLinks(),
        copyLink: () => this.#copy(location.href, "Link copied"),
        export: async () => {
            const { askForExport } = await import("./export-dialog.js");
            const { lens, place } = this.#page.views.address;
            await askForExport(lens, await this.#range(), this.#base, place);
        },
    };

    get #base() { return location.origin + location.pathname; }

    async #openLinks() {
        const { curlCommand, journalctlCommand, pageLink, tailCommand } = await import("./commands-for.js");
        const { lens } = this.#page.views.address;
        const here = await this.#place();
        const journal = journalctlCommand(lens);
        const entry = (symbol, label, text, said) => ({ symbol, label, act: () => this.#copy(text, said) });
        const { place } = this.#page.views.address;
        this.#page.menu.do("open", this.#link.getBoundingClientRect(), { label: "Copy link", opener: this.#link, entries: [
            "Copy a link",
            entry("link", "To this view, live", pageLink(this.#base, lens), "Link copied"),
            ...(place ? [entry("clock", "To this place in the past", location.href, "Link copied")] : []),
            ...(here ? [entry("hold", "To this moment, held", pageLink(this.#base, lens, { at: here }), "Link to this moment copied")] : []),
            "Copy a command",
            entry("stream", "tailrace tail", tailCommand(this.#base, lens), "Command copied"),
            entry("download", "curl", curlCommand(this.#base, lens), "Command copied"),
            ...(journal ? [entry("host", "journalctl, on the host", journal, "Command copied")] : []),
        ] });
    }

    /** The position of the row the reader is at. */
    async #place() {
        const { event } = await this.#page.relay.ask("event", { index: this.#page.views.rows.current });
        const epoch = this.#page.acts.detailsContext().epoch;
        return event && epoch ? formatPosition({ epoch, seq: event.seq }) : undefined;
    }

    /** Positions of the first and last row that the page holds. */
    async #range() {
        const { range } = await this.#page.relay.ask("range", {});
        return range;
    }

    async #copy(text, words) {
        this.#page.views.said.say(await copyText(text) ? words : "The browser did not allow copying");
    }
}
