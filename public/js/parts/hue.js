// The colour of a name: the same everywhere, whatever else is shown. Pure.

/** One of eight hues by the name, the same on every page: FNV-1a, its high bits mixed into the low ones. */
export function hueOf(name) {
    let hash = 0x811c9dc5;
    for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 29;
}
