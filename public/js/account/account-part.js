// Who is signed in, what that shows, and signing out. Nothing of it is here where the relay asks nobody.

import { load } from "../parts/load.js";
import { h, showPopover } from "../parts/parts-view.js";
import { accountWords, loginAddress } from "./account-words.js";

export class Part {
    #page;
    #relay;
    #popover = document.getElementById("explanation");

    constructor(page, view) {
        this.#page = page;
        this.show(view);
    }

    show(view) {
        this.#relay = view?.relay ?? this.#relay;
    }

    async account() {
        if (!this.#relay?.user) return this.#sayNobody();
        const visitor = await load("api/v1/me").catch(() => undefined);
        const words = accountWords(this.#relay, visitor).map((parts) => h(
            "p", null, ...parts.map(({ text, strong }) => (strong === undefined ? text : h("b", null, strong)))));
        const signOut = visitor?.signs_out !== false && h(
            "p", { class: "ways" }, h("button", { type: "button", class: "button small", click: () => this.signOut() }, "Sign out"));
        const opener = ["account", "commands"].map((id) => document.getElementById(id)).find((element) => element.checkVisibility());
        showPopover(this.#popover, opener, [...words, signOut].filter(Boolean));
    }

    async signOut() {
        if (!this.#relay?.user) return this.#sayNobody();
        try {
            // The answer leads to the login; the page goes there itself, with the way back.
            await fetch("logout", { method: "POST", redirect: "manual" });
        } catch {
            return this.#page.views.said.say("The relay is away: you are still signed in");
        }
        location.assign(loginAddress(location.search));
    }

    #sayNobody() {
        this.#page.views.said.say("This relay asks nobody to sign in");
    }
}
