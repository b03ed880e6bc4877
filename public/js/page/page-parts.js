// The parts of the page around the rows: each stands in a folder of its own and is known here by name only.
//
// A part may have
//   take(update)   what the worker says, before it is painted
//   show(view)     the state of the page, some times a second: { now, time, link, stats, counts, lens, relay, zone, … }
//   commands       functions for keys and palette, by the names in keys.js
//   escape()       closes what is open; true if something was

import { FacetsPart } from "../facets/facets-part.js";
import { FilterPart } from "../filter-box/filter-part.js";
import { HighlightsPart } from "../highlights/highlights-part.js";
import { HistogramPart } from "../histogram/histogram-part.js";
import { LaterParts } from "./later-parts.js";
import { Later } from "../parts/later.js";
import { PanelsPart } from "../panels/panels-part.js";
import { RowChoices } from "../rows/row-choices.js";
import { RowsPart } from "../rows/rows-part.js";
import { TakingPart } from "../taking/taking-part.js";
import { ThriftPart } from "./thrift-part.js";
import { addStyles } from "../parts/styles.js";
import { storage } from "../parts/stored.js";

/** `about` is { relay, views, acts, walk, signal }; the parts get a `menu` with it, the one of the page. */
export function makeParts(about) {
    const menu = new Later(async () => {
        const [{ ActionMenuView }] = await Promise.all([import("../parts/action-menu-view.js"), addStyles("action-menu")]);
        return new ActionMenuView({ signal: about.signal });
    });
    const page = { ...about, menu };
    const rows = new RowsPart(page, { menu, choices: new RowChoices(storage()) });
    return [
        rows, new FilterPart(page), new FacetsPart(page), new HighlightsPart(page), new PanelsPart(page),
        new HistogramPart(page), new TakingPart(page), new ThriftPart(page), new LaterParts(page),
    ];
}
