// The choice of the zone of times: UTC, this computer's, or any that the browser knows.

import { h, icon, showPopover } from "../parts/parts-view.js";
import { zoneName } from "../parts/format.js";
import { isZone } from "../parts/zones.js";

export class ZoneView {
    #popover;
    #choose;

    /** `choose(zone)` takes "utc", "local" or a name such as "Europe/Berlin". */
    constructor(popover, { choose }) {
        this.#popover = popover;
        this.#choose = choose;
    }

    open(control, zone) {
        const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
        const entries = [["utc", "UTC"], ["local", `This computer: ${own}, ${zoneName("local")}`]];
        if (zone !== "utc" && zone !== "local") entries.push([zone, zone]);
        const menu = h("div", { class: "menu zones", role: "group", "aria-label": "Zone of times" }, ...entries.map(
            ([name, words]) => this.#entry(name, words, name === zone)));
        showPopover(this.#popover, control, [menu, this.#other()]);
        menu.querySelector("[aria-pressed=true]").focus();
    }

    #entry(name, words, isChosen) {
        const sign = isChosen ? icon("check", "small") : h("span");
        return h("button", { type: "button", "aria-pressed": String(isChosen), click: () => this.#take(name) }, sign, words);
    }

    #other() {
        const list = h("datalist", { id: "zone-names" }, ...Intl.supportedValuesOf("timeZone").map((name) => h("option", { value: name })));
        const problem = h("p", { class: "goto-meaning is-wrong", role: "status", hidden: true });
        const input = h("input", {
            type: "text", list: "zone-names", placeholder: "Another, such as Asia/Tokyo", autocomplete: "off", spellcheck: "false",
            maxlength: 64, "aria-label": "Another zone",
            keydown: (event) => {
                event.stopPropagation();
                if (event.key === "Escape") this.#popover.hidePopover();
                if (event.key === "Enter") take();
            },
            change: () => isZone(input.value.trim()) && take(),
        });
        const take = () => {
            const name = input.value.trim();
            problem.hidden = isZone(name);
            problem.textContent = `This browser knows no zone \u201c${name}\u201d`;
            if (isZone(name)) this.#take(name);
        };
        return h("div", { class: "goto" }, h("div", { class: "goto-line" }, icon("clock", "small"), input), problem, list);
    }

    #take(name) {
        this.#popover.hidePopover();
        this.#choose(name);
    }
}
