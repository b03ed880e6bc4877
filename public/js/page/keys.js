// The keys of the page and what they do, in the groups of the help. Pure.
//
// A key is `event.key`, with "Ctrl+" before it where that is held (or Command), and "Shift+" where Shift does not
// already make it another sign.

/** [title, [[command, keys, words]]] */
export const GROUPS = [
    ["Time", [
        ["toggleHold", [" "], "Hold, or go live"],
        ["newest", ["End", "G"], "Newest, live"],
        ["playNewest", ["Shift+End"], "Live, playing what was skipped"],
        ["oldest", ["Home", "g"], "Oldest row here; again: older ones"],
        ["goToTime", ["t"], "Go to a time, a range or an event"],
        ["timeMode", ["d"], "Times: clock, ago, since the row above"],
        ["histogram", ["h"], "Histogram on or off"],
        ["zoomIn", ["=", "+"], "Histogram: shorter time"],
        ["zoomOut", ["-"], "Histogram: longer time"],
    ]],
    ["Rows", [
        ["nextRow", ["j", "ArrowDown"], "Row below"],
        ["previousRow", ["k", "ArrowUp"], "Row above"],
        ["nextPage", ["PageDown"], "Next page"],
        ["previousPage", ["PageUp"], "Previous page"],
        ["nextHalfPage", ["Ctrl+d"], "Half a page on"],
        ["previousHalfPage", ["Ctrl+u"], "Half a page back"],
        ["details", ["Enter", "o"], "Details of the row"],
        ["wrap", ["z"], "Wrap lines"],
        ["newestFirst", [], "Newest first, or last"],
        ["largerText", [">"], "Larger text"],
        ["smallerText", ["<"], "Smaller text"],
        ["foldRow", ["'"], "Open joined lines, or close them"],
        ["foldAll", ["*"], "Open all joined lines"],
        ["messageRight", ["Shift+ArrowRight"], "Scroll long lines on"],
        ["messageLeft", ["Shift+ArrowLeft"], "Scroll long lines back"],
        ["context", ["c"], "Context, the filter lifted"],
        ["copyRow", ["y"], "Copy the row"],
        ["copyRowLink", ["Y"], "Copy a link to the row"],
        ["bookmark", ["m"], "Bookmark the row"],
        ["line", ["l"], "Draw a line, to clear from here"],
        ["note", ["a"], "Add a note for everybody"],
        ["allNotes", ["A"], "All notes"],
    ]],
    ["Values", [
        ["nextValue", ["ArrowRight"], "Next value of the row"],
        ["previousValue", ["ArrowLeft"], "Previous value of the row"],
        ["menu", ["."], "Menu of the value or row"],
        ["includeValue", ["i"], "Include the value"],
        ["excludeValue", ["x"], "Exclude the value"],
        ["onlyValue", ["I"], "Only this value"],
        ["pivotValue", ["p"], "Pivot on the value"],
    ]],
    ["Jump", [
        ["nextError", ["e"], "Next error"],
        ["previousError", ["E"], "Previous error"],
        ["nextWarning", ["w"], "Next warning"],
        ["previousWarning", ["W"], "Previous warning"],
        ["nextMatch", ["n"], "Next highlight or match"],
        ["previousMatch", ["N"], "Previous highlight or match"],
        ["nextSlow", ["s"], "Next slow-down"],
        ["previousSlow", ["S"], "Previous slow-down"],
        ["nextBookmark", ["u"], "Next bookmark or line"],
        ["previousBookmark", ["U"], "Previous bookmark or line"],
        ["nextKin", ["]"], "Next of the same trace or run"],
        ["previousKin", ["["], "Previous of the same trace or run"],
    ]],
    ["Filter", [
        ["filter", ["/", "Ctrl+f"], "Filter box"],
        ["chips", [], "Filter as chips"],
        ["explain", [], "How the filter is understood"],
        ["level1", ["1"], "Everything from trace up"],
        ["level2", ["2"], "From debug up"],
        ["level3", ["3"], "From info up"],
        ["level4", ["4"], "From warn up"],
        ["level5", ["5"], "From error up"],
        ["level0", ["0"], "All levels"],
    ]],
    ["Page", [
        ["palette", ["K", "Ctrl+k"], "Palette: commands, streams, views"],
        ["keepLens", [], "Keep this view under a name"],
        ["facets", ["f"], "Facets"],
        ["split", ["v"], "Two views side by side, or one"],
        ["otherSide", ["V"], "To the other view"],
        ["panels", [], "Panels"],
        ["chart", [], "Chart a field"],
        ["links", [], "Copy a link or a command"],
        ["export", [], "Download events"],
        ["record", ["b"], "Record into a file"],
        ["changes", ["C"], "What changed at this row"],
        ["sound", [], "Sound for errors while held"],
        ["thrift", [], "Reduced data, or all of it"],
        ["home", [], "Home: all kept views at a glance"],
        ["wall", [], "Wall: panels and errors only"],
        ["doctor", [], "Check the connection"],
        ["account", [], "Who is signed in"],
        ["signOut", [], "Sign out"],
        ["escape", ["Escape"], "Leave the box, close, let go"],
        ["help", ["?"], "This sheet"],
    ]],
];

/** Other keys for those who don't want letters to move: what differs from the groups. */
export const PRESETS = {
    "without Vim": {
        nextRow: ["ArrowDown"], previousRow: ["ArrowUp"], newest: ["End"], oldest: ["Home"], nextHalfPage: [],
        previousHalfPage: [], details: ["Enter"],
    },
};

const SHOWN = {
    " ": "Space", ArrowDown: "\u2193", ArrowUp: "\u2191", ArrowLeft: "\u2190", ArrowRight: "\u2192", PageDown: "PgDn",
    PageUp: "PgUp", Escape: "Esc",
};

/** How a key is written on a keycap: "Ctrl d", "Space". */
export function keycap(key) {
    const parts = key.split(/(?<=.)\+(?=.)/);
    return parts.map((part) => SHOWN[part] ?? part).join(" ");
}
