import { Page } from "./js/page/page.js";
import { loadIcons } from "./js/parts/parts-view.js";

/** Other pages than that of the events, by the name in the address; loaded only there. */
const PAGES = {
    wall: async () => new (await import("./js/wall/wall.js")).Wall(),
    doctor: async () => new (await import("./js/doctor/doctor.js")).Doctor(),
};

loadIcons().catch((error) => console.warn("the page goes on without icons:", error));
const query = new URLSearchParams(location.search);
const other = Object.keys(PAGES).find((name) => query.has(name));
if (other) PAGES[other]();
else new Page();
