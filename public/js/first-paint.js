// Runs before the first paint, so that a page in the reader's own colours never flashes in the system's.
let thrift = "auto";
let hasOwnLook = false;
try {
    const preferences = JSON.parse(localStorage.getItem("tailrace") ?? "{}");
    const { dataset } = document.documentElement;
    if (preferences.theme === "dark" || preferences.theme === "light") dataset.theme = preferences.theme;
    if (preferences.density === "normal") dataset.density = "normal";
    if (preferences.isWrapped === true) dataset.wrap = "on";
    thrift = preferences.thrift;
    const { zone = "utc", timeMode = "absolute" } = preferences;
    const { columns = [], repeats = "off" } = JSON.parse(localStorage.getItem("tailrace.rows") ?? "{}");
    hasOwnLook = zone !== "utc" || timeMode !== "absolute" || columns.length > 0 || repeats !== "off";
    if ([1, 2, 3].includes(preferences.textSize)) dataset.text = preferences.textSize;
} catch {
    // No storage, or none that this page wrote: the system's colours are right then.
}

// The worker takes longest to get ready, and what it asks the relay for takes its time: both happen while the page is still
// read. js/page/relay.js takes it over.
const query = new URLSearchParams(location.search);
if (!query.has("doctor")) {
    const { href } = new URL("session/relay-worker.js?joined", document.currentScript.src);
    // The content policy lets nothing else name a script; browsers that know no Trusted Types take the address.
    const policy = globalThis.trustedTypes?.createPolicy("tailrace", { createScriptURL: () => href });
    const { saveData, type } = navigator.connection ?? {};
    const prefersLess = matchMedia("(prefers-reduced-data: reduce)").matches;
    const isOfEvents = !query.has("wall") && !query.has("home");
    // Rows are made as the reader wants them; how that is, where it is not the usual, only the page's own script knows.
    const isUsual = !hasOwnLook && !query.has("columns") && !query.has("zone");
    // By its name, as a message would only reach it when the page's own script has run.
    const known = { address: location.href, thrift, connection: { saveData, type }, prefersLess, isUsual };
    const name = isOfEvents ? JSON.stringify(known) : "relay";
    const worker = new Worker(policy?.createScriptURL("") ?? href, { type: "module", name });
    worker.addEventListener("message", ({ data }) => { worker.first = data; }, { once: true });
    globalThis.earlyWorker = worker;
}
