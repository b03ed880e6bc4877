// Edits filter text the way a reader would: include or exclude a value, set the lowest level, leave a clause out.
// Pure. The text is the only place where a filter lives; every button in the page ends up here.

import { lex } from "./filter-lexer.js";
import { rank } from "../parts/levels.js";

const PLAIN_VALUE = /^[^\s()"'|/*?!-][^\s()"'|*?]*$/;
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const WORDS = /^(?:or|and|not)$/i;

/**
 * The parts of the text that are joined by AND at the top: `{ from, to, text, negated, field, op, values }`, the last
 * three only for a clause on a field. `isAlternative` is set when the text has an OR at the top and so is one part.
 */
export function clausesOf(text) {
    const tokens = lex(text);
    const clauses = [];
    let isAlternative = false;
    for (let at = 0; at < tokens.length;) {
        const kind = tokens[at].kind;
        if (kind === "or") isAlternative = true;
        if (kind === "space" || kind === "or" || kind === "and") {
            at += 1;
            continue;
        }
        const end = endOfClause(tokens, at);
        clauses.push(describe(text, tokens.slice(at, end)));
        at = end;
    }
    return { clauses, isAlternative };
}

/** Adds `field=value`; joins it by OR to values of the field that are included already, and takes back an exclusion. */
export function include(text, field, value) {
    const freed = withoutClause(text, (clause) => isExclusion(clause, field, value));
    const { clauses, isAlternative } = clausesOf(freed);
    const own = isAlternative ? undefined : clauses.find((clause) => isInclusion(clause, field));
    if (!own) return append(freed, `${quotedName(field)}=${quotedValue(value)}`);
    if (own.values.includes(String(value))) return freed;
    const list = [...own.values, String(value)].map(quotedValue).join(" OR ");
    return replace(freed, own, `${quotedName(field)}=(${list})`);
}

/** Adds `-field=value` and takes back an inclusion of the same value. */
export function exclude(text, field, value) {
    const { clauses, isAlternative } = clausesOf(text);
    if (!isAlternative && clauses.some((clause) => isExclusion(clause, field, value))) return text;
    const own = isAlternative ? undefined : clauses.find((clause) => isInclusion(clause, field));
    let rest = text;
    if (own?.values.includes(String(value))) {
        const left = own.values.filter((other) => other !== String(value)).map(quotedValue);
        const list = left.length > 1 ? `(${left.join(" OR ")})` : left[0];
        rest = left.length === 0 ? cut(text, own) : replace(text, own, `${quotedName(field)}=${list}`);
    }
    return append(rest, `-${quotedName(field)}=${quotedValue(value)}`);
}

/** Writes `level>=name` in place of the threshold that stands there; undefined takes the threshold away. */
export function withLevel(text, level) {
    const { clauses, isAlternative } = clausesOf(text);
    const own = isAlternative ? undefined : clauses.find(isThreshold);
    const clause = level === undefined ? "" : `level>=${level}`;
    if (own) return clause === "" ? cut(text, own) : replace(text, own, clause);
    if (clause === "") return text;
    const rest = isAlternative ? `(${text.trim()})` : text.trim();
    return rest === "" ? clause : `${clause} ${rest}`;
}

/** The lowest level the text asks for, if it does so in a clause of its own. */
export function levelOf(text) {
    const { clauses, isAlternative } = clausesOf(text);
    return isAlternative ? undefined : clauses.find(isThreshold)?.values[0];
}

/** The text without the clause at this place in `clausesOf`. */
export function withoutClauseAt(text, index) {
    const clause = clausesOf(text).clauses[index];
    return clause ? cut(text, clause) : text;
}

/** Words and quoted texts that a matching message contains: what the page may mark in it. */
export function wordsOf(text) {
    const words = [];
    let negated = false;
    for (const token of lex(text)) {
        if (token.kind === "text" && !negated) words.push(unquoted(text.slice(token.from, token.to)));
        negated = token.kind === "not" || (negated && token.kind !== "text" && token.kind !== "value");
    }
    return words.filter((word) => word !== "");
}

function endOfClause(tokens, from) {
    let depth = 0;
    for (let at = from; at < tokens.length; at += 1) {
        const kind = tokens[at].kind;
        if (kind === "open" || kind === "off") depth += 1;
        if (kind === "close") depth -= 1;
        const next = tokens[at + 1]?.kind;
        const goesOn = depth > 0 || kind === "not" || (kind === "space" && tokens[at - 1]?.kind === "not")
            || (kind === "field" && next === "op")
            || (kind === "op" && ["value", "number", "level", "open", "text"].includes(next));
        if (!goesOn) return at + 1;
    }
    return tokens.length;
}

function describe(text, tokens) {
    const clause = { from: tokens[0].from, to: tokens.at(-1).to, text: text.slice(tokens[0].from, tokens.at(-1).to) };
    const negations = tokens.findIndex((token) => token.kind !== "not" && token.kind !== "space");
    clause.negated = tokens.slice(0, negations).filter((token) => token.kind === "not").length % 2 === 1;
    const body = tokens.slice(negations);
    if (body[0]?.kind !== "field") return clause;
    const values = body.filter((token) => ["value", "number", "level"].includes(token.kind));
    clause.field = unquoted(text.slice(body[0].from, body[0].to));
    clause.op = text.slice(body[1].from, body[1].to);
    clause.values = values.map((token) => unquoted(text.slice(token.from, token.to)));
    return clause;
}

function isInclusion(clause, field) {
    return clause.field === field && !clause.negated && (clause.op === "=" || clause.op === ":=");
}

function isExclusion(clause, field, value) {
    const isNegative = clause.negated ? clause.op === "=" || clause.op === ":=" : clause.op === "!=";
    return clause.field === field && isNegative && clause.values.length === 1 && clause.values[0] === String(value);
}

function isThreshold(clause) {
    return clause.field === "level" && !clause.negated && clause.op === ">=" && rank(clause.values[0]) >= 0;
}

function withoutClause(text, test) {
    const { clauses, isAlternative } = clausesOf(text);
    const found = isAlternative ? undefined : clauses.find(test);
    return found ? cut(text, found) : text;
}

function append(text, clause) {
    const { clauses, isAlternative } = clausesOf(text);
    if (clauses.length === 0) return clause;
    return isAlternative ? `(${text.trim()}) ${clause}` : `${text.trim()} ${clause}`;
}

function replace(text, clause, by) {
    return text.slice(0, clause.from) + by + text.slice(clause.to);
}

/** Takes a clause out together with the joiner that then joins nothing. */
function cut(text, clause) {
    const before = text.slice(0, clause.from).trimEnd();
    const after = text.slice(clause.to).trimStart();
    const joiner = /(?:^|\s)(?:AND|and|&&|OR|or|\|\|)$/;
    const head = before.replace(joiner, "").trimEnd();
    const tail = head === before && before === "" ? after.replace(/^(?:AND|and|&&|OR|or|\|\|)(?:\s+|$)/, "") : after;
    return [head, tail].filter((part) => part !== "").join(" ");
}

function quotedName(name) {
    return PLAIN_NAME.test(name) ? name : JSON.stringify(name);
}

function quotedValue(value) {
    const text = String(value);
    return PLAIN_VALUE.test(text) && !WORDS.test(text) && !text.includes("..") ? text : JSON.stringify(text);
}

function unquoted(text) {
    if (text.startsWith("'")) return text.replace(/^'|'$/g, "");
    if (!text.startsWith("\"")) return text;
    try {
        return JSON.parse(text);
    } catch {
        return text.slice(1);
    }
}
