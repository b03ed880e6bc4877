// Zones of time: "utc", "local" (the browser's) and the names that the browser knows, as "Europe/Berlin". Pure.

/** Zones change their offset only at multiples of this, so one answer holds for so long. */
const STEP_MS = 900_000;

/** Offsets remembered of one zone; a list of a hundred thousand rows over a month needs some thousands. */
const REMEMBERED = 5000;

const known = new Map();   // zone → { format, offsets }

/** Milliseconds that the clocks of a zone are ahead of UTC at a time. */
export function offsetOf(zone, time) {
    if (zone === "utc" || !Number.isFinite(time)) return 0;
    if (zone === "local") return -new Date(time).getTimezoneOffset() * 60_000;
    const { format, offsets } = zoneOf(zone);
    const step = Math.floor(time / STEP_MS);
    if (!offsets.has(step)) {
        if (offsets.size >= REMEMBERED) offsets.clear();
        offsets.set(step, readOffset(format, step * STEP_MS));
    }
    return offsets.get(step);
}

/** The time at which the clocks of a zone show this; where they show it twice, the first. */
export function timeOfWall(zone, { year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0 }) {
    const wall = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
    const before = wall - offsetOf(zone, wall - 86_400_000);
    return before + offsetOf(zone, before) === wall ? before : wall - offsetOf(zone, wall);
}

/** What the clocks of a zone show: year, month, day, and the weekday, 0 for Sunday. */
export function dateIn(zone, time) {
    const at = new Date(time + offsetOf(zone, time));
    return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), weekday: at.getUTCDay() };
}

export function isZone(zone) {
    if (zone === "utc" || zone === "local") return true;
    try {
        return typeof zone === "string" && zoneOf(zone) !== undefined;
    } catch {
        return false;
    }
}

function zoneOf(zone) {
    if (!known.has(zone)) {
        const format = new Intl.DateTimeFormat("en-GB", {
            timeZone: zone, calendar: "iso8601", hourCycle: "h23",
            year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
        });
        known.set(zone, { format, offsets: new Map() });
    }
    return known.get(zone);
}

function readOffset(format, time) {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const { year, month, day, hour, minute, second } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - time;
}
