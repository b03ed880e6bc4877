// Reads `[…]` of a regex. Pure.

import { escapedItem, posixItem, writtenItem } from "./regex-class.js";
import { RegexProblem } from "./regex-reader.js";

const NAMED = /^\[:(\^?)([a-zA-Z]*):\]/;
const COLLATING = /^\[([:.=]).*?\1\]/s;

/** Behind the opening bracket. */
export function takeCharacterClass(reader) {
    const start = reader.at - 1;
    // `[:name:]` as a class of its own is refused by the server, or is a set of letters if it is not one.
    if (/^[:.=]/.test(reader.peek() ?? "")) reader.leaveToServer();
    const isNegated = reader.peek() === "^";
    if (isNegated) reader.at += 1;
    const items = [];
    let isFirst = true;
    while (isFirst || reader.peek() !== "]") {
        if (reader.isAtEnd) throw new RegexProblem("unterminated character class starting", start);
        items.push(member(reader));
        isFirst = false;
    }
    reader.at += 1;
    return { kind: "set", set: { items, isNegated, ignoresCase: reader.ignoresCase } };
}

function member(reader) {
    const first = single(reader);
    if (first.item) {
        // `[\d-z]`: a dash behind a class is a dash.
        return first.item;
    }
    const isRange = reader.peek() === "-" && reader.peek(1) !== "]" && reader.peek(1) !== undefined;
    if (!isRange) return writtenItem(first.code);
    reader.at += 1;
    const { at } = reader;
    const last = single(reader);
    if (last.item) throw new RegexProblem("invalid range in character class", at);
    if (last.code < first.code) throw new RegexProblem("range out of order in character class", at);
    return writtenItem(first.code, last.code);
}

/** One character as `{ code }`, or a class inside the class as `{ item }`. */
function single(reader) {
    const rest = reader.rest();
    const named = NAMED.exec(rest);
    if (named) {
        const item = posixItem(named[2], named[1] === "^", reader.ignoresCase);
        if (!item) throw new RegexProblem("invalid POSIX named class", reader.at);
        reader.at += named[0].length;
        return { item };
    }
    if (COLLATING.test(rest)) reader.leaveToServer();
    const letter = reader.next();
    if (letter !== "\\") return { code: letter.codePointAt(0) };
    const item = escapedItem(reader.peek() ?? "");
    if (item) {
        reader.at += 1;
        return { item };
    }
    if (reader.peek() !== "b") return { code: reader.escapedCode() };
    reader.at += 1;
    return { code: 0x08 };
}
