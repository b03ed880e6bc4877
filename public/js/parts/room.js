// Whether there is little room for the page: a narrow window, or another view beside it. Pure but for the browser.

const query = matchMedia("(max-width: 1180px)");
const listeners = new Set();

export const room = {
    get isNarrow() { return query.matches || document.documentElement.dataset.split !== undefined; },

    /** `changed()` is called when that is another. */
    follow(changed, signal) {
        listeners.add(changed);
        query.addEventListener("change", changed, { signal });
        signal?.addEventListener("abort", () => listeners.delete(changed));
    },

    /** Another view came beside this one, or went. */
    changed() {
        for (const changed of listeners) changed();
    },
};
