// What can be done with a facet or one of its values, for fingers and for screen readers too: entries of the menu, undefined
// for a rule. Pure.

/** For a value; `state` as the filter treats it now. */
export function valueEntries({ state, value, include, only, exclude, pivot, acts }) {
    return [
        {
            symbol: "include", key: "Enter", act: include,
            label: state === "in" ? "Include no more" : state === "not" ? "Exclude no more" : "Include",
        },
        { symbol: "only", label: "Only this", key: "Alt Enter", act: only },
        { symbol: "exclude", label: state === "not" ? "Exclude no more" : "Exclude", key: "Shift Enter", act: exclude },
        value !== null && { symbol: "split", label: "Pivot: this and nothing else", act: pivot },
        value !== null && acts.copyValue && { symbol: "copy", label: "Copy value", act: () => acts.copyValue(value) },
    ].filter(Boolean);
}

/** For a facet; a column and the histogram's colours where the page has them. */
export function facetEntries({ name, isPinned, pin, hide, move, acts }) {
    const others = [
        acts.addColumn && { symbol: "column-add", label: "Add as column", act: () => acts.addColumn(name) },
        acts.colourHistogram && { symbol: "histogram", label: "Colour histogram by it", act: () => acts.colourHistogram(name) },
    ].filter(Boolean);
    return [
        { symbol: "pin", label: isPinned ? "Unpin" : "Pin to the top", act: () => pin(!isPinned) },
        { symbol: "arrow-up", label: "Move up", act: () => move(-1) },
        { symbol: "arrow-down", label: "Move down", act: () => move(1) },
        { symbol: "close", label: "Hide", act: hide },
        ...(others.length > 0 ? [undefined, ...others] : []),
    ];
}
