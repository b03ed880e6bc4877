import { Page } from "./js/page/page.js";
import { loadIcons } from "./js/parts/parts-view.js";

loadIcons().catch((error) => console.warn("the page goes on without icons:", error));
if (new URLSearchParams(location.search).has("wall")) {
    import("./js/wall/wall.js").then(({ Wall }) => new Wall());
} else {
    new Page();
}
