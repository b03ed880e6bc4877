// Estimates how many states a regex unrolls to, before an engine spends time and memory on it. Pure.
//
// Bounded repeats multiply what they repeat: `((a{1,100}){1,100}){1,100}` is a million states in 27 characters.

/** How many times dearer than a letter these are, as the server counts. */
const ANY_WEIGHT = 8;
const MANY_WEIGHT = 16;
const PROPERTY_WEIGHT = 600;
const CEILING = 2 ** 30;

const REPEAT = /(\d*)(?:,(\d*))?\}/y;
const PLAIN = new Set(["*", "+", "?", "|", "^", "$"]);

export function regexWeight(pattern) {
    return new Budget(pattern).total();
}

class Budget {
    #groups = [{ weight: 0, item: 0 }];   // `item`: the last one, what a repeat behind it multiplies
    #letters;
    #index = 0;

    constructor(pattern) {
        this.#letters = [...pattern];
    }

    total() {
        while (this.#index < this.#letters.length) {
            const letter = this.#letters[this.#index];
            this.#index += 1;
            if (letter === "(") this.#groups.push({ weight: 0, item: 0 });
            else if (letter === ")") this.#closeGroup();
            else if (letter === "{") this.#repeat();
            else if (letter === "[") this.#add(this.#classWeight());
            else if (letter === "\\") this.#add(this.#escapeWeight());
            else if (letter === ".") this.#add(ANY_WEIGHT);
            else if (!PLAIN.has(letter)) this.#add(letter < "\x80" ? 1 : 2);
        }
        while (this.#groups.length > 1) this.#closeGroup();
        return this.#groups[0].weight;
    }

    #add(weight) {
        const group = this.#groups.at(-1);
        group.item = weight;
        group.weight = sum(group.weight, weight);
    }

    #closeGroup() {
        if (this.#groups.length > 1) this.#add(Math.max(1, this.#groups.pop().weight));
    }

    /** `{n}`, `{n,}`, `{n,m}`; anything else is a literal brace. */
    #repeat() {
        const rest = this.#letters.slice(this.#index).join("");
        REPEAT.lastIndex = 0;
        const found = REPEAT.exec(rest);
        if (!found || found[0] === "}") return this.#add(1);
        this.#index += found[0].length;
        const numbers = [found[1], found[2] ?? found[1]].map((digits) => Math.min(Number(digits), CEILING));
        const group = this.#groups.at(-1);
        const extra = Math.min(group.item * (Math.max(1, ...numbers) - 1), CEILING);
        group.weight = sum(group.weight, extra);
        group.item = sum(group.item, extra);
        return undefined;
    }

    #classWeight() {
        let weight = this.#letters[this.#index] === "^" ? MANY_WEIGHT : 1;
        let isFirst = true;
        while (this.#index < this.#letters.length) {
            const letter = this.#letters[this.#index];
            this.#index += 1;
            if (letter === "]" && !isFirst) break;
            if (letter >= "\x80") weight = Math.max(weight, MANY_WEIGHT);
            if (letter === "\\") weight = Math.max(weight, this.#escapeWeight());
            if (letter !== "^") isFirst = false;
        }
        return weight;
    }

    #escapeWeight() {
        const letter = this.#letters[this.#index];
        if (letter === undefined) return 1;
        this.#index += 1;
        // The braces of `\p{L}` and `\x{20AC}` belong to the escape.
        if ("pPxo".includes(letter) && this.#letters[this.#index] === "{") {
            const close = this.#letters.indexOf("}", this.#index);
            this.#index = close < 0 ? this.#letters.length : close + 1;
        }
        if (letter === "p" || letter === "P") return PROPERTY_WEIGHT;
        return "DWSNX".includes(letter) ? MANY_WEIGHT : 1;
    }
}

function sum(left, right) {
    return Math.min(left + right, CEILING);
}
