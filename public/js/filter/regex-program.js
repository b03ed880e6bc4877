// From a regex's tree to states of an automaton without backtracking (Thompson's construction). Pure.
//
// A state is { set, next }, { to: [states] }, { what, next } for an assertion, or { isMatch: true }; states are named
// by their number.

import { OnlyServerKnows } from "./regex-reader.js";

/** States that one regex may have here; the server takes somewhat more, and is asked then. */
const MAX_STATES = 2000;

const STARTS = ["start"];
const ENDS = ["end", "fullEnd"];

/** `{ states, start }`. Throws OnlyServerKnows for what the server might refuse or this page should not hold. */
export function programOf(tree) {
    checkAnchors(tree, true, true);
    const builder = new Builder();
    const match = builder.add({ isMatch: true });
    return { start: builder.emit(tree, match), states: builder.states };
}

class Builder {
    states = [];

    add(state) {
        if (this.states.length >= MAX_STATES) throw new OnlyServerKnows();
        this.states.push(state);
        return this.states.length - 1;
    }

    /** Adds the states of a part that is followed by `next`; answers where it begins. */
    emit(node, next) {
        switch (node.kind) {
            case "set": return this.add({ set: node.set, next });
            case "assert": return this.add({ what: node.what, next });
            case "any": return this.add({ to: node.parts.map((part) => this.emit(part, next)) });
            case "seq": return node.parts.reduceRight((follower, part) => this.emit(part, follower), next);
            default: return this.#emitRepeat(node, next);
        }
    }

    #emitRepeat({ part, min, max }, next) {
        let entry = next;
        if (max === Infinity) {
            const loop = { to: [] };
            entry = this.add(loop);
            loop.to = [this.emit(part, entry), next];
        } else {
            for (let count = min; count < max; count += 1) entry = this.add({ to: [this.emit(part, entry), next] });
        }
        for (let count = 0; count < min; count += 1) entry = this.emit(part, entry);
        return entry;
    }
}

/** The server refuses anchors that anything stands before or behind; only those at the edges are sure. */
function checkAnchors(node, isLeft, isRight) {
    if (node.kind === "assert") {
        const isMisplaced = (STARTS.includes(node.what) && !isLeft) || (ENDS.includes(node.what) && !isRight);
        if (isMisplaced) throw new OnlyServerKnows();
    } else if (node.kind === "any") {
        for (const part of node.parts) checkAnchors(part, isLeft, isRight);
    } else if (node.kind === "repeat") {
        checkAnchors(node.part, isLeft && node.max === 1, isRight && node.max === 1);
    } else if (node.kind === "seq") {
        node.parts.forEach((part, at) => checkAnchors(
            part,
            isLeft && node.parts.slice(0, at).every((before) => holdsOnly(before, STARTS)),
            isRight && node.parts.slice(at + 1).every((behind) => holdsOnly(behind, ENDS)),
        ));
    }
}

function holdsOnly(node, anchors) {
    if (node.kind === "assert") return anchors.includes(node.what);
    return (node.kind === "seq" || node.kind === "any") && node.parts.every((part) => holdsOnly(part, anchors));
}
