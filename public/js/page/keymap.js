// Which key does what, with the reader's own changes. Pure: a key event in, the name of a command out.

import { GROUPS, keycap, PRESETS } from "./keys.js";

/** Keys that make a sign of their own are not told apart by Shift. */
const NAMED = /^(?:End|Home|Page\w+|Arrow\w+|Enter|Escape|Tab|Delete|Backspace| |F\d+)$/;

/** Keys that controls take for themselves. */
const OF_CHOICES = /^(?:Arrow|Page|Home|End| |Enter|[a-z0-9]$)/i;

export class Keymap {
    #changes;
    #commands = new Map();

    /** `changes` are { command: [keys] }, as `changes` answers them. */
    constructor(changes) {
        this.#changes = isChanges(changes) ? { ...changes } : {};
        this.#index();
    }

    get changes() { return this.#changes; }

    /** [title, [{ command, keys, words }]], keys as they are now. */
    get groups() {
        return GROUPS.map(([title, entries]) => [title, entries.map(
            ([command, keys, words]) => ({ command, words, keys: this.#changes[command] ?? keys }))]);
    }

    /** All commands as one list, keys as keycaps. */
    get list() {
        return this.groups.flatMap(([, entries]) => entries).map((entry) => ({ ...entry, keys: entry.keys.map(keycap) }));
    }

    /**
     * The command for a key event, undefined when the key belongs to somebody else: to a text field, to a control that
     * has the focus and takes Enter, Space or arrows itself, or to the browser.
     */
    commandFor(event, focus) {
        if (event.isComposing || event.altKey) return undefined;
        if (focus === "text") return event.key === "Escape" ? "leaveFilter" : undefined;
        if (focus === "choice" && OF_CHOICES.test(event.key)) return undefined;
        if (focus === "button" && (event.key === "Enter" || event.key === " ")) return undefined;
        return this.#commands.get(keyOf(event));
    }

    /** Gives a command this key in place of those it had; whoever had the key loses it. */
    bind(command, key) {
        for (const entry of this.groups.flatMap(([, entries]) => entries)) {
            if (entry.keys.includes(key)) this.#changes[entry.command] = entry.keys.filter((other) => other !== key);
        }
        this.#changes[command] = [key];
        this.#index();
    }

    /** All keys as they were made, or as a preset has them. */
    reset(preset) {
        this.#changes = { ...PRESETS[preset] };
        this.#index();
    }

    #index() {
        this.#commands.clear();
        for (const [, entries] of this.groups) {
            for (const { command, keys } of entries) for (const key of keys) this.#commands.set(key, command);
        }
    }
}

/** The name of the key of an event, as in keys.js. */
export function keyOf({ key, ctrlKey, metaKey, shiftKey }) {
    const held = ctrlKey || metaKey;
    const letter = held && key.length === 1 ? key.toLowerCase() : key;
    const isShifted = shiftKey && (NAMED.test(key) || held);
    return `${held ? "Ctrl+" : ""}${isShifted ? "Shift+" : ""}${letter}`;
}

function isChanges(value) {
    return typeof value === "object" && value !== null
        && Object.values(value).every((keys) => Array.isArray(keys) && keys.every((key) => typeof key === "string"));
}
