// Making elements. All text goes in as text nodes; there is no way from a log line to markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (null, undefined and false are left out; true is ""; functions listen) and children. */
export function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (typeof value === "function") element.addEventListener(name, value);
        else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return element;
}

/** A symbol of the document; `name` is fixed in the code, never from data. */
export function icon(name, size = "") {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", `icon ${size}`);
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `#icon-${name}`);
    svg.append(use);
    return svg;
}

/** A button that is only an icon, with its name for everybody. */
export function tool(name, label, attributes = {}) {
    return h(
        "button",
        { type: "button", class: "tool small", "aria-label": label, title: label, ...attributes },
        icon(name, "small"),
    );
}

/** Sets text only when it changed, so that nothing is laid out again for nothing. */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

/** A small dialog above or below a control, called as the control is; one is open at a time. */
export function showPopover(popover, control, children) {
    popover.setAttribute("aria-label", control.getAttribute("aria-label") ?? control.textContent);
    popover.replaceChildren(...children);
    popover.showPopover();
    const at = control.getBoundingClientRect();
    const size = popover.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, innerWidth - size.width - 8));
    const isBelow = at.bottom + size.height + 6 < innerHeight;
    popover.style.setProperty("inset-inline-start", `${Math.round(left)}px`);
    popover.style.setProperty(
        "inset-block-start", `${Math.round(isBelow ? at.bottom + 4 : at.top - size.height - 4)}px`,
    );
}
