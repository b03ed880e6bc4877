// Finds a field by its name in an event's fields and asks a check about its value. Pure.
//
// `user.id` finds `{"user":{"id":…}}` as well as `{"user.id":…}`. Outcomes are "holds", "fails" and "missing".

import { elements, inside, Members, scalars, valueText } from "./event-text.js";

/** Arrays in arrays beyond this are not looked into: bounds the recursion, whatever a source sends. */
const MAX_ARRAY_DEPTH = 16;

export class FieldLookup {
    #steps;
    #key;
    #isPlain;

    constructor(steps) {
        this.#steps = steps.map((step, at) => (step.name === undefined ? step : { readings: readings(steps, at) }));
        this.#isPlain = steps.length === 1;
        const name = written(steps[0].name);
        // What stands in the fields if they have the member: all of its key, or the beginning where more may follow.
        this.#key = this.#isPlain ? `${name}:` : name.slice(0, -1);
    }

    /** What the check says about the field of an EventText. */
    outcome(check, { text, fields }) {
        if (fields.from >= fields.to) return "missing";
        const at = text.indexOf(this.#key, fields.from);
        if (at < 0 || at >= fields.to) {
            // Escapes may spell a key differently; without any the key is not there at any depth.
            const hasEscapes = text.slice(fields.from, fields.to).includes("\\");
            return hasEscapes ? this.#member(0, fields, text, check) : "missing";
        }
        // Before the first bracket everything is a member of the event's own, so the walk can begin at the key.
        const isNested = /[{[]/.test(text.slice(fields.from, at));
        const from = this.#isPlain && !isNested ? at : fields.from;
        return this.#member(0, { from, to: fields.to }, text, check);
    }

    #member(step, range, text, check) {
        let outcome = "missing";
        const members = new Members(text, range);
        while (members.next()) {
            for (const { key, next } of this.#steps[step].readings) {
                if (!members.isNamed(key)) continue;
                const found = this.#follow(next, members.value, text, check);
                if (found === "holds") return "holds";
                if (found === "fails") outcome = "fails";
                // Of several members with one plain name the first counts.
                if (found === "fails" && this.#isPlain) return "fails";
            }
        }
        return outcome;
    }

    #follow(step, value, text, check) {
        if (step >= this.#steps.length) return asks(check, value, text) ? "holds" : "fails";
        if (this.#steps[step].readings) {
            return value.kind === "object" ? this.#member(step, inside(value), text, check) : "missing";
        }
        return value.kind === "array" ? this.#elements(step, inside(value), text, check) : "missing";
    }

    #elements(step, range, text, check) {
        const wanted = this.#steps[step].element;
        let outcome = "missing";
        let index = -1;
        for (const element of elements(text, range)) {
            index += 1;
            if (wanted !== undefined && wanted !== index) continue;
            const found = this.#follow(step + 1, element, text, check);
            if (found === "holds") return "holds";
            if (found === "fails") outcome = "fails";
            if (wanted !== undefined) break;
        }
        return outcome;
    }
}

/** Whether any value in the fields passes, at any depth. */
export function anyFieldPasses(check, { text, fields }) {
    for (const value of scalars(text, fields)) if (asks(check, value, text)) return true;
    return false;
}

/** Asks about a value itself, or any element of an array. */
function asks(check, value, text, depth = 0) {
    if (check.isPresence) return check.passes("", value.kind);
    if (value.kind === "object") return false;
    if (value.kind !== "array") return check.passes(valueText(text, value), value.kind);
    if (depth >= MAX_ARRAY_DEPTH) return false;
    for (const element of elements(text, inside(value))) if (asks(check, element, text, depth + 1)) return true;
    return false;
}

/** Each way to read the name from this step on, `a`, `a.b`, `a.b.c`, with the step that follows it. */
function readings(steps, from) {
    const found = [];
    for (let at = from; at < steps.length && steps[at].name !== undefined; at += 1) {
        const key = at === from ? steps[at].name : `${found.at(-1).key}.${steps[at].name}`;
        found.push({ key, next: at + 1 });
    }
    return found;
}

/** A name as the relay writes it in JSON, with its quotes. */
function written(name) {
    return JSON.stringify(name).replace(/\\([bf\\])/g, (escape, letter) => {
        return letter === "\\" ? escape : letter === "b" ? "\\u0008" : "\\u000c";
    });
}
