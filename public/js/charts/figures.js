// Values of panels as people read them: short, with a unit, never more digits than matter. Pure.

import { bytes, count } from "../parts/format.js";

const TIME_UNITS = [["ns", 1], ["us", 1e3], ["ms", 1e6], ["s", 1e9], ["min", 60e9], ["h", 3600e9]];
const WRITTEN = { us: "\u00b5s" };
const LARGE = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e4, "k"]];

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

/** For an axis: "4k", "1.5M"; no unit but that of sizes and durations. */
export function axisWords(value, unit) {
    if (value === 0) return "0";
    if (unit !== undefined && unit !== "%") return valueWords(value, unit);
    return plain(value);
}

function duration(value, unit) {
    const nanos = value * TIME_UNITS.find(([name]) => name === unit)[1];
    const [name, size] = TIME_UNITS.findLast(([, one]) => Math.abs(nanos) >= one) ?? TIME_UNITS[0];
    return { figure: plain(nanos / size), unit: WRITTEN[name] ?? name };
}

function plain(value) {
    const size = Math.abs(value);
    const [scale, letter] = LARGE.find(([one]) => size >= one) ?? [1, ""];
    if (letter !== "") return short(letter === "k" ? value / 1000 : value / scale) + letter;
    return Number.isInteger(value) ? count(value) : short(value);
}

/** Three digits at most; integers stay so. */
function short(value) {
    const size = Math.abs(value);
    if (size >= 100) return count(value);
    return size >= 10 ? String(Number(value.toFixed(1))) : String(Number(value.toFixed(size < 1 ? 3 : 2)));
}
