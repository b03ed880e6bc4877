// What stands in place of rows when there are none, and why.

import { counted, span } from "../parts/format.js";
import { h, setText } from "../parts/parts-view.js";
import { isTroubled } from "../status/strip-words.js";

/** Nothing at all before this: most streams open faster, and a flash of grey bars is worse than none. */
const SKELETON_AFTER_MS = 200;

/** Grey bars while opening, of uneven length like lines. */
const SKELETON_WIDTHS = [62, 38, 71, 44, 80, 35, 57, 66, 29, 74, 48, 61, 40, 83, 52, 36, 69, 45, 58, 31];

export class BlankView {
    #root;
    #setFilter;
    #clauses = h("div", { class: "nothing" });
    #nothing;            // what fills them, made when it is needed
    #shown = "";
    #since;
    #looked;             // the paragraph that counts

    constructor(root, { setFilter }) {
        this.#root = root;
        this.#setFilter = setFilter;
    }

    /** `view` is { isOpened, isEmpty, link, lens, counts, stats, now }. */
    show(view) {
        const kind = this.#kindOf(view);
        const key = kind === undefined
            ? ""
            : JSON.stringify([kind, view.lens, view.link.refusal, kind === "quiet" && view.stats?.sources]);
        if (kind === "nothing" && this.#looked) setText(this.#looked, lookedWords(view));
        if (key === this.#shown) return;
        this.#shown = key;
        this.#root.hidden = kind === undefined;
        if (kind === undefined) return this.#root.replaceChildren();
        this.#root.classList.toggle("is-skeleton", kind === "opening");
        const card = () => h("div", { class: "blank-card" }, ...this.#cards[kind](view));
        this.#root.replaceChildren(...(kind === "opening" ? skeleton() : [card()]));
    }

    #kindOf({ isOpened, isEmpty, link, lens, counts, now }) {
        if (!isEmpty) {
            this.#since = undefined;
            return undefined;
        }
        this.#since ??= now;
        if (link.phase === "lost") return link.refusal ? "refused" : "unreachable";
        if (now - this.#since < SKELETON_AFTER_MS) return undefined;
        if (!isOpened) return "opening";
        return lens?.filter === "" && counts.seen === 0 ? "quiet" : "nothing";
    }

    async #explain(lens) {
        const { NothingView } = await import("../filter-box/nothing-view.js");
        this.#nothing ??= new NothingView(this.#clauses, { setFilter: this.#setFilter });
        this.#nothing.show(lens);
    }

    #cards = {
        unreachable: () => [
            h("h2", null, "The relay does not answer"),
            h("p", null, "It may be restarting, or the network between is down. This page tries again by itself."),
        ],
        refused: ({ link: { refusal } }) => [
            h("h2", null, refusal.status === 403 ? "You may not read this relay" : "The relay wants to know who you are"),
            h("p", null, refusal.message ? `It answers: ${refusal.message}` : `The relay, or a proxy before it, answers ${refusal.status}.`),
            h("p", null, refusal.status === 403
                ? "Who runs the relay can change that. This page tries again by itself."
                : "The login may have run out. Filter and place are kept in the address."),
            h("div", { class: "actions" }, h(
                "button", { type: "button", class: "button primary", click: () => location.reload() },
                refusal.status === 403 ? "Load again" : "Sign in")),
        ],
        quiet: ({ stats }) => {
            const sources = Object.entries(stats?.sources ?? {});
            const troubled = sources.filter(([, source]) => isTroubled(source));
            const waiting = sources.filter(([, source]) => !isTroubled(source) && source.reason);
            const told = [...troubled, ...waiting];
            return [
                h("h2", null, "Connected. No event has been written yet"),
                h("p", null, inputWords(sources.length - troubled.length, troubled.length)),
                told.length > 0 && h("div", { class: "clauses" }, ...told.map(sourceWords)),
            ];
        },
        nothing: (view) => {
            const { lens } = view;
            if (lens.filter !== "") this.#explain(lens);
            return [
                h(
                    "h2",
                    null,
                    lens.filter === ""
                        ? `Nothing in the stream ${lens.stream} yet`
                        : "Nothing in the log matches this filter",
                ),
                this.#looked = h("p", { class: "num" }, lookedWords(view)),
                lens.filter !== "" && this.#clauses,
            ];
        },
    };
}

function sourceWords([name, source]) {
    return h(
        "div",
        { class: `clause${isTroubled(source) ? " is-culprit" : ""}` },
        h("span", { class: "mono" }, name),
        h("p", { class: "why" }, source.reason ?? source.state),
    );
}

function inputWords(waiting, failed) {
    if (waiting + failed === 0) return "New events show here the moment they come.";
    const open = waiting === 1 ? "1 input is open and waits." : `${waiting} inputs are open and wait.`;
    return failed > 0 ? `${open} ${failed} cannot be read:` : `${open} New events show here the moment they come.`;
}

function lookedWords({ counts, stats, now }) {
    const reach = stats?.oldest_time ? ` in ${span(now - Date.parse(stats.oldest_time))}` : "";
    if (counts.seen === 0) return `The log was searched${reach}. New events show here the moment they match.`;
    const were = counts.seen === 1 ? "was" : "were";
    const looked = `${counted(counts.seen, "event")}${reach} ${were} looked at.`;
    return `${looked} New ones show here the moment they match.`;
}

function skeleton() {
    return [...SKELETON_WIDTHS, ...SKELETON_WIDTHS].map((width) => {
        const bar = h("i");
        bar.style.setProperty("--size", `${width}%`);
        return h("div", { class: "skeleton", "aria-hidden": "true" }, h("i"), h("i"), h("i"), bar);
    });
}
