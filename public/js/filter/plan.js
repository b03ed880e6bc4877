// Turns a filter's tree into tests of events: functions of an EventText and the names of its streams. Pure.

import { LEVELS } from "../parts/levels.js";
import {
    ContainsCheck, EqualsCheck, InstantCheck, LikeCheck, OrderCheck, PresenceCheck, RegexCheck, TextCheck,
} from "./checks.js";
import { instantOf } from "./instant.js";
import { anyFieldPasses, FieldLookup } from "./lookup.js";
import { RESERVED } from "./names.js";
import { operandOf } from "./operand.js";

const RAW = new FieldLookup([{ name: "raw" }]);
const GAP_REASON = new FieldLookup([{ name: "gap" }, { name: "reason" }]);
const PRESENCE = new PresenceCheck();

/** `(event, streams) => boolean` */
export function testOf(tree) {
    switch (tree.kind) {
        case "clause": {
            const { outcome } = clauseTest(tree);
            return (event, streams) => outcome(event, streams) === "holds";
        }
        case "not": {
            const inner = testOf(tree.inner);
            return (event, streams) => !inner(event, streams);
        }
        default: {
            const tests = tree.operands.map(testOf);
            if (tree.kind === "and") return (event, streams) => tests.every((test) => test(event, streams));
            return (event, streams) => tests.some((test) => test(event, streams));
        }
    }
}

/**
 * One clause: `outcome(event, streams)` is "holds", "fails" or "missing"; `check` is asked about the values on the way.
 * `wrap` may put another check around it, to watch.
 */
export function clauseTest({ field, condition }, wrap = (check) => check) {
    if (!field) {
        if (condition.kind === "like" && condition.text === "*") return { outcome: () => "holds" };
        return { outcome: inText(wrap(textCheck(condition))) };
    }
    if (field.any) return { outcome: anywhere(condition, wrap) };
    if (!field.reserved) {
        const lookups = lookupsFor(field.steps);
        return { outcome: inFields(lookups, wrap(checkOf(condition, lastName(field.steps)))) };
    }
    return { outcome: reservedOutcome(field.reserved, condition, wrap) };
}

/**
 * What passes every filter whose clauses do not ask about its field: gaps in a source are events of level `warn` with a
 * `gap` that has a reason, notes of level `notice` with a `mark` that has a seq.
 */
export const EXEMPTIONS = [
    { field: "gap", level: "warn", lookup: GAP_REASON },
    { field: "mark", level: "notice", lookup: new FieldLookup([{ name: "mark" }, { name: "seq" }]) },
];

export function isExempt(event, { level, lookup }) {
    return event.get("level") === level && lookup.outcome(PRESENCE, event) === "holds";
}

/** Whether a clause asks about the field: then what has it is not exempt from the filter. */
export function asksAbout(exemption, { field }) {
    return field?.reserved === exemption.field || field?.steps?.[0].name === exemption.field;
}

/** Whether a clause asks which streams an event is in. The stream `all` holds every event. */
export function asksAboutStream({ field, condition }) {
    return field?.reserved === "stream" && !checkOf(condition, "stream").passes("all", "string");
}

function reservedOutcome(name, condition, wrap) {
    const check = wrap(name === "time" ? timeCheck(condition) : checkOf(condition, name));
    const asked = (text, kind = "string") => (check.passes(text, kind) ? "holds" : "fails");
    switch (name) {
        case "level": return (event) => levelOutcome(condition, check, event.get("level"));
        case "stream": return (_, streams) => {
            return ["all", ...streams].some((stream) => check.passes(stream, "string")) ? "holds" : "fails";
        };
        case "source":
        case "host": return (event) => asked(event.get(name));
        case "msg": return (event) => (event.get("message") === "" ? "missing" : asked(event.get("message")));
        case "seq": return (event) => asked(event.get("seq"), "number");
        case "time": return (event) => asked(event.get("time"));
        case "late": return (event) => {
            const late = lateText(event);
            return late === undefined ? "missing" : asked(late, "number");
        };
        // A gap's value is its reason.
        case "gap": return inFields([check.isPresence ? new FieldLookup([{ name }]) : GAP_REASON], check);
        default: return inFields(RESERVED.get(name).map((member) => new FieldLookup([{ name: member }])), check);
    }
}

function levelOutcome(condition, check, level) {
    if (!LEVELS.includes(level)) return "missing";
    const isOrder = condition.kind === "compare" || condition.kind === "within";
    const isPassed = isOrder ? check.holds(operandOf(level)) : check.passes(level, "string");
    return isPassed ? "holds" : "fails";
}

/** The message or, where it is empty, the raw line. */
function inText(check) {
    return (event) => {
        const message = event.get("message");
        const raw = message === "" ? RAW.outcome(check, event) : "missing";
        if (raw !== "missing") return raw;
        return check.passes(message, "string") ? "holds" : "fails";
    };
}

/** The first field that is there counts. */
function inFields(lookups, check) {
    return (event) => {
        for (const lookup of lookups) {
            const outcome = lookup.outcome(check, event);
            if (outcome !== "missing") return outcome;
        }
        return "missing";
    };
}

/** Any value of the event. */
function anywhere(condition, wrap) {
    // Every event has a source and a host.
    if (condition.kind === "present") return () => "holds";
    const check = wrap(condition.kind === "contains" ? new TextCheck(condition.text) : checkOf(condition, ""));
    return (event) => {
        const isFound = ["source", "host", "message"].some((name) => check.passes(event.get(name), "string"))
            || anyFieldPasses(check, event);
        return isFound ? "holds" : "fails";
    };
}

function checkOf(condition, fieldName) {
    switch (condition.kind) {
        case "present": return new PresenceCheck();
        case "contains": return new ContainsCheck(condition.text);
        case "equals": return new EqualsCheck(condition.text);
        case "like": return new LikeCheck(condition.text, true);
        case "regex": return new RegexCheck(condition.regex);
        case "within": {
            const [low, high] = [condition.low, condition.high].map((text) => text && { text, isIncluded: true });
            return new OrderCheck(low, high, fieldName);
        }
        default: {
            const bound = { text: condition.text, isIncluded: condition.operator.endsWith("=") };
            const isLow = condition.operator.startsWith(">");
            return new OrderCheck(isLow ? bound : undefined, isLow ? undefined : bound, fieldName);
        }
    }
}

function textCheck(condition) {
    if (condition.kind === "contains") return new TextCheck(condition.text);
    return condition.kind === "like" ? new LikeCheck(condition.text, false) : checkOf(condition, "");
}

function timeCheck(condition) {
    const isEquality = condition.kind === "contains" || condition.kind === "equals";
    const instant = isEquality ? instantOf(condition.text) : undefined;
    return instant ? new InstantCheck(instant, condition.kind === "equals") : checkOf(condition, "time");
}

/** Present where the event tells when it was received: more than a second after its time. */
function lateText(event) {
    const [received, time] = ["received", "time"].map((name) => instantOf(event.get(name))?.nanoseconds);
    if (received === undefined || time === undefined) return undefined;
    const late = received - time;
    const second = 1_000_000_000n;
    return late > second ? `${late / second}.${String(late % second).padStart(9, "0")}s` : undefined;
}

/** journald's own spelling also finds the name that its input gives: `_COMM` = `comm`. */
function lookupsFor(steps) {
    const [{ name }] = steps;
    const isJournal = steps.length === 1 && /^[A-Z0-9_]*[A-Z][A-Z0-9_]*$/.test(name);
    const own = new FieldLookup(steps);
    return isJournal ? [own, new FieldLookup([{ name: name.toLowerCase().replace(/^_+/, "") }])] : [own];
}

function lastName(steps) {
    return steps.findLast(({ name }) => name !== undefined)?.name ?? "";
}
