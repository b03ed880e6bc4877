// The sign in the browser's tab: that there are new events while the reader holds, and whether errors are among them.
// Pictures made by script are forbidden by the content policy, so there is a file for each.

const FILES = { none: "favicon.svg", new: "favicon-new.svg", errors: "favicon-errors.svg" };

export class FaviconBar {
    #link = document.querySelector("link[rel=icon]");
    #shown = "none";

    show({ time, news }) {
        const kind = !time.held || news.matched === 0 ? "none" : news.errors > 0 ? "errors" : "new";
        if (kind === this.#shown) return;
        this.#shown = kind;
        this.#link.href = FILES[kind];
    }
}
