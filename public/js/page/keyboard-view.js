// Hands key presses to commands, wherever in the page they happen.

import { commandFor } from "./keys.js";

/** `commands` by the names in keys.js; while `isBlocked()` only the help can be toggled. */
export function listenToKeys(commands, { isBlocked, signal }) {
    document.addEventListener("keydown", (event) => {
        const command = commandFor(event, focusKind(event.target));
        if (!command || (isBlocked() && command !== "help")) return;
        event.preventDefault();
        commands[command]();
    }, { signal });
}

/** What kind of control has the focus, as far as keys are concerned. */
function focusKind(target) {
    if (target.matches?.("input, textarea")) return "text";
    if (target.matches?.("select")) return "choice";
    return target.matches?.("button, a, summary") ? "button" : "";
}
