// Text of a log line made safe to look at. Pure.
//
// Colours and weights of terminals (SGR) become styles; every other escape, control character and sign that turns or
// hides text is shown as a symbol, so that what stands on the screen is what was written.

import { colourOf, NAMES } from "./terminal-colours.js";

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/;
const HIDDEN_ALL = new RegExp(HIDDEN, "g");
const SGR = /\u001b\[([0-9;:]*)m/g;

/** Signs without a picture of their own, by the names Unicode has for them. */
const SIGNS = {
    "\u00ad": "SHY", "\u061c": "ALM", "\u200b": "ZWSP", "\u200e": "LRM", "\u200f": "RLM", "\u2028": "LS", "\u2029": "PS",
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO", "\u2060": "WJ",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\ufeff": "BOM",
};

/** The text for a screen, without colours. Line ends and tabs stay. */
export function printable(text) {
    return HIDDEN.test(text) ? pictured(text.replace(SGR, "")) : text;
}

/** The text without colour codes and otherwise as it is. */
export function withoutColours(text) {
    return text.includes("\u001b") ? text.replace(SGR, "") : text;
}

/** `{ text, spans }`: the text for a screen and its styled parts `{ from, to, style }`; no `spans` if it has none. */
export function styled(raw) {
    if (!raw.includes("\u001b[")) return { text: printable(raw) };
    const spans = [];
    let text = "";
    let state = {};
    let at = 0;
    const take = (part) => {
        const shown = HIDDEN.test(part) ? pictured(part) : part;
        const style = shown === "" ? undefined : styleOf(state);
        if (style) spans.push({ from: text.length, to: text.length + shown.length, style });
        text += shown;
    };
    for (const match of raw.matchAll(SGR)) {
        take(raw.slice(at, match.index));
        state = applied(state, match[1]);
        at = match.index + match[0].length;
    }
    take(raw.slice(at));
    return spans.length > 0 ? { text, spans } : { text };
}

function pictured(text) {
    return text.replace(HIDDEN_ALL, (sign) => {
        const code = sign.charCodeAt(0);
        if (code < 0x20) return String.fromCharCode(0x2400 + code);
        if (code === 0x7f) return "\u2421";
        return `\u2039${SIGNS[sign] ?? code.toString(16).toUpperCase()}\u203a`;
    });
}

/** The state of a terminal after one SGR sequence. What hides text (conceal) is left out on purpose. */
function applied(before, parameters) {
    const state = { ...before };
    const codes = parameters.split(/[;:]/).map(Number);
    for (let at = 0; at < codes.length; at += 1) {
        const code = codes[at];
        if (code === 0) for (const name of Object.keys(state)) delete state[name];
        else if (code === 38 || code === 48) at = wide(state, code === 38 ? "fg" : "bg", codes, at);
        else if (code >= 30 && code <= 37) state.fg = NAMES[code - 30];
        else if (code >= 90 && code <= 97) state.fg = NAMES[code - 82];
        else if (code >= 40 && code <= 47) state.bg = NAMES[code - 40];
        else if (code >= 100 && code <= 107) state.bg = NAMES[code - 92];
        else Object.assign(state, FLAGS[code]);
    }
    return state;
}

const FLAGS = {
    1: { bold: true }, 2: { dim: true }, 4: { underline: true }, 7: { inverse: true }, 9: { strike: true },
    21: { underline: true }, 22: { bold: false, dim: false }, 24: { underline: false }, 27: { inverse: false },
    29: { strike: false }, 39: { fg: undefined }, 49: { bg: undefined },
};

/** 38;5;n, 38;2;r;g;b and, as written with colons, 38:2::r:g:b. Answers the place of the last code used. */
function wide(state, name, codes, at) {
    if (codes[at + 1] === 5) {
        state[name] = colourOf(codes[at + 2]);
        return at + 2;
    }
    if (codes[at + 1] !== 2) return codes.length;
    state[name] = colourOf(codes.slice(at + 2, at + 5));
    return at + 4;
}

/** Classes for the sixteen colours and weights, `colour` and `ground` for others; undefined if nothing is set. */
function styleOf(state) {
    const { bold, dim, underline, strike, inverse } = state;
    const bg = inverse ? state.fg ?? "white" : state.bg;
    // On a coloured ground text is in the full text colour: only that is certain to be legible on all of them.
    const fg = bg === undefined ? state.fg : undefined;
    const classes = [
        bold && "ansi-bold", underline && "ansi-underline", strike && "ansi-strike", dim && !fg && !bg && "ansi-dim",
        isName(fg) && `ansi-${fg}`, bg !== undefined && "ansi-ground", isName(bg) && `on-${bg}`,
    ].filter(Boolean);
    const style = {};
    if (classes.length > 0) style.classes = classes.join(" ");
    if (fg !== undefined && !isName(fg)) style.colour = fg;
    if (bg !== undefined && !isName(bg)) style.ground = bg;
    return style.classes || style.colour ? style : undefined;
}

function isName(colour) {
    return NAMES.includes(colour);
}
