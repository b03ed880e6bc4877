// All of the filter language that the page uses, as one module to load; see language.js.

export { badRange, judge } from "./filter-judge.js";
export { partsOf } from "./filter-parts.js";
export * from "./filter-text.js";
export { passesLevel } from "./levels-passed.js";
