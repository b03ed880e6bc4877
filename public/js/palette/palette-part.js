// One box for everything: commands, streams, kept views. Opened by K or Ctrl+K.

import { lensesFrom, nameOf, withLens, withoutLens } from "./lenses.js";

export class PalettePart {
    #page;
    #dialog;

    constructor(page) {
        this.#page = page;
    }

    commands = {
        palette: () => this.#open(),
        keepLens: () => this.#keep(),
    };

    escape() { return this.#dialog?.close() ?? false; }

    get #lenses() { return lensesFrom(this.#page.views.settings.get("lenses")); }

    async #open() {
        const { PaletteDialog } = await import("./palette-dialog.js");
        this.#dialog = new PaletteDialog(this.#entries());
        this.#dialog.show();
    }

    #entries() {
        const { views, acts } = this.#page;
        const current = views.address.lens;
        return [
            ...this.#lenses.map((lens) => ({
                title: lens.name, more: lens.filter || lens.stream, sign: "pin", act: () => acts.openLens(lens),
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

    async #keep() {
        const lens = this.#page.views.address.lens;
        const { askForName } = await import("./palette-dialog.js");
        const name = await askForName("Keep this view", "Name", nameOf(lens));
        if (!name) return;
        this.#page.views.settings.set("lenses", withLens(this.#lenses, { name, stream: lens.stream, filter: lens.filter }));
        this.#page.views.said.say(`Kept as ${name}; K finds it`);
    }
}
