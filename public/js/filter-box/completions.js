// What to offer at a place of the text. Pure.
//
// A completion is { text, insert, symbol, note, count, isOpen }: what is shown and what is put in; with `isOpen` more is
// to be completed behind it.

import { RESERVED } from "../filter/names.js";
import { LEVELS } from "../parts/levels.js";
import { share, short } from "../parts/format.js";
import { writtenName, writtenValue } from "./written.js";

/** Entries offered: what fits below the box without scrolling much. */
const MAX_OFFERED = 12;

/** What the short names mean, for those who see them first. */
const MEANINGS = {
    level: "how bad", source: "input that read it", host: "machine", unit: "systemd unit", id: "identifier", pid: "process",
    file: "file it stands in", stream: "route", boot: "boot of the machine", inv: "run of a unit", msg: "message",
    raw: "line as it was", seq: "number in the log", time: "when it happened", late: "how late it came", gap: "what is missing",
};

const OPERATORS = [
    [":", "contains, or equals a number"], ["=", "is exactly"], ["!=", "is not, or is missing"], [":*", "is there"],
    [">=", "at least"], ["<=", "at most"],
];
const OF_LEVELS = [">=", "=", ":", "!=", "<=", ":*"];
const OF_NUMBERS = [":", ">=", "<=", "=", "!=", ":*"];

/** Fields by name: the short names, then what the stream has, what begins so before what only holds it. */
export function fieldCompletions(prefix, fields) {
    const wanted = prefix.toLowerCase();
    const known = new Map(fields.map((field) => [field.name, field]));
    const short = [...RESERVED.keys()].filter((name) => !known.has(name))
        .map((name) => ({ name, meaning: MEANINGS[name], isShort: true }));
    const all = [...fields.map((field) => ({ ...field, meaning: MEANINGS[field.name] })), ...short];
    const begins = ({ name }) => name.toLowerCase().startsWith(wanted);
    const holds = ({ name }) => wanted.length > 1 && name.toLowerCase().includes(wanted);
    const byUse = (one, other) => usefulness(other) - usefulness(one);
    const found = [...all.filter(begins).sort(byUse), ...all.filter((one) => !begins(one) && holds(one)).sort(byUse)];
    return found.slice(0, MAX_OFFERED).map(fieldCompletion);
}

export function operatorCompletions(name, field) {
    const isOrdered = name === "time" || name === "late" || field?.types?.number > 0;
    const signs = name === "level" ? OF_LEVELS : isOrdered ? OF_NUMBERS : undefined;
    const operators = signs?.map((sign) => OPERATORS.find(([own]) => own === sign)) ?? OPERATORS.slice(0, 4);
    return operators.map(([sign, meaning]) => ({
        text: `${name}${sign}`, insert: `${writtenName(name)}${sign}`, symbol: "filter", note: meaning, isOpen: sign !== ":*",
    }));
}

/** Values of [{ value, count }], most frequent first. */
export function valueCompletions(prefix, values) {
    const wanted = prefix.toLowerCase();
    const begins = ({ value }) => value.toLowerCase().startsWith(wanted);
    const holds = ({ value }) => value.toLowerCase().includes(wanted);
    const found = [...values.filter(begins), ...values.filter((one) => !begins(one) && holds(one))];
    return found.slice(0, MAX_OFFERED).map(({ value, count }) => ({
        text: value, insert: writtenValue(value), symbol: "check", count: count === undefined ? "" : short(count),
    }));
}

/** Levels, the worst first, with the counts that are known. */
export function levelValues(values = []) {
    const known = new Map(values.map(({ value, count }) => [value, count]));
    return [...LEVELS].reverse().map((value) => ({ value, count: known.get(value) }));
}

/** The text with a completion put in, and where the caret goes. */
export function completed(text, { from, to, isInList }, { insert, isOpen }) {
    const isEnd = !isOpen && !isInList && !/^\s/.test(text.slice(to));
    const head = text.slice(0, from) + insert + (isEnd ? " " : "");
    return { text: head + text.slice(to), caret: head.length };
}

function fieldCompletion({ name, presence, distinct, types, count, meaning }) {
    const isNumber = (types?.number ?? 0) * 2 > (count ?? 0);
    return {
        text: name, insert: writtenName(name), symbol: types ? (isNumber ? "type-number" : "type-text") : "type-set",
        note: presence === undefined || meaning ? meaning ?? "" : share(presence),
        count: distinct === undefined ? "" : `${distinct > 100 ? "\u2248\u202f" : ""}${short(distinct)}`, isOpen: true,
    };
}

function usefulness({ name, presence = 0, isShort }) {
    const isFirst = ["level", "source", "host", "unit"].includes(name);
    return (isFirst ? 2 : 0) + presence + (isShort ? 0.2 : 0);
}
