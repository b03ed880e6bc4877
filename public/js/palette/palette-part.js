// One box for everything: commands, streams, kept views. Opened by K or Ctrl+K.

import { lensesFrom, lensView, nameOf, withLens, withoutLens } from "./lenses.js";

/** A palette that waits for the relay is none. */
const TEAM_WAIT_MS = 300;

export class Part {
    #page;
    #dialog;
    #team = [];           // views of the configuration

    constructor(page) {
        this.#page = page;
    }

    escape() { return this.#dialog?.close() ?? false; }

    get #lenses() { return lensesFrom(this.#page.views.settings.get("lenses")); }

    async palette() {
        const [{ PaletteDialog }] = await Promise.all([import("./palette-dialog.js"), this.#loadTeam()]);
        this.#dialog = new PaletteDialog(this.#entries());
        this.#dialog.show();
    }

    /** They may change with the configuration; without an answer those known stay. */
    async #loadTeam() {
        try {
            const answer = await fetch("api/v1/lenses", { signal: AbortSignal.timeout(TEAM_WAIT_MS) });
            if (answer.ok) this.#team = (await answer.json()).lenses;
        } catch {
            return;
        }
    }

    #entries() {
        const { views, acts } = this.#page;
        const current = views.address.lens;
        return [
            ...this.#team.map((lens) => ({
                title: lens.name, more: lens.about ?? lens.filter, sign: "flag", act: () => acts.openLens(lensView(lens)),
            })),
            ...this.#lenses.map((lens) => ({
                title: lens.name, more: lens.filter || lens.stream, sign: "pin", act: () => acts.openLens(lensView(lens)),
                remove: () => views.settings.set("lenses", withoutLens(this.#lenses, lens.name)),
            })),
            ...views.streams.filter((stream) => stream !== current.stream).map((stream) => ({
                title: `Stream ${stream}`, sign: "stream", act: () => acts.openLens({ stream, filter: current.filter }),
            })),
            ...acts.commandList().map(({ command, words, keys }) => ({
                title: words, keys, sign: "chevron-right", act: () => acts.run(command),
            })),
        ];
    }

    async keepLens() {
        const lens = this.#page.views.address.lens;
        const { askForName } = await import("./palette-dialog.js");
        const name = await askForName("Keep this view", "Name", nameOf(lens));
        if (!name) return;
        this.#page.views.settings.set("lenses", withLens(this.#lenses, { ...lens, name }));
        this.#page.views.said.say(`Kept as ${name}; K finds it`);
    }
}
