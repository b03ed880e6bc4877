// The names that a filter may give to levels. Pure.

import { byteLength } from "./letters.js";

const NAMES = new Map(Object.entries({
    trace: ["trace", "trc", "verbose", "finest", "finer"],
    debug: ["debug", "dbg", "fine"],
    info: ["info", "inf", "information", "config", "log"],
    notice: ["notice", "note"],
    warn: ["warn", "warning", "wrn"],
    error: ["error", "err", "severe", "failure"],
    critical: ["critical", "crit", "fatal", "ftl"],
    alert: ["alert"],
    emergency: ["emergency", "emerg", "panic"],
}).flatMap(([level, names]) => names.map((name) => [key(name), level])));

/** The level of a name or alias, ignoring ASCII case; undefined if there is none. */
export function levelNamed(name) {
    return NAMES.get(key(name));
}

/** As the server compares them: eight letters and how many there are. */
function key(name) {
    return `${name.slice(0, 8).replace(/[A-Z]/g, (letter) => letter.toLowerCase())} ${byteLength(name)}`;
}
