// Whether a page should ask for little. Pure.

/** Whether the link costs by the byte, or the reader asked the browser for less: `connection` is that of navigator. */
export function isMetered(connection, prefersLess) {
    return prefersLess || connection?.saveData === true || connection?.type === "cellular";
}

/** `choice` is "auto", "on" or "off". */
export function isThrifty(choice, isMetered) {
    return choice === "on" || (choice !== "off" && isMetered);
}

/** The choice after the reader turned it: what the link itself would lead to is no choice. */
export function turned(choice, isMetered) {
    const wanted = !isThrifty(choice, isMetered);
    if (wanted === isMetered) return "auto";
    return wanted ? "on" : "off";
}
