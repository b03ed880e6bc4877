// Colours of terminals beyond the sixteen: made legible on the grounds of both themes. Pure.

/** The sixteen colours; the style sheet has them for each theme. */
export const NAMES = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "grey", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
];

/** The grounds of rows, as in tokens.css, and the contrast that text keeps against them and their tints. */
const GROUNDS = { light: [255, 255, 255], dark: [11, 15, 17] };
const LEAST_CONTRAST = 5.4;

/** Colours remembered; a log with more of them paints pictures. */
const MOST_COLOURS = 4096;

const STEPS = 20;
const known = new Map();

/** A number of the 256-colour table or [red, green, blue]: one of NAMES or a CSS colour; undefined if it is neither. */
export function colourOf(wanted) {
    if (typeof wanted === "number") return wanted < 16 ? NAMES[wanted] : colourOf(fromTable(wanted));
    const isColour = wanted?.length === 3 && wanted.every((part) => part >= 0 && part <= 255);
    if (!isColour) return undefined;
    const key = wanted.join(" ");
    if (known.size > MOST_COLOURS) known.clear();
    if (!known.has(key)) known.set(key, `light-dark(${legible(wanted, "light")}, ${legible(wanted, "dark")})`);
    return known.get(key);
}

/** WCAG 2 contrast of two colours. */
export function contrast(one, other) {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
}

/** The colour, moved towards the far end of the theme only as far as it must be. */
function legible(colour, theme) {
    const end = theme === "light" ? [0, 0, 0] : [255, 255, 255];
    for (let step = 0; step <= STEPS; step += 1) {
        const moved = colour.map((part, at) => Math.round(part + ((end[at] - part) * step) / STEPS));
        if (contrast(moved, GROUNDS[theme]) >= LEAST_CONTRAST) return `rgb(${moved.join(" ")})`;
    }
    return `rgb(${end.join(" ")})`;
}

function luminance(colour) {
    const [red, green, blue] = colour.map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function fromTable(number) {
    if (!(number >= 16 && number <= 255)) return undefined;
    if (number >= 232) return new Array(3).fill(8 + (number - 232) * 10);
    const steps = [0, 95, 135, 175, 215, 255];
    const at = number - 16;
    return [steps[Math.floor(at / 36)], steps[Math.floor(at / 6) % 6], steps[at % 6]];
}
