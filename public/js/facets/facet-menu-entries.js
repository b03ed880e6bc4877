// The entries of the menus: [symbol, label, key, act], undefined for a line. Pure.

/** For a value; `state` as the filter treats it now. */
export function valueEntries({ state, value, include, only, exclude, pivot, acts }) {
    return [
        ["include", state === "in" ? "Include no more" : state === "not" ? "Exclude no more" : "Include", "Enter", include],
        ["only", "Only this", "Alt Enter", only],
        ["exclude", state === "not" ? "Exclude no more" : "Exclude", "Shift Enter", exclude],
        value !== null && ["split", "Pivot: this and nothing else", "", pivot],
        value !== null && acts.copyValue && ["copy", "Copy value", "", () => acts.copyValue(value)],
    ].filter((entry) => entry !== false && entry !== undefined);
}

/** For a facet; a column and the histogram's colours where the page has them. */
export function facetEntries({ name, isPinned, pin, hide, move, acts }) {
    const others = [
        acts.addColumn && ["column-add", "Add as column", "", () => acts.addColumn(name)],
        acts.colourHistogram && ["histogram", "Colour histogram by it", "", () => acts.colourHistogram(name)],
    ].filter(Boolean);
    return [
        ["pin", isPinned ? "Unpin" : "Pin to the top", "", () => pin(!isPinned)],
        ["arrow-up", "Move up", "", () => move(-1)],
        ["arrow-down", "Move down", "", () => move(1)],
        ["close", "Hide", "", hide],
        ...(others.length > 0 ? [undefined, ...others] : []),
    ];
}
