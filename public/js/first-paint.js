// Runs before the first paint, so that a page in the reader's own colours never flashes in the system's.
try {
    const preferences = JSON.parse(localStorage.getItem("tailrace") ?? "{}");
    const { dataset } = document.documentElement;
    if (preferences.theme === "dark" || preferences.theme === "light") dataset.theme = preferences.theme;
    if (preferences.density === "normal") dataset.density = "normal";
    if (preferences.isWrapped === true) dataset.wrap = "on";
    if ([1, 2, 3].includes(preferences.textSize)) dataset.text = preferences.textSize;
} catch {
    // No storage, or none that this page wrote: the system's colours are right then.
}

// The worker takes longest to get ready. It is at work while the page is still read; js/page/relay.js takes it over.
if (!new URLSearchParams(location.search).has("doctor")) {
    const { href } = new URL("session/relay-worker.js?joined", document.currentScript.src);
    // The content policy lets nothing else name a script; browsers that know no Trusted Types take the address.
    const policy = globalThis.trustedTypes?.createPolicy("tailrace", { createScriptURL: () => href });
    globalThis.earlyWorker = new Worker(policy?.createScriptURL("") ?? href, { type: "module", name: "relay" });
}
