// What hands do to the chart, told as what it means: a time hovered, a range chosen, a zoom, a click on a bar.

/** Pixels that the pointer moves before a press is a drag. */
const DRAG_FROM = 4;

/** A second click within this is a double click, so a single one waits for it. */
const DOUBLE_MS = 220;

/** Pixels around a handle that still catch it. */
const CATCH = 7;

/** Wheel turned so far is one step of zoom; touchpads send many small turns. */
const WHEEL_STEP = 60;

const PAGE = 10;

export class ChartGesturesView {
    #chart;
    #act;
    #press;
    #clickTimer;
    #turned = 0;
    #cursor;           // bucket of the keyboard's cursor, and where a choice by keys began
    #from;
    #left;             // of the chart on the screen, read when a gesture begins

    /**
     * `act` gets { hover: x }, { hover: undefined }, { drag: [x, x], isZoom }, { chosen: [x, x], isZoom }, { click: x },
     * { reset: true }, { zoom: ±1, x }, { cursor: { first, end } | undefined }, { enter: { first, end } }. `rangeAt()`
     * answers the pixels of the fixed range that can be changed.
     */
    constructor(chart, { act, rangeAt, signal }) {
        this.#chart = chart;
        this.#act = act;
        const { element } = chart;
        const on = (type, listener, options) => element.addEventListener(type, listener, { signal, ...options });
        on("pointerdown", (event) => this.#pressed(event, rangeAt()));
        on("pointermove", (event) => this.#moved(event));
        on("pointerup", (event) => this.#released(event));
        on("pointercancel", () => this.#cancel());
        on("pointerleave", () => !this.#press && act({ hover: undefined }));
        on("dblclick", () => this.#doubled());
        on("wheel", (event) => this.#turnedBy(event), { passive: false });
        on("keydown", (event) => this.#keyed(event));
        on("focus", () => element.matches(":focus-visible") && this.#put(this.#cursor ?? this.#last, false));
        on("blur", () => this.#leave());
    }

    /** Lets go of a drag or of the cursor; answers whether there was one. */
    escape() {
        const had = this.#press !== undefined || this.#cursor !== undefined;
        this.#cancel();
        this.#leave();
        return had;
    }

    get #last() { return (this.#chart.counts?.size ?? 1) - 1; }

    #x(event) {
        const left = this.#left ??= this.#chart.element.getBoundingClientRect().left;
        return Math.max(0, Math.min(this.#chart.width, event.clientX - left));
    }

    #pressed(event, range) {
        if (event.button !== 0 || !this.#chart.counts) return;
        event.preventDefault();   // a press is no wish for the keyboard
        this.#left = undefined;
        const x = this.#x(event);
        const side = range?.findIndex((edge) => Math.abs(edge - x) <= CATCH) ?? -1;
        this.#press = { x, from: side < 0 ? x : range[1 - side], isHandle: side >= 0, isDrag: false };
        this.#chart.element.setPointerCapture(event.pointerId);
    }

    #moved(event) {
        if (!this.#chart.counts) return;
        if (!this.#press) this.#left = undefined;
        const x = this.#x(event);
        const press = this.#press;
        if (!press) return this.#act({ hover: x });
        press.isDrag ||= Math.abs(x - press.x) >= DRAG_FROM;
        if (press.isDrag) this.#act({ drag: ordered(press.from, x), isZoom: event.shiftKey && !press.isHandle });
        return undefined;
    }

    #released(event) {
        const press = this.#press;
        this.#press = undefined;
        if (!press) return;
        const x = this.#x(event);
        if (press.isDrag) {
            this.#act({ chosen: ordered(press.from, x), isZoom: event.shiftKey && !press.isHandle });
        } else if (!press.isHandle) {
            clearTimeout(this.#clickTimer);
            this.#clickTimer = setTimeout(() => this.#act({ click: x }), DOUBLE_MS);
        }
    }

    #cancel() {
        if (!this.#press) return;
        this.#press = undefined;
        this.#act({ drag: undefined });
    }

    #doubled() {
        clearTimeout(this.#clickTimer);
        this.#act({ reset: true });
    }

    #turnedBy(event) {
        if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
        event.preventDefault();
        this.#turned += event.deltaY;
        if (Math.abs(this.#turned) < WHEEL_STEP) return;
        this.#act({ zoom: this.#turned < 0 ? 1 : -1, x: this.#x(event) });
        this.#turned = 0;
    }

    #keyed(event) {
        if (event.ctrlKey || event.altKey || event.metaKey || !this.#chart.counts) return;
        const at = this.#cursor ?? this.#last;
        const steps = {
            ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageUp: at - PAGE,
            PageDown: at + PAGE, Home: 0, End: this.#last,
        };
        if (event.key in steps) this.#put(steps[event.key], event.shiftKey);
        else if (event.key === "Enter" && this.#cursor !== undefined) this.#act({ enter: this.#chosen });
        else return;
        event.preventDefault();
        event.stopPropagation();
    }

    #put(bucket, isExtending) {
        this.#from = isExtending ? this.#from ?? this.#cursor ?? bucket : undefined;
        this.#cursor = Math.max(0, Math.min(this.#last, bucket));
        this.#act({ cursor: { ...this.#chosen, at: this.#cursor, isRange: this.#from !== undefined } });
    }

    get #chosen() {
        const [first, last] = ordered(this.#from ?? this.#cursor, this.#cursor);
        return { first, end: last + 1, isRange: this.#from !== undefined };
    }

    #leave() {
        if (this.#cursor === undefined) return;
        this.#cursor = undefined;
        this.#from = undefined;
        this.#act({ cursor: undefined });
    }
}

function ordered(one, other) {
    return one <= other ? [one, other] : [other, one];
}
