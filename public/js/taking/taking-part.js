// What a reader takes away from a view: a link to it, a command that shows the same, the events themselves.

import { copyText } from "../parts/clipboard.js";
import { Later } from "../parts/later.js";
import { formatPosition } from "../session/protocol.js";

export class TakingPart {
    #page;
    #menu = new Later(async () => new (await import("../parts/menu-view.js")).MenuView());
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
            await askForExport(this.#page.views.address.lens, await this.#range(), { base: this.#base, place: this.#page.views.address.place });
        },
    };

    get #base() { return location.origin + location.pathname; }

    async #openLinks() {
        const { curlCommand, journalctlCommand, pageLink, tailCommand } = await import("./commands-for.js");
        const { lens } = this.#page.views.address;
        const here = await this.#place();
        const journal = journalctlCommand(lens);
        const copy = (text, words) => () => this.#copy(text, words);
        this.#menu.do("open", this.#link, "Copy link", [
            "Copy a link",
            ["link", "To this view, live", copy(pageLink(this.#base, lens), "Link copied")],
            ...(this.#page.views.address.place ? [["clock", "To this place in the past", this.commands.copyLink]] : []),
            ...(here ? [["hold", "To this moment, held", copy(pageLink(this.#base, lens, { at: here }), "Link to this moment copied")]] : []),
            "Copy a command",
            ["stream", "tailrace tail", copy(tailCommand(this.#base, lens), "Command copied")],
            ["download", "curl", copy(curlCommand(this.#base, lens), "Command copied")],
            ...(journal ? [["host", "journalctl, on the host", copy(journal, "Command copied")]] : []),
        ]);
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
