// Colours terms in the messages that are in view. The rows' own elements stay as they are: the browser paints ranges of
// their text.

import { placesOf } from "./terms.js";

const MESSAGES = ".body";
const NAME = "term-";

export class HighlightsView {
    #rows;
    #terms = [];
    #isScheduled = false;

    /** `rows` is the element of the list. */
    constructor(rows) {
        this.#rows = rows;
        const observer = new MutationObserver(() => this.#terms.length > 0 && this.#schedule());
        observer.observe(rows, { childList: true, characterData: true, subtree: true });
    }

    /** `terms` are [{ term, colour }]. */
    show(terms) {
        for (const { colour } of this.#terms) CSS.highlights?.delete(`${NAME}${colour}`);
        this.#terms = terms;
        this.#paint();
    }

    #schedule() {
        if (this.#isScheduled) return;
        this.#isScheduled = true;
        requestAnimationFrame(() => {
            this.#isScheduled = false;
            this.#paint();
        });
    }

    #paint() {
        if (!CSS.highlights) return;
        const texts = this.#terms.length > 0 ? [...this.#rows.querySelectorAll(MESSAGES)].map(textOf) : [];
        for (const { term, colour } of this.#terms) {
            const ranges = texts.flatMap((text) => placesOf(term, text.all).map((place) => rangeIn(text, place)));
            CSS.highlights.set(`${NAME}${colour}`, new Highlight(...ranges));
        }
    }
}

/** The text of a message, which may be cut into several nodes. */
function textOf(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let all = "";
    while (walker.nextNode()) {
        nodes.push({ node: walker.currentNode, from: all.length });
        all += walker.currentNode.data;
    }
    return { all, nodes };
}

function rangeIn({ nodes }, [from, to]) {
    const range = new StaticRange({ ...startAt(nodes, from), ...endAt(nodes, to) });
    return range;
}

function startAt(nodes, at) {
    const { node, from } = nodes.findLast((each) => each.from <= at);
    return { startContainer: node, startOffset: at - from };
}

function endAt(nodes, at) {
    const { node, from } = nodes.findLast((each) => each.from < at);
    return { endContainer: node, endOffset: at - from };
}
