// Values of panels as people read them: short, with a unit, never more digits than matter. Pure.

import { bytes, short } from "../parts/format.js";

const TIME_UNITS = [["ns", 1], ["us", 1e3], ["ms", 1e6], ["s", 1e9], ["min", 60e9], ["h", 3600e9]];
const WRITTEN = { us: "\u00b5s" };

/** Numbers from here on lose their thousands, up to where `short` says millions. */
const THOUSANDS = { from: 1e4, to: 999_950 };

/** Parts of a power of ten that axes end at: their half is as round as themselves. */
const ROUND = [1, 2, 4, 6, 8, 10];

/** { figure, unit }: 3004 in ms is { figure: "3.0", unit: "s" }, 41 without one { figure: "41", unit: "" }. */
export function figureOf(value, unit) {
    if (value === null || value === undefined || !Number.isFinite(value)) return { figure: "\u2013", unit: "" };
    if (TIME_UNITS.some(([name]) => name === unit)) return duration(value, unit);
    if (unit === "bytes") {
        const [figure, written] = bytes(value).split(" ");
        return { figure, unit: written };
    }
    return { figure: plain(value), unit: unit ?? "" };
}

/** The same as one text: "3.0 s", "41", "2.9 %". */
export function valueWords(value, unit) {
    const { figure, unit: written } = figureOf(value, unit);
    return written === "" ? figure : `${figure} ${written}`;
}

/** For an axis: "4 k", "1.5 M"; no unit but that of sizes and durations. */
export function axisWords(value, unit) {
    if (value === 0) return "0";
    if (unit !== undefined && unit !== "%") return valueWords(value, unit);
    return plain(value);
}

/** The lowest number for the end of an axis that is not below `value`; 1 for nothing. */
export function roundAbove(value) {
    if (!(value > 0)) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    const share = value / power;
    // 0.1 + 0.2 is a little more than 0.3, and no reason for the next step.
    return (ROUND.find((step) => step * (1 + 1e-9) >= share) ?? 10) * power;
}

function duration(value, unit) {
    const nanos = value * TIME_UNITS.find(([name]) => name === unit)[1];
    const [name, size] = TIME_UNITS.findLast(([, one]) => Math.abs(nanos) >= one) ?? TIME_UNITS[0];
    return { figure: plain(nanos / size), unit: WRITTEN[name] ?? name };
}

function plain(value) {
    const size = Math.abs(value);
    return size >= THOUSANDS.from && size < THOUSANDS.to ? `${short(value / 1000)}\u202fk` : short(value);
}
