// Hands key presses to commands, wherever in the page they happen.

/**
 * `commands` by the names in keys.js. A modal dialog keeps all keys but the one that opened the help. `underway()` is a
 * promise while a jump looks for its row: keys pressed meanwhile mean that row.
 */
export function listenToKeys(keymap, commands, { isHelpOpen, underway, signal }) {
    const run = async (command) => {
        while (underway()) await underway();
        commands[command]();
    };
    document.addEventListener("keydown", (event) => {
        // A popover is closed by the browser, unless its key is taken away from it.
        const isOfPopover = event.key === "Escape" && document.querySelector(":popover-open") !== null;
        if (event.defaultPrevented || isOfPopover) return;
        const command = keymap.commandFor(event, focusKind(event.target));
        const isOurs = document.querySelector("dialog:modal") === null || (isHelpOpen() && command === "help");
        if (!commands[command] || !isOurs) return;
        event.preventDefault();
        run(command);
    }, { signal });
}

/** What kind of control has the focus, as far as keys are concerned. */
function focusKind(target) {
    if (target.matches?.("input, textarea")) return "text";
    if (target.matches?.("select")) return "choice";
    return target.matches?.("button, a, summary") ? "button" : "";
}
