// The filter language for views that look at a filter's text while they paint. It is a quarter of the page's code, and
// an empty filter needs none of it, so it comes with the first text that is not empty, or with the first edit.

let known;        // all functions of filter-text.js and some of its neighbours, once they came
let coming;

/** The functions of filter-text.js and how a text is judged, for edits. */
export function filterLanguage() {
    coming ??= import("./language-modules.js").then((modules) => known = modules);
    coming.catch(() => coming = undefined);   // the relay was away; the next one who asks tries again
    return coming;
}

/** Whether what is below can tell about this text now; if not, the language is on its way. */
export function isReadable(text) {
    if (known || text.trim() === "") return true;
    filterLanguage().catch(() => undefined);   // it is asked for again
    return false;
}

/** What is to say about a text, see filter-judge.js; nothing before the language came. */
export function judge(text, context) {
    return known && text !== "" ? known.judge(text, context) : {};
}

export function badRange(text, problem) {
    return known.badRange(text, problem);
}

/** Whether a text is a filter. */
export function isFilter(text) {
    return isReadable(text) && (known === undefined || known.partsOf(text) !== undefined);
}

export function levelOf(text) {
    return known?.levelOf(text);
}

/** How a text treats the values of a field, asked one by one. */
export function stateOf(text, name) {
    return known?.stateOf(text, name) ?? (() => "");
}

export function namedValues(text, name) {
    return known?.namedValues(text, name) ?? [];
}

export function withoutBounds(text) {
    return known ? known.withoutBounds(text) : text.trim();
}

export function withoutField(text, name) {
    return known ? known.withoutField(text, name) : text;
}

/** Whether events of a level can pass. */
export function passesLevel(text, level) {
    return known?.passesLevel(text, level) ?? true;
}
