// The sign in the browser's tab: what the page is doing, and whether new events or errors came while the reader holds.
// Pictures made by script are forbidden by the content policy, so there is a file for each.

const FILES = {
    live: "favicon.svg", held: "favicon-held.svg", past: "favicon-past.svg", lost: "favicon-lost.svg", new: "favicon-new.svg",
    errors: "favicon-errors.svg",
};

export class FaviconBar {
    #link = document.querySelector("link[rel=icon]");
    #shown = "live";

    show(view) {
        const kind = kindOf(view);
        if (kind === this.#shown) return;
        this.#shown = kind;
        this.#link.href = FILES[kind];
    }
}

function kindOf({ link, time, news, isHidden }) {
    if (link.phase === "lost") return "lost";
    if ((time.held || isHidden) && news.errors > 0) return "errors";
    if (time.place) return "past";
    if (news.matched > 0 && (time.held || isHidden)) return "new";
    return time.held ? "held" : "live";
}
