// Names of fields: the short ones that mean the same for every source, and paths. Pure.

/** The short names; where the event itself does not have it, the members of its fields that do, the first counts. */
export const RESERVED = new Map(Object.entries({
    level: [], source: [], host: [], unit: ["unit"], id: ["identifier", "syslog_identifier"], pid: ["pid"],
    file: ["file"], stream: [], boot: ["boot", "boot_id"],
    inv: ["invocation", "invocation_id", "systemd_invocation_id"], msg: [], raw: ["raw"], seq: [], time: [], late: [],
    gap: ["gap"],
}));

/** The long forms, and the names that journald gives to the same things (systemd.journal-fields(7)). */
const OTHER_SPELLINGS = new Map(Object.entries({
    identifier: "id", invocation: "inv", _SYSTEMD_UNIT: "unit", SYSLOG_IDENTIFIER: "id", _PID: "pid", _BOOT_ID: "boot",
    _SYSTEMD_INVOCATION_ID: "inv", _HOSTNAME: "host", MESSAGE: "msg",
}));

export const TIME_NAMES = ["since", "until", "around"];

export function reservedName(spelling) {
    return RESERVED.has(spelling) ? spelling : OTHER_SPELLINGS.get(spelling);
}

export const canStartName = (letter) => letter !== undefined && /^[A-Za-z_]$/.test(letter);
export const canContinueName = (letter) => letter !== undefined && /^[A-Za-z0-9_-]$/.test(letter);

/** A name that has to stand in quotes. One that ends in a dash would make an arrow of `>`, and an arrow is text. */
export function mustQuoteName(name) {
    return name.endsWith("-") || reservedName(name) !== undefined || TIME_NAMES.includes(name)
        || !/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name);
}

/**
 * The name at the scanner's place as `{ field, end, stepCount }`, whether or not an operator follows:
 * name { "." name | "[" [ int ] "]" }, with a leading dot to say that it is no reserved name.
 */
export function pathName(scanner) {
    const { letters } = scanner;
    const isExplicit = scanner.peek() === ".";
    let at = scanner.index + (isExplicit ? 1 : 0);
    if (!canStartName(letters[at])) return undefined;
    const steps = [];
    for (;;) {
        const start = at;
        while (canContinueName(letters[at])) at += 1;
        if (at === start) return undefined;
        steps.push({ name: scanner.text(start, at) });
        while (letters[at] === "[") {
            const element = elementAt(scanner, at);
            if (!element) return undefined;
            steps.push(element.step);
            at = element.end;
        }
        if (letters[at] !== ".") break;
        at += 1;
    }
    // `object->method` is source code.
    if (letters[at - 1] === "-" && letters[at] === ">") return undefined;
    const reserved = !isExplicit && steps.length === 1 ? reservedName(steps[0].name) : undefined;
    return { field: reserved ? { reserved } : { steps }, end: at, stepCount: steps.length };
}

/** `[]` or `[3]`. */
function elementAt(scanner, start) {
    let end = start + 1;
    while (/^[0-9]$/.test(scanner.letters[end] ?? "")) end += 1;
    if (scanner.letters[end] !== "]") return undefined;
    if (end === start + 1) return { step: { every: true }, end: end + 1 };
    const digits = scanner.text(start + 1, end);
    return BigInt(digits) < 2n ** 63n ? { step: { element: Number(digits) }, end: end + 1 } : undefined;
}
