// Edits filter text the way a reader would. Pure: text in, text out. The text is the only place where a filter lives;
// every button, facet and menu of the page ends up here.
//
// For a value of a field (null for "does not have the field"), with `name` as in `level`, `unit`, `user.name`:
//   include(text, name, value)        this value too: joins those chosen already by OR, takes back an exclusion
//   exclude(text, name, value)        not this value: takes back its choice
//   only(text, name, value)           this value and no other of the field
//   pivot(text, name, value)          everything that has this value, whatever else the filter said
//   toggleIncluded, toggleExcluded, toggleOnly   what a second click takes back
//   stateOf(text, name)               value => "in", "out" (others are chosen), "not" (left out) or ""
//   namedValues(text, name)           the values that the text names
//   withoutField(text, name)          the text without the conditions about this field alone
// For levels: withLevel(text, level), levelOf(text), toggleLevel(text, level).
// For clauses, by their place in clausesOf(text): withoutClauseAt, withPartAt, switchedAt, invertedAt.
//
// What is left of the text keeps its spelling. A text that is no filter gets conditions at its end and nothing else.

export { clausesOf, invertedAt, switchedAt, withoutClauseAt, withoutWords, withPartAt } from "./clause-list.js";
export { levelOf, toggleLevel, withLevel } from "./level-text.js";
export { wordsOf } from "./marked-words.js";
export {
    exclude, include, namedValues, only, pivot, stateOf, toggleExcluded, toggleIncluded, toggleOnly, withoutBounds,
    withoutField,
} from "./value-edits.js";
export { conditionFor, writtenName, writtenValue } from "./written.js";
