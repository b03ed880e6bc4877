import { Page } from "./js/page/page.js";
import { addStyles } from "./js/parts/styles.js";

/** Other pages than that of the events, by the name in the address; loaded only there. */
const PAGES = {
    wall: async () => {
        const [{ Wall }] = await Promise.all([import("./js/wall/wall.js"), addStyles("panels", "wall")]);
        return new Wall();
    },
    home: async () => {
        const [{ Home }] = await Promise.all([import("./js/home/home.js"), addStyles("home")]);
        return new Home();
    },
    doctor: async () => {
        const [{ Doctor }] = await Promise.all([import("./js/doctor/doctor.js"), addStyles("doctor")]);
        return new Doctor();
    },
};

const query = new URLSearchParams(location.search);
const other = Object.keys(PAGES).find((name) => query.has(name));
if (other) PAGES[other]();
else new Page();
