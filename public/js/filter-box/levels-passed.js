// Which levels a filter lets pass, as far as its conditions on levels go. Pure.

import { FieldChoice } from "./field-choice.js";

const CHOICE = new FieldChoice("level");

/** Whether events of a level can pass; a text that is no filter hides none. */
export function passesLevel(text, level) {
    return CHOICE.partsIn(text).every((part) => CHOICE.passes(part, level));
}
