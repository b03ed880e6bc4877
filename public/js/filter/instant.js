// A date with or without a time of day, as people and logs write it (RFC 3339, ISO 8601): `2026-11-22`,
// `2026-11-22T07:35`, `2026-11-22 07:35:12.5+01:00`. Without a zone it is UTC. Pure.

const FORM = new RegExp(
    "^(\\d{4})-(\\d\\d)-(\\d\\d)"
        + "(?:[Tt ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?"
        + "(?:[Zz]|([+-])(\\d\\d):?(\\d\\d)?)?)?$",
);

/** The years that nanoseconds since 1970 in 64 bits reach. */
const [EARLIEST, LATEST] = [-(2n ** 63n), 2n ** 63n - 1n];
const SECOND = 1_000_000_000n;

/**
 * `{ nanoseconds, precision }`: since 1970, and how long the last part that was written lasts: a day, a minute, a
 * second, … a nanosecond. Undefined if the text is anything else.
 */
export function instantOf(text) {
    if (text.length < 10 || text.length > 40) return undefined;
    const parts = FORM.exec(text);
    if (!parts) return undefined;
    const [year, month, day] = parts.slice(1, 4).map(Number);
    const [hour, minute, second, , , hours, minutes] = parts.slice(4).map((part) => Number(part ?? 0));
    const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, year);
    if (!isDate || hour > 23 || minute > 59 || second > 60 || hours > 23 || minutes > 59) return undefined;
    const offset = (hours * 3600 + minutes * 60) * (parts[8] === "-" ? -1 : 1);
    const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    const scaled = BigInt(seconds) * SECOND;
    const nanoseconds = scaled + BigInt((parts[7] ?? "").padEnd(9, "0"));
    if (scaled < EARLIEST || nanoseconds > LATEST) return undefined;
    return { nanoseconds, precision: precisionOf(parts) };
}

/** True if a time lies in the day, minute, second … that was written. */
export function covers({ nanoseconds, precision }, time) {
    return time >= nanoseconds && time - nanoseconds < precision;
}

function precisionOf(parts) {
    if (parts[7] !== undefined) return 10n ** BigInt(9 - parts[7].length);
    if (parts[6] !== undefined) return SECOND;
    return parts[4] !== undefined ? 60n * SECOND : 86_400n * SECOND;
}

function daysIn(month, year) {
    if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
    return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days of the proleptic Gregorian calendar; years start in March, so that the leap day is the last one. */
function daysSince1970(year, month, day) {
    const shifted = month <= 2 ? year - 1 : year;
    const era = Math.floor(shifted / 400);
    const yearOfEra = shifted - era * 400;
    const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
    const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
}
