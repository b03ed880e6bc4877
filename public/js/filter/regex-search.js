// Searches a text with a regex's automaton: every character is looked at once, whatever the pattern (a DFA made as it
// is needed, from the states that can be reached at the same time). Pure apart from what it remembers.

import { isWordCode, setHas } from "./regex-class.js";

/** Remembered situations and characters beyond ASCII; more are forgotten and made again. */
const MAX_SITUATIONS = 1000;
const MAX_KINDS = 4096;

const MATCH = Symbol("match");
const END = -1;

export class RegexSearch {
    #program;
    #sets;
    #situations = new Map();
    #first;
    #signatures = new Map();   // which sets hold a character → its kind
    #members = [];             // kind → whether each set holds it, and whether it is part of a word
    #kinds = new Map();        // code point → kind

    constructor(program) {
        this.#program = program;
        this.#sets = [...new Set(program.states.map((state) => state.set).filter(Boolean))];
    }

    /** Whether the regex matches anywhere in the text. */
    finds(text) {
        this.#first ??= this.#situation([], true, false);
        let situation = this.#first;
        for (let at = 0; at < text.length;) {
            const code = text.codePointAt(at);
            at += code > 0xffff ? 2 : 1;
            const isLastLineEnd = code === 0x0a && at === text.length;
            situation = this.#after(situation, this.#kindOf(code) * 2 + (isLastLineEnd ? 1 : 0));
            if (situation === MATCH) return true;
        }
        return this.#after(situation, END) === MATCH;
    }

    /** A situation is what may be under way before a character: states, and what the character before was. */
    #situation(states, isStart, isBehindWord) {
        const key = `${isStart ? "^" : ""}${isBehindWord ? "w" : ""}${states.join()}`;
        let known = this.#situations.get(key);
        if (known === undefined) {
            if (this.#situations.size >= MAX_SITUATIONS) this.#forget();
            known = { states, isStart, isBehindWord, next: new Map() };
            this.#situations.set(key, known);
        }
        return known;
    }

    /** Situations still point at others, so all of them go. */
    #forget() {
        for (const situation of this.#situations.values()) situation.next.clear();
        this.#situations.clear();
        this.#first = undefined;
    }

    #after(situation, symbol) {
        let next = situation.next.get(symbol);
        if (next === undefined) {
            next = this.#step(situation, symbol);
            situation.next.set(symbol, next);
        }
        return next;
    }

    #step(situation, symbol) {
        const kind = symbol === END ? undefined : this.#members[symbol >> 1];
        const around = {
            isStart: situation.isStart,
            isEnd: symbol === END,
            isLastLineEnd: symbol !== END && symbol % 2 === 1,
            isBoundary: situation.isBehindWord !== Boolean(kind?.isWord),
        };
        const reached = this.#reach(situation.states, around);
        if (reached === MATCH) return MATCH;
        if (kind === undefined) return situation;
        const states = new Set();
        for (const { set, next } of reached) if (kind.sets.get(set)) states.add(next);
        return this.#situation([...states].sort((a, b) => a - b), false, kind.isWord);
    }

    /** The states that take a character, from these and from the beginning: a match may start anywhere. */
    #reach(states, around) {
        const seen = new Set();
        const open = [...states, this.#program.start];
        const reached = [];
        while (open.length > 0) {
            const number = open.pop();
            if (seen.has(number)) continue;
            seen.add(number);
            const state = this.#program.states[number];
            if (state.isMatch) return MATCH;
            if (state.set) reached.push(state);
            else if (state.to) open.push(...state.to);
            else if (isTrue(state.what, around)) open.push(state.next);
        }
        return reached;
    }

    #kindOf(code) {
        const known = this.#kinds.get(code);
        if (known !== undefined) return known;
        const held = this.#sets.map((set) => setHas(set, code));
        const isWord = isWordCode(code);
        const signature = held.map(Number).join("") + Number(isWord);
        let kind = this.#signatures.get(signature);
        if (kind === undefined) {
            kind = this.#members.length;
            this.#members.push({ isWord, sets: new Map(this.#sets.map((set, at) => [set, held[at]])) });
            this.#signatures.set(signature, kind);
        }
        if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
        this.#kinds.set(code, kind);
        return kind;
    }
}

function isTrue(what, { isStart, isEnd, isLastLineEnd, isBoundary }) {
    switch (what) {
        case "start": return isStart;
        case "end": return isEnd || isLastLineEnd;
        case "fullEnd": return isEnd;
        case "boundary": return isBoundary;
        default: return !isBoundary;
    }
}
