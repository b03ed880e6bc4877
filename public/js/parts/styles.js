// Style sheets of what the page shows only when asked for. All rules stand in layers, so it does not matter when they come.

const sheets = new Map();

/** Resolves when the sheets css/NAME.css are in force. */
export function addStyles(...names) {
    return Promise.all(names.map((name) => {
        if (!sheets.has(name)) sheets.set(name, added(`css/${name}.css`));
        return sheets.get(name);
    }));
}

function added(href) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    document.head.append(link);
    return new Promise((done) => {
        // Without its sheet a view still says what it has to say.
        for (const type of ["load", "error"]) link.addEventListener(type, done, { once: true });
    });
}
