// Which key does what. Pure: a key event in, the name of a command out; the help lists the same table.

const PLAIN = {
    "/": "filter", " ": "toggleHold", "End": "newest", "G": "newest", "Home": "oldest", "g": "oldest",
    "j": "nextRow", "ArrowDown": "nextRow", "k": "previousRow", "ArrowUp": "previousRow",
    "PageDown": "nextPage", "PageUp": "previousPage", "Enter": "details", "o": "details", "Escape": "escape",
    "e": "nextError", "E": "previousError", "w": "nextWarning", "W": "previousWarning", "z": "wrap",
    "y": "copyRow", "a": "note", "?": "help",
    "0": "level0", "1": "level1", "2": "level2", "3": "level3", "4": "level4", "5": "level5",
};

const CONTROL = { "d": "nextHalfPage", "u": "previousHalfPage" };

/** What the help shows: a title and rows of [keys, meaning]. */
export const HELP = [
    ["Time", [
        [["Space"], "hold / live"],
        [["End", "G"], "newest, live"],
        [["Shift", "End"], "live, playing what was skipped"],
        [["Home", "g"], "oldest row here"],
    ]],
    ["Rows", [
        [["j", "k"], "next / previous row"],
        [["PgDn", "PgUp"], "page"],
        [["Ctrl", "d", "u"], "half a page"],
        [["Enter", "o"], "details"],
        [["z"], "wrap lines"],
        [["y"], "copy row"],
        [["a"], "add a note for everybody"],
    ]],
    ["Jump", [
        [["e", "E"], "next / previous error"],
        [["w", "W"], "next / previous warning"],
    ]],
    ["Filter", [
        [["/"], "filter box"],
        [["1", "\u2026", "5"], "lowest level, trace to error"],
        [["0"], "all levels"],
    ]],
    ["Page", [
        [["Esc"], "leave box, close panel, clear focus"],
        [["?"], "this sheet"],
    ]],
];

/**
 * The command for a key event, undefined when the key belongs to somebody else: to a text field, to a control that has
 * the focus and takes Enter, Space or arrows itself, or to the browser.
 */
export function commandFor(event, focus) {
    if (event.isComposing || event.altKey || event.metaKey) return undefined;
    if (focus === "text") return event.key === "Escape" ? "leaveFilter" : undefined;
    if (event.ctrlKey) return event.shiftKey ? undefined : CONTROL[event.key];
    if (event.key === "End" && event.shiftKey) return "playNewest";
    const command = PLAIN[event.key];
    if (focus === "choice" && /^(?:Arrow|Page|Home|End| |Enter|[a-z0-9]$)/i.test(event.key)) return undefined;
    if (focus === "button" && (event.key === "Enter" || event.key === " ")) return undefined;
    return command;
}
