// The ruler at the right: where in the list warnings and errors are, and which part is in view. Takes the place of a
// scroll bar for the mouse; keyboards and screen readers use the list itself.

const COLOURS = { e: "--fill-error", w: "--fill-warn", g: "--attention" };

/** What the reader and others marked is wider, in their own colour. */
const OWN = { n: "--accent", b: "--accent", l: "--accent" };

/** Smallest thumb that can still be caught with the mouse. */
const LEAST_THUMB = 14;

export class RulerView {
    #element;
    #canvas = document.createElement("canvas");
    #thumb = document.createElement("span");
    #probe = document.createElement("span");
    #colours = new Map();
    #marks = "";
    #own = "";
    #span = { from: 0, size: 1 };
    #width = 0;
    #height = 0;
    #isReversed = false;
    #isDue = false;

    /** `scrollTo` gets the share of the list, 0…1, that should come to the middle of the view. */
    constructor(element, { scrollTo, signal }) {
        this.#element = element;
        this.#thumb.className = "thumb";
        element.append(this.#canvas, this.#thumb, this.#probe);
        const move = (event) => scrollTo(event.offsetY / Math.max(1, this.#height));
        element.addEventListener("pointerdown", (event) => {
            element.setPointerCapture(event.pointerId);
            move(event);
        }, { signal });
        element.addEventListener(
            "pointermove", (event) => element.hasPointerCapture(event.pointerId) && move(event), { signal },
        );
        const observer = new ResizeObserver(([{ contentRect: { width, height } }]) => {
            this.#width = width;
            this.#height = height;
            this.showSpan(this.#span);
            this.#paint();
        });
        observer.observe(element);
        signal?.addEventListener("abort", () => observer.disconnect());
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw(), { signal });
    }

    showMarks(marks) {
        if (marks === this.#marks) return;
        this.#marks = marks;
        this.#schedule();
    }

    showOwn(own) {
        if (own === this.#own) return;
        this.#own = own;
        this.#schedule();
    }

    /** Whether the newest row stands at the top. */
    order(isNewestFirst) {
        this.#isReversed = isNewestFirst;
        this.#schedule();
    }

    showSpan(span) {
        this.#span = span;
        const { from, size } = span;
        const isWhole = size >= 1;
        this.#thumb.hidden = isWhole;
        if (isWhole) return;
        const height = Math.max(LEAST_THUMB, size * this.#height);
        const top = Math.min(from * this.#height, this.#height - height);
        this.#thumb.style.setProperty("block-size", `${Math.round(height)}px`);
        this.#thumb.style.setProperty("transform", `translateY(${Math.round(top)}px)`);
    }

    /** Draws again, in the colours that hold now. */
    redraw() {
        this.#colours.clear();
        this.#schedule();
    }

    /** With the next frame; the size is told by the browser, as asking for it would lay out the page at once. */
    #schedule() {
        if (this.#isDue) return;
        this.#isDue = true;
        requestAnimationFrame(() => this.#paint());
    }

    #paint() {
        this.#isDue = false;
        if (this.#width === 0 || this.#height === 0) return;
        const scale = devicePixelRatio || 1;
        this.#canvas.width = Math.round(this.#width * scale);
        this.#canvas.height = Math.round(this.#height * scale);
        if (this.#marks === "" && this.#own === "") return;
        const context = this.#canvas.getContext("2d");
        context.scale(scale, scale);
        this.#draw(context, this.#marks, COLOURS, { left: 4, width: this.#width - 7 });
        this.#draw(context, this.#own, OWN, { left: 1, width: this.#width - 2 });
    }

    #draw(context, marks, colours, { left, width }) {
        const slot = this.#height / Math.max(1, marks.length);
        for (const [kind, name] of Object.entries(colours)) {
            if (!marks.includes(kind)) continue;
            context.fillStyle = this.#colour(name);
            for (let at = marks.indexOf(kind); at >= 0; at = marks.indexOf(kind, at + 1)) {
                const place = this.#isReversed ? marks.length - 1 - at : at;
                context.fillRect(left, Math.min(Math.round(place * slot), this.#height - 2), width, 2);
            }
        }
    }

    /** The value of a role in the theme that holds now; a canvas does not know custom properties. */
    #colour(role) {
        if (!this.#colours.has(role)) {
            this.#probe.style.setProperty("color", `var(${role})`);
            this.#colours.set(role, getComputedStyle(this.#probe).color);
        }
        return this.#colours.get(role);
    }
}
