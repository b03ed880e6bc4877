// Server-sent events out of text that comes in pieces. Pure.

/** Reads the stream of one answer; what a piece leaves unfinished waits for the next one. */
export class EventStream {
    #rest = "";
    #name = "";
    #data = [];

    /** The events that are complete with this piece, each `{ name, data }`; the usual name is "message". */
    push(text) {
        const found = [];
        this.#rest += text;
        let start = 0;
        for (let end = this.#lineEnd(start); end >= 0; end = this.#lineEnd(start)) {
            this.#line(this.#rest.slice(start, end), found);
            start = end + (this.#rest.startsWith("\r\n", end) ? 2 : 1);
        }
        this.#rest = this.#rest.slice(start);
        return found;
    }

    /** A CR at the very end may be half of a line end: it waits. */
    #lineEnd(start) {
        const feed = this.#rest.indexOf("\n", start);
        const part = feed < 0 ? this.#rest.slice(start) : this.#rest.slice(start, feed);
        const carriage = part.indexOf("\r");
        if (carriage < 0) return feed;
        const end = start + carriage;
        return end === this.#rest.length - 1 ? -1 : end;
    }

    #line(line, found) {
        if (line === "") return this.#finish(found);
        const colon = line.indexOf(":");
        if (colon === 0) return undefined;
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
        if (field === "event") this.#name = value;
        if (field === "data") this.#data.push(value);
        return undefined;
    }

    #finish(found) {
        if (this.#data.length > 0) found.push({ name: this.#name || "message", data: this.#data.join("\n") });
        this.#name = "";
        this.#data = [];
    }
}
