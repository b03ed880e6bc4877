// What hands do to the rows, told as what it means: hold for a reason, focus, open, load, scroll.

export class RowGesturesView {
    #scroller;
    #pool;
    #act;

    /**
     * `act` gets { held: reason }, { focus: index }, { open: index }, { load: index }, { scroll: true }, or
     * { turn: pixels } when a scroll begins: downwards, upwards below zero, zero when that is not known.
     */
    constructor(scroller, { pool, act, signal }) {
        this.#scroller = scroller;
        this.#pool = pool;
        this.#act = act;
        const on = (target, type, listener, options) => target.addEventListener(type, listener, { signal, ...options });
        on(scroller, "scroll", () => act({ scroll: true }), { passive: true });
        on(scroller, "wheel", ({ deltaY }) => act({ turn: deltaY }), { passive: true });
        on(scroller, "touchmove", () => act({ turn: 0 }), { passive: true });
        on(scroller, "pointerdown", (event) => this.#pressed(event));
        on(scroller, "click", (event) => this.#clicked(event));
        on(scroller, "contextmenu", () => act({ held: "menu" }));
        on(scroller, "copy", (event) => this.#copied(event));
        on(document, "selectionchange", () => this.#selectionChanged());
    }

    /** A mouse pressed on a row stops the rows at once: otherwise the click would meet another one. */
    #pressed(event) {
        const isOnRow = event.button === 0 && event.pointerType === "mouse" && this.#pool.of(event.target);
        if (isOnRow && !event.target.closest("button, .details")) this.#act({ held: "chosen" });
    }

    #clicked(event) {
        const load = event.target.closest("[data-load]");
        if (load) return this.#act({ load: Number(load.dataset.load) });
        const view = this.#pool.of(event.target);
        if (event.target.closest("button, a, .details")) return;
        if (!view?.row || event.detail > 1 || !getSelection().isCollapsed) return;
        this.#act({ held: "chosen" });
        this.#act(view.isFocused ? { open: view.index } : { focus: view.index });
    }

    #selectionChanged() {
        const selection = getSelection();
        if (!selection.isCollapsed && this.#scroller.contains(selection.anchorNode)) this.#act({ held: "selected" });
    }

    /** A selection over more than one row is copied as plain lines, without the grid of the page. */
    #copied(event) {
        const selection = getSelection();
        const selected = this.#pool.shownViews.filter((view) => selection.containsNode(view.element, true));
        if (selected.length < 2) return;
        event.clipboardData.setData("text/plain", selected.map((view) => view.line).join("\n"));
        event.preventDefault();
    }
}
