// A panel as a block of the configuration, to be pasted there. Pure.

const ORDER = ["title", "stream", "filter", "kind", "value", "by", "window", "every", "limit"];
const DEFAULTS = { stream: "all", filter: "", value: "count" };

/** `panel` as the relay tells it or as a `watch` message asks for it. */
export function panelTOML(panel) {
    const block = {
        ...panel,
        by: panel.by?.length === 1 ? panel.by[0] : panel.by,
        window: panel.window ?? spanText(panel.window_ms),
        every: panel.every ?? spanText(panel.every_ms),
    };
    const lines = ORDER.filter((key) => isSaid(block[key]) && block[key] !== DEFAULTS[key])
        .map((key) => `${key} = ${written(block[key])}`);
    return ["[[panel]]", ...lines, ""].join("\n");
}

/** 900000 → "15m". */
export function spanText(milliseconds) {
    if (milliseconds === undefined) return undefined;
    const units = [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1000], ["ms", 1]];
    const [unit, size] = units.find(([, one]) => milliseconds % one === 0);
    return `${milliseconds / size}${unit}`;
}

function isSaid(value) {
    return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function written(value) {
    if (typeof value === "number") return String(value);
    if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
    // JSON's escapes are those of a basic TOML string, but for DEL.
    return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}
