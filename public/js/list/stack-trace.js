// Lines of a joined event as a reader of stack traces sees them: own frames, frames of libraries, causes. Pure.

/** Places in a line that name a file and a line in it. */
const PLACES = [
    /\(([\w$.-]+\.(?:java|kt|scala|groovy|clj):\d+)\)/d,                        // Java and its relatives
    /File "([^"]+", line \d+)/d,                                               // Python
    /((?:file:\/\/|node:)?[^\s()"]+\.(?:[cm]?[jt]sx?|mjs):\d+(?::\d+)?)\)?$/d,   // Node
    /((?:\.{0,2}\/|[A-Za-z]:\\)?[^\s()"]+\.(?:go|rs|rb|py|swift|c|cc|cpp|cs|php|ex|exs):\d+(?::\d+)?)/d,
    /(\bnode:[\w/]+:\d+:\d+)/d,
];

const FRAMES = [
    /^\s+at\s/, /^\s*File ".+", line \d+/, /^\s*(?:from\s)?\S+\.rb:\d+/, /^\s+\d+:\s+(?:0x[0-9a-f]+ - )?[\w<]/,
    /^\s+\S+\.go:\d+/, /^[\w./*()-]+\.[\w.()*[\]-]+\(.*\)$/, /^created by /, /^\s+\.\.\. \d+ (?:more|common frames)/,
];

const LIBRARY = [
    // Java
    /\bat (?:[\w.$-]+\/)*(?:javax?|jdk|sun|com\.sun|jakarta|kotlinx?|scala|groovy|clojure)\./,
    /\bat (?:[\w.$-]+\/)*(?:org\.(?:springframework|apache|hibernate|junit|slf4j|eclipse|jboss|postgresql|gradle))\./,
    /\bat (?:[\w.$-]+\/)*(?:io\.(?:netty|grpc|undertow|vertx|reactivex|micrometer)|reactor|akka|okhttp3|ch\.qos)\./,
    /\bat (?:[\w.$-]+\/)*com\.(?:fasterxml|google\.common|zaxxer|mysql)\./, /\bjava\.base\//,
    // Python
    /\/(?:site|dist)-packages\//, /\/lib\/python\d/, /<frozen /,
    // Go
    /\/(?:usr\/local\/go|usr\/lib\/go[^/]*|go\/pkg\/mod|libexec)\//, /^(?:runtime|net|sync|testing|internal)[./]/,
    // Node
    /\/node_modules\//, /\bnode:/, /\(internal\//, /\(?<anonymous>\)?$/,
    // Rust
    /\/rustc\//, /\.cargo\/registry\//, /^\s+\d+:\s+(?:0x[0-9a-f]+ - )?<?(?:std|core|alloc|tokio|rust_|__)/,
    // Ruby
    /\/gems\//, /\/lib\/ruby\//, /<internal:/,
    /^\s+\.\.\. \d+ (?:more|common frames)/,
];

const CAUSES = [
    /^\s*(?:Caused by|Suppressed):/, /^\s*\[?cause\]?:/, /^\s*(?:panic|fatal error): /,
    /^(?:During handling of the above|The above exception was)/,
    /^(?:[A-Za-z_][\w]*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning)(?:: |$)/, /^thread '.+' .*panicked at /,
];

/** `[{ text, kind, place }]`: `kind` is "own", "library", "cause" or "", `place` the range of file and line. */
export function framesOf(lines) {
    const isTrace = lines.some((line) => FRAMES.some((form) => form.test(line)));
    let above = "";
    return lines.map((text, at) => {
        const kind = isTrace ? kindOf(text, lines[at + 1], above) : "";
        above = kind;
        return { text, kind, place: isTrace && kind !== "cause" ? placeIn(text) : undefined };
    });
}

function kindOf(text, below, above) {
    const isVerdict = /^[A-Za-z_][\w.]*: /.test(text) && (above === "own" || above === "library");
    if (isVerdict || CAUSES.some((form) => form.test(text))) return "cause";
    const isFrame = FRAMES.some((form) => form.test(text));
    // Python and Rust write a second line below a frame, Go the place below the function: both are one frame.
    if (!isFrame) return /^\s{2,}\S/.test(text) && (above === "own" || above === "library") ? above : "";
    const isPlaceOnly = /^\s+(?:at )?\S+\.(?:go|rs):\d+/.test(text);
    if (isPlaceOnly && above === "library") return "library";
    const isFunction = /\)$/.test(text) && /^\t\S+\.go:\d+/.test(below ?? "");
    const isLibrary = LIBRARY.some((form) => form.test(text) || (isFunction && form.test(below)));
    return isLibrary ? "library" : "own";
}

function placeIn(text) {
    for (const form of PLACES) {
        const found = form.exec(text);
        if (found) return { from: found.indices[1][0], to: found.indices[1][1] };
    }
    return undefined;
}
