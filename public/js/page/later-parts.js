// Parts that most readers never ask for: their modules come with the first use, or at the start if that is how the page
// was left. Here they are known by the names of their commands only.

import { Later } from "../parts/later.js";
import { addStyles } from "../parts/styles.js";

/** Command → the module that carries it out: its class `Part` has a method of that name, and may take, show, escape. */
const PARTS = {
    palette: { load: () => import("../palette/palette-part.js"), commands: ["palette", "keepLens"] },
    split: { load: () => import("../split/split-part.js"), commands: ["split", "otherSide"], style: "split" },
    chips: { load: () => import("../chips/chips-part.js"), commands: ["chips"], style: "chips" },
    sound: { load: () => import("../time/sound-part.js"), commands: ["sound"] },
    record: { load: () => import("../record/record-part.js"), commands: ["record"], style: "record" },
    changes: { load: () => import("../changes/changes-part.js"), commands: ["changes"], style: "changes" },
    account: { load: () => import("../account/account-part.js"), commands: ["account", "signOut"] },
    spoken: { load: () => import("../status/spoken-part.js"), commands: [] },
    welcome: { load: () => import("../welcome/welcome-part.js"), commands: [], style: "welcome" },
};

export class LaterParts {
    commands = {};
    #parts = {};
    #view;
    #isGreeted = false;
    #settings;

    /** `page` is { relay, views, acts, walk, signal }. */
    constructor(page) {
        for (const [name, { load, commands, style }] of Object.entries(PARTS)) {
            this.#parts[name] = new Later(async () => {
                const [{ Part }] = await Promise.all([load(), style && addStyles(style)]);
                return new Part(page, this.#view);
            });
            for (const command of commands) this.commands[command] = () => this.#parts[name].do(command);
        }
        const { address, settings } = page.views;
        this.#settings = settings;
        document.getElementById("commands").addEventListener("click", this.commands.palette, { signal: page.signal });
        page.acts.openSideLens = (filter) => this.#parts.split.do("open", filter);
        if (parent !== self || address.lens.split !== undefined) this.#parts.split.do("resume");
        if (hasRecording()) this.#parts.record.do("resume");
        for (const name of ["chips", "sound"]) if (settings.get(name)) this.#parts[name].do("resume");
    }

    take(update) {
        if (update.isPrepared && !this.#isGreeted) this.#greet();
        for (const { view } of Object.values(this.#parts)) view?.take?.(update);
    }

    show(state) {
        this.#view = state;
        for (const { view } of Object.values(this.#parts)) view?.show?.(state);
    }

    escape() {
        return Object.values(this.#parts).some(({ view }) => view?.escape?.());
    }

    /** Who was never here gets a line, once all else is. */
    #greet() {
        this.#isGreeted = true;
        this.#parts.spoken.do("resume");
        if (!this.#settings.get("isWelcomed") && parent === self) this.#parts.welcome.do("welcome");
    }
}

/** Whether this tab was recording before it was loaded again. */
function hasRecording() {
    try {
        return Boolean(globalThis.sessionStorage.getItem("tailrace.recording"));
    } catch {
        return false;   // forbidden by the browser's settings
    }
}
