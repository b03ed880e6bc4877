// The edge of the column of facets, which drags: by pointer, by arrow keys, and back by a double click.

const STEP = 16;
const USUAL = 240;

/** `choices` holds the width; `changed()` is called after each step. */
export function listenToEdge(edge, choices, { changed, signal }) {
    const on = (type, listener) => edge.addEventListener(type, listener, { signal });
    const resize = (width) => {
        choices.resize(width);
        changed();
    };
    let from;
    on("pointerdown", (event) => {
        from = { x: event.clientX, width: choices.width };
        edge.setPointerCapture(event.pointerId);
        event.preventDefault();
    });
    on("pointermove", ({ clientX }) => from && resize(from.width + clientX - from.x));
    for (const type of ["pointerup", "pointercancel"]) on(type, () => from = undefined);
    on("dblclick", () => resize(USUAL));
    on("keydown", (event) => {
        const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        resize(choices.width + step);
    });
}
