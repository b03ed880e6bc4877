// Colours, row size, wrapping and zone of times: what the reader chose for good, and the buttons for it.

import { zoneName } from "../parts/format.js";
import { icon, setText } from "../parts/parts-view.js";
import { TIME_MODES } from "../list/row-options.js";
import { storage } from "../parts/stored.js";
import { isZone } from "../parts/zones.js";
import { flippedTheme, Preferences, resized } from "./preferences.js";

export class SettingsBar {
    #root;
    #buttons;
    #changed;
    #preferences;
    #adopted;             // the zone of a link
    /** Whether the page asks for little, see thrift-part.js. */
    isThrifty = false;
    #systemDark = matchMedia("(prefers-color-scheme: dark)");

    /** `buttons` are { theme, wrap, density, timeHead }; `changed(name)` is called after a choice took effect. */
    constructor(root, buttons, { changed, signal }) {
        this.#root = root;
        this.#buttons = buttons;
        this.#changed = changed;
        this.#preferences = new Preferences(storage());
        const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
        on(buttons.theme, "click", () => this.flipTheme());
        on(buttons.wrap, "click", () => this.flipWrap());
        on(
            buttons.density,
            "click",
            () => this.#choose("density", this.#preferences.get("density") === "normal" ? "compact" : "normal"),
        );
        on(this.#systemDark, "change", () => this.#show("theme"));
        this.#show();
    }

    /** "utc", "local" or the name of a zone. */
    get zone() {
        const zone = this.#adopted ?? this.#preferences.get("zone");
        return isZone(zone) ? zone : "utc";
    }

    /** What the column of times shows, see time-look.js. */
    get timeMode() {
        const mode = this.#preferences.get("timeMode");
        return TIME_MODES.includes(mode) ? mode : TIME_MODES[0];
    }

    get isNewestFirst() { return this.#preferences.get("isNewestFirst") === true; }

    /** A choice that has no button here; what it is about shows it. */
    get(name) {
        return this.#preferences.get(name);
    }

    set(name, value) {
        this.#preferences.set(name, value);
    }

    flipTheme() {
        this.#choose(
            "theme", flippedTheme(this.#preferences.get("theme"), this.#systemDark.matches ? "dark" : "light"),
        );
    }

    flipWrap() {
        this.#choose("isWrapped", !this.#preferences.get("isWrapped"));
    }

    flipOrder() {
        this.#choose("isNewestFirst", !this.isNewestFirst);
    }

    /** Text of the rows one step larger, or smaller (−1). */
    resizeText(step) {
        this.#choose("textSize", resized(this.#preferences.get("textSize"), step));
    }

    flipZone() {
        this.chooseZone(this.zone === "utc" ? "local" : "utc");
    }

    /** The zone of a link holds as long as the page, unless another one is chosen. */
    adoptZone(zone) {
        if (!isZone(zone)) return;
        this.#adopted = zone;
        this.#show();
    }

    chooseZone(zone) {
        this.#adopted = undefined;
        this.#choose("zone", zone);
    }

    flipTimeMode() {
        this.#choose("timeMode", TIME_MODES[(TIME_MODES.indexOf(this.timeMode) + 1) % TIME_MODES.length]);
    }

    /** Entries for the menu of a small screen, which has no room for the buttons. */
    get menu() {
        return [
            [this.#isDark ? "sun" : "moon", this.#themeLabel, () => this.flipTheme()],
            ["clock", `Times in ${this.zone === "utc" ? "this device's zone" : "UTC"}`, () => this.flipZone()],
            ["order", this.isNewestFirst ? "Newest last" : "Newest first", () => this.flipOrder()],
        ];
    }

    get #isDark() {
        const theme = this.#preferences.get("theme");
        return theme === "system" ? this.#systemDark.matches : theme === "dark";
    }

    get #themeLabel() {
        return `Use ${this.#isDark ? "light" : "dark"} colours`;
    }

    #choose(name, value) {
        this.#preferences.set(name, value);
        this.#show(name);
    }

    #show(changedName) {
        const { theme, wrap, density, timeHead } = this.#buttons;
        const chosenTheme = this.#preferences.get("theme");
        const isWrapped = this.#preferences.get("isWrapped");
        const isNormal = this.#preferences.get("density") === "normal";
        if (chosenTheme === "system") delete this.#root.dataset.theme;
        else this.#root.dataset.theme = chosenTheme;
        this.#root.dataset.density = isNormal ? "normal" : "compact";
        this.#root.dataset.wrap = isWrapped ? "on" : "off";
        this.#root.dataset.order = this.isNewestFirst ? "newest-first" : "newest-last";
        this.#root.dataset.text = resized(this.#preferences.get("textSize"), 0);
        theme.replaceChildren(icon(this.#isDark ? "sun" : "moon"));
        theme.setAttribute("aria-label", this.#themeLabel);
        theme.title = this.#themeLabel;
        wrap.setAttribute("aria-pressed", String(isWrapped));
        density.setAttribute("aria-pressed", String(isNormal));
        const above = this.isNewestFirst ? "below" : "above";
        const heads = { absolute: `Time, ${zoneName(this.zone)}`, relative: "Time ago", delta: `Since ${above}` };
        setText(timeHead, `${heads[this.timeMode]}${this.isNewestFirst ? " \u2191" : ""}`);
        timeHead.title = `${timeHead.textContent} (d)`;
        if (changedName) this.#changed(changedName);
    }
}
