// The address of the page is the view: stream and filter. Pure.

/** The part of a lens that an address holds; "all" and an empty filter are left out of it. */
export function lensOf(search) {
    const query = new URLSearchParams(search);
    return { stream: query.get("stream") || "all", filter: query.get("filter") ?? "" };
}

/** The query part for a lens, "" or "?…", readable where an address allows it. */
export function searchOf({ stream, filter }) {
    const parts = [];
    if (stream !== "all") parts.push(`stream=${encode(stream)}`);
    if (filter !== "") parts.push(`filter=${encode(filter)}`);
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
