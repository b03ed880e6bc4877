// What the conditions of a filter say about one field: which values they let pass, and which conditions those are. Pure.

import { EventText } from "../filter/event-text.js";
import { RESERVED } from "../filter/names.js";
import { parse } from "../filter/parser.js";
import { testOf } from "../filter/plan.js";
import { clauseText, simplified } from "../filter/tree.js";
import { partsOf } from "./filter-parts.js";
import { writtenName } from "./written.js";

/** Members of the event itself; all others are in its fields. */
const OWN = new Map([["level", "level"], ["source", "source"], ["host", "host"], ["msg", "message"], ["seq", "seq"],
    ["time", "time"]]);

export class FieldChoice {
    #key;
    #field;
    #tests = new WeakMap();

    constructor(name) {
        const { tree } = parse(`${writtenName(name)}:*`);
        this.#field = tree.field ?? { steps: [{ name }] };
        this.#key = keyOf(this.#field);
    }

    /** The parts of a text that ask about this field alone and are not switched off. */
    partsIn(text) {
        return (partsOf(text)?.parts ?? []).filter(({ node }) => this.#owns(node) && simplified(node));
    }

    /** "in": chosen, alone or with others; "out": others are; "not": left out; "": nothing is said about it. */
    stateOf(value, parts) {
        const choosing = parts.filter((part) => this.isChoosing(part));
        const leavingOut = parts.filter((part) => !choosing.includes(part));
        if (leavingOut.some((part) => !this.passes(part, value))) return "not";
        if (choosing.length === 0) return "";
        return choosing.every((part) => this.passes(part, value)) ? "in" : "out";
    }

    /** Whether the part names what may pass, rather than what may not. */
    isChoosing({ node }) {
        return isChoosing(simplified(node));
    }

    /** Whether an event with this value passes the part; null for an event without the field. */
    passes({ node }, value) {
        let test = this.#tests.get(node);
        if (!test) this.#tests.set(node, test = hasUnknown(node) ? () => true : testOf(simplified(node)));
        return test(new EventText(this.#eventWith(value)), []);
    }

    #owns(node) {
        switch (node.kind) {
            case "clause": return node.field !== undefined && keyOf(node.field) === this.#key;
            case "not":
            case "off": return this.#owns(node.inner);
            default: return node.operands.length > 0 && node.operands.every((operand) => this.#owns(operand));
        }
    }

    #eventWith(value) {
        const { reserved, steps } = this.#field;
        const own = OWN.get(reserved);
        if (value === null) return "{\"fields\":{}}";
        if (own) return `{${JSON.stringify(own)}:${JSON.stringify(String(value))},"fields":{}}`;
        const name = reserved ? RESERVED.get(reserved)[0] ?? reserved : steps.map((step) => step.name).join(".");
        return `{"fields":{${JSON.stringify(name)}:${jsonOf(String(value))}}}`;
    }
}

function isChoosing(node) {
    switch (node.kind) {
        case "clause": return node.condition.kind !== "present";
        case "not": return !isChoosing(node.inner);
        case "or": return node.operands.every(isChoosing);
        default: return node.operands.some(isChoosing);
    }
}

function keyOf(field) {
    return clauseText({ field, condition: { kind: "present" } });
}

function jsonOf(text) {
    const isScalar = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false)$/.test(text);
    return isScalar ? text : JSON.stringify(text);
}

/** A regex that only the relay can judge. */
function hasUnknown(node) {
    if (node.kind === "clause") return node.condition.regex?.isKnown === false;
    return (node.operands ?? [node.inner]).some(hasUnknown);
}
