// What the page's own evaluator says, for the test that compares it with the relay: lines of JSON in, lines out.
//
// First line: the events' texts, an array of strings. Each further line: a filter, as a JSON string. Out: one line for
// each filter, { canonical, seqs } with seqs null where only the relay can tell, or { error }.

import { createInterface } from "node:readline";
import { Filter, FilterError } from "../../public/js/filter/filter.js";

let events;

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const value = JSON.parse(line);
    if (events) console.log(JSON.stringify(answer(value)));
    else events = value.map((text) => ({ text, seq: JSON.parse(text).seq }));
}

function answer(text) {
    try {
        const filter = new Filter(text);
        const matching = filter.isAnswerable ? events.filter((event) => filter.matches(event.text)) : undefined;
        return { canonical: filter.canonical, seqs: matching?.map(({ seq }) => seq) ?? null };
    } catch (error) {
        if (!(error instanceof FilterError)) throw error;
        const { message, column, length, expected, suggestion } = error;
        if (!error.isCertain) return { seqs: null };
        return { error: { message, at: column, length, expected, suggestion } };
    }
}
