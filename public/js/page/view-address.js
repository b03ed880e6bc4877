// The address of the page is the view: stream, filter, and a place in the past. Pure.

/** How a view looks beside what is in it; `split` is the query of the view beside it, and may be empty. */
const LOOKS = ["columns", "by", "zone", "split"];

/** The lens of an address: stream, filter, and looks. */
export function lensOf(search) {
    const query = new URLSearchParams(search);
    const lens = { stream: query.get("stream") || "all", filter: query.get("filter") ?? "" };
    for (const name of LOOKS) if (query.has(name)) lens[name] = query.get(name);
    return lens;
}

/** No time or position is longer; a longer text is none. */
const LONGEST_PLACE = 64;

/** The place in the past that an address names, `{ since, until }` or `{ at }`; undefined if it is live. */
export function placeOf(search) {
    const query = new URLSearchParams(search);
    const [since, until, at] = ["since", "until", "at"].map((name) => {
        const text = query.get(name) || undefined;
        return text?.length <= LONGEST_PLACE ? text : undefined;
    });
    if (at) return { at };
    return since || until ? { since, until } : undefined;
}

/** The query part for a lens and a place, "" or "?…", readable where an address allows it. */
export function searchOf(lens, place = {}) {
    const { stream, filter, split } = lens;
    const parts = [];
    if (stream !== "all") parts.push(`stream=${encode(stream)}`);
    if (filter !== "") parts.push(`filter=${encode(filter)}`);
    for (const name of LOOKS) if (lens[name] && name !== "split") parts.push(`${name}=${encode(lens[name])}`);
    for (const name of ["since", "until", "at"]) if (place[name]) parts.push(`${name}=${encode(place[name])}`);
    if (split !== undefined) parts.push(`split=${encode(split)}`);
    return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/** Address of the socket beside a page. */
export function socketAddress({ protocol, host, pathname }) {
    const folder = pathname.slice(0, pathname.lastIndexOf("/") + 1);
    return `${protocol === "https:" ? "wss:" : "ws:"}//${host}${folder}ws`;
}

function encode(text) {
    return encodeURIComponent(text).replace(/%20/g, "+").replace(
        /%(3A|2F|40|2C)/gi, (sign) => decodeURIComponent(sign),
    );
}
