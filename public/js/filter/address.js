// IPv4 and IPv6 addresses and networks in CIDR notation (RFC 4632). Pure.
//
// An address is a BigInt of 128 bits; IPv4 stands as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2), so that both forms of one
// address are equal.

/** The longest form is an IPv4-mapped address written out. */
const MAX_LENGTH = 45;
const IPV4_PREFIX = 0xffffn << 32n;

export function addressOf(text) {
    if (text.length < 2 || text.length > MAX_LENGTH || !/^[0-9a-fA-F:]/.test(text)) return undefined;
    if (text.includes(":")) return ipv6(text);
    const small = ipv4(text);
    return small === undefined ? undefined : IPV4_PREFIX | small;
}

/** `{ base, bits }` counted in the IPv6 form; undefined if the text is no network. */
export function networkOf(text) {
    const parts = text.split("/");
    if (parts.length !== 2 || !/^\d{1,3}$/.test(parts[1])) return undefined;
    const base = addressOf(parts[0]);
    if (base === undefined) return undefined;
    const isIPv4 = !parts[0].includes(":");
    const length = Number(parts[1]);
    if (length > (isIPv4 ? 32 : 128)) return undefined;
    return { base, bits: isIPv4 ? length + 96 : length };
}

export function holds({ base, bits }, address) {
    const rest = BigInt(128 - bits);
    return base >> rest === address >> rest;
}

function ipv4(text) {
    const parts = text.split(".");
    if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
        return undefined;
    }
    return parts.reduce((sum, part) => sum << 8n | BigInt(part), 0n);
}

function ipv6(text) {
    const halves = text.split("::");
    if (halves.length > 2) return undefined;
    const groups = halves.map((half, at) => groupsOf(half, at === halves.length - 1));
    if (groups.includes(undefined)) return undefined;
    const missing = 8 - groups.reduce((sum, half) => sum + half.length, 0);
    if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
    const all = halves.length === 1 ? groups[0] : [...groups[0], ...Array(missing).fill(0n), ...groups[1]];
    return all.reduce((sum, group) => sum << 16n | group, 0n);
}

/** The 16-bit groups on one side of `::`; the very last may be written as IPv4. */
function groupsOf(half, isLast) {
    if (half === "") return [];
    const groups = [];
    const parts = half.split(":");
    for (const [at, part] of parts.entries()) {
        const small = isLast && at === parts.length - 1 && part.includes(".") ? ipv4(part) : undefined;
        if (small !== undefined) groups.push(small >> 16n, small & 0xffffn);
        else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
        else return undefined;
    }
    return groups;
}
