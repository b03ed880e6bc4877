// The nine levels, in order, and how the page groups them. Pure.

export const LEVELS = ["trace", "debug", "info", "notice", "warn", "error", "critical", "alert", "emergency"];

/** One sign per level, so that colour is never the only difference. */
export const LETTERS = {
    trace: "T", debug: "D", info: "I", notice: "N", warn: "W", error: "E", critical: "C", alert: "A", emergency: "!",
};

/** Keys 1–5 set these as the lowest level shown. */
export const THRESHOLDS = ["trace", "debug", "info", "warn", "error"];

const WARN = LEVELS.indexOf("warn");
const ERROR = LEVELS.indexOf("error");

/** Position in the order, −1 when the event has no level or one this page does not know. */
export function rank(level) {
    return LEVELS.indexOf(level);
}

/** "error" for error and above, "warn" for warn, "" for the rest: what jumps and the ruler look for. */
export function severity(levelRank) {
    if (levelRank >= ERROR) return "error";
    return levelRank === WARN ? "warn" : "";
}

/** Events of level error and above in a table of counts per level. */
export function errorsIn(counts) {
    return LEVELS.slice(ERROR).reduce((sum, level) => sum + (counts?.[level] ?? 0), 0);
}
