// The view of the page as something to run elsewhere: a link, our own command line, curl, journalctl. Pure.

import { clausesOf } from "../filter-box/filter-text.js";
import { searchOf } from "../page/view-address.js";

/** journald's priorities by our levels, for `journalctl -p`. */
const PRIORITIES = {
    debug: "debug", info: "info", notice: "notice", warn: "warning", error: "err", critical: "crit", alert: "alert",
    emergency: "emerg",
};

/** Fields that journalctl has options or matches for. */
const MATCHES = {
    unit: "_SYSTEMD_UNIT", identifier: "SYSLOG_IDENTIFIER", pid: "_PID", uid: "_UID", gid: "_GID", comm: "_COMM",
    exe: "_EXE", transport: "_TRANSPORT", host: "_HOSTNAME", hostname: "_HOSTNAME", boot_id: "_BOOT_ID",
};

/** `base` is the address of the page without its query; `range` may have from, to, since, until, at. */
export function pageLink(base, lens, range = {}) {
    const search = new URLSearchParams(Object.entries(range).filter(([, value]) => value !== undefined));
    const view = searchOf(lens);
    if (search.size === 0) return base + view;
    return `${base}${view === "" ? "?" : `${view}&`}${search}`;
}

export function tailCommand(base, { stream, filter }) {
    const words = ["tailrace", "tail", shellWord(base)];
    if (stream !== "all") words.push("--stream", shellWord(stream));
    if (filter.trim() !== "") words.push(shellWord(filter.trim()));
    return words.join(" ");
}

/** Follows with `path` stream; searches and ends with events. */
export function curlCommand(base, { stream, filter }, path = "stream") {
    const words = ["curl", "-N", "-G", shellWord(`${base}api/v1/${path}`)];
    if (stream !== "all") words.push("-d", shellWord(`stream=${stream}`));
    if (filter.trim() !== "") words.push("--data-urlencode", shellWord(`filter=${filter.trim()}`));
    return words.join(" ");
}

/**
 * The same events from the journal of the host, or undefined where journalctl can't say it: alternatives, comparisons,
 * fields that are not the journal's.
 */
export function journalctlCommand({ stream, filter }) {
    if (stream !== "all") return undefined;
    const clauses = clausesOf(filter);
    if (clauses.some(({ isAlternative }) => isAlternative)) return undefined;
    const words = ["journalctl", "-f"];
    const texts = [];
    for (const { field, operator, values = [], isNegated, isOff, text } of clauses) {
        if (isOff) continue;
        if (isNegated) return undefined;
        if (field === undefined) {
            const plain = plainWord(text);
            if (plain === undefined) return undefined;
            texts.push(plain);
        } else if (field === "level" && operator === ">=" && PRIORITIES[values[0]]) {
            words.push("-p", PRIORITIES[values[0]]);
        } else if (MATCHES[field] && ["=", ":="].includes(operator) && values.length > 0) {
            words.push(...values.map((value) => shellWord(`${MATCHES[field]}=${value}`)));
        } else if (field !== "source") {
            return undefined;
        }
    }
    // journalctl takes one pattern; several words in any order are more than it can say.
    if (texts.length > 1) return undefined;
    if (texts.length === 1) words.push("-g", shellWord(texts[0].replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
    return words.join(" ");
}

/** A word for a POSIX shell, in quotes only if it needs them. */
export function shellWord(text) {
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function plainWord(text) {
    if (/^["'].*["']$/s.test(text)) return text.slice(1, -1);
    return /^[\w@.:/-]+$/.test(text) ? text : undefined;
}
