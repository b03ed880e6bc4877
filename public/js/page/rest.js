// What comes behind the first rows: modules that are not needed to show them, but must be here when the relay is not.

import { filterLanguage } from "../filter-box/language.js";
import { addStyles } from "../parts/styles.js";

/** In the order in which a reader is likely to want them. */
const REST = [
    filterLanguage,
    () => import("../rows/value-menu-view.js"),
    () => import("../rows/value-filter.js"),
    () => import("../filter-box/completer.js"),
    () => import("../parts/action-menu-view.js"),
    () => import("../facets/facet-menu-entries.js"),
    () => import("../highlights/chips-view.js"),
    () => import("../palette/palette-part.js"),
    () => import("../palette/palette-dialog.js"),
    () => import("./help-view.js"),
    () => addStyles("details", "panels", "action-menu", "highlights", "notes"),
];

/** One after the other, so that the rows have the connection to themselves; what fails comes when it is asked for. */
export async function loadRest() {
    for (const load of REST) {
        try {
            await load();
        } catch {
            return;
        }
    }
}
