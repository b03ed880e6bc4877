// What a reader does in the column of facets: clicks, keys, long presses. Tells the value, or what is asked of a facet.

/** Held this long, a finger means the menu. */
const LONG_PRESS_MS = 500;

const MODES = ["include", "only", "exclude"];

export class FacetGestures {
    #root;
    #list;
    #act;
    #press;
    #isPressed = false;      // a long press opened the menu: the click that follows it is none

    /**
     * `act` gets { facet, value, mode } with mode include, only or exclude; { facet, value, menu: element };
     * { facet, more: true }; { pin: name }; { level: step } with a step of the threshold, or { level: +1 | -1, by: true }.
     */
    constructor(root, list, { act, signal }) {
        this.#root = root;
        this.#list = list;
        this.#act = act;
        const on = (type, listener) => root.addEventListener(type, listener, { signal });
        on("click", (event) => this.#clicked(event));
        on("keydown", (event) => this.#pressed(event));
        on("contextmenu", (event) => this.#menu(event));
        on("pointerdown", (event) => this.#pointerDown(event));
        for (const type of ["pointerup", "pointercancel", "pointermove"]) on(type, (event) => this.#pointerMoved(event));
        on("focusin", ({ target }) => target.matches("[data-stop]") && this.#stopAt(target));
    }

    /** One row is in the tab order: the one that had the focus last. */
    keepStop() {
        if (!this.#list.querySelector("[data-stop][tabindex='0']")) {
            this.#list.querySelector("[data-stop]")?.setAttribute("tabindex", "0");
        }
    }

    #clicked(event) {
        if (this.#isPressed) {
            this.#isPressed = false;
            return;
        }
        const { target } = event;
        const control = target.closest("[data-act], .facet-row, [data-level-step]");
        if (!control) return;
        const facet = facetOf(control);
        if (control.dataset.levelStep) this.#act({ level: control.dataset.levelStep });
        else if (control.dataset.act === "pin") this.#act({ pin: control.dataset.field });
        else if (control.dataset.act === "more") this.#act({ facet, more: true });
        else if (control.dataset.act === "menu") this.#act({ facet, menu: control });
        else this.#choose(control, event);
    }

    #choose(row, { altKey, shiftKey }) {
        const mode = altKey ? MODES[1] : shiftKey ? MODES[2] : MODES[0];
        this.#act({ facet: facetOf(row), value: valueOf(row), mode });
    }

    #menu(event) {
        const row = event.target.closest(".facet-row");
        const head = event.target.closest(".facet-head");
        if (!row && !head) return;
        event.preventDefault();
        this.#openMenu(row ?? head);
    }

    #openMenu(element) {
        const row = element.closest(".facet-row");
        const value = row ? { value: valueOf(row) } : {};
        this.#act({ facet: facetOf(element), ...value, menu: element });
    }

    #pointerDown({ target, pointerType, clientX, clientY }) {
        const row = target.closest(".facet-row");
        if (pointerType !== "touch" || !row) return;
        const open = () => {
            this.#isPressed = true;
            this.#openMenu(row);
        };
        this.#press = { timer: setTimeout(open, LONG_PRESS_MS), clientX, clientY };
    }

    #pointerMoved({ type, clientX, clientY }) {
        if (!this.#press) return;
        const isStill = type === "pointermove"
            && Math.abs(clientX - this.#press.clientX) + Math.abs(clientY - this.#press.clientY) < 10;
        if (isStill) return;
        clearTimeout(this.#press.timer);
        this.#press = undefined;
    }

    #pressed(event) {
        const stop = event.target.closest("[data-stop]");
        if (!stop || event.ctrlKey || event.metaKey) return;
        if (!this.#didPress(stop, event)) return;
        event.preventDefault();
        event.stopPropagation();
    }

    #didPress(stop, event) {
        const { key } = event;
        const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
        if (Object.hasOwn(steps, key)) return this.#move(stop, steps[key]);
        if (stop.matches(".threshold")) return this.#slide(key);
        if (key === "Enter" || key === " ") this.#choose(stop, event);
        else if (key === "." || key === "ContextMenu" || (key === "F10" && event.shiftKey)) this.#openMenu(stop);
        else return false;
        return true;
    }

    #slide(key) {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (!by) return false;
        this.#act({ level: by, by: true });
        return true;
    }

    #move(stop, step) {
        const stops = [...this.#list.querySelectorAll("[data-stop]")].filter((each) => each.offsetParent !== null);
        const to = Math.max(0, Math.min(stops.length - 1, stops.indexOf(stop) + step));
        stops[to].focus();
        return true;
    }

    #stopAt(target) {
        for (const other of this.#list.querySelectorAll("[data-stop][tabindex='0']")) other.tabIndex = -1;
        target.tabIndex = 0;
    }
}

function facetOf(element) {
    return element.closest("[data-facet]")?.dataset.facet;
}

function valueOf(row) {
    return JSON.parse(row.dataset.value);
}
