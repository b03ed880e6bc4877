// What to ask the relay for the rows around an event. Pure.

/** Events on one side at most: what still can be read as context. */
const MOST = 400;

/** Parameters of two or three searches: before the event, and the event with what follows. */
export function contextQueries({ event, epoch, before, after, isAny }, stream) {
    const filter = isAny || event.source === undefined ? "" : `source=${JSON.stringify(event.source)}`;
    const base = { stream, filter };
    return [
        { ...base, order: "desc", from: `${epoch}:${event.seq}`, limit: Math.min(MOST, before) },
        // Reading begins behind a position, so the event itself is the first behind the one before it.
        { ...base, order: "asc", from: `${epoch}:${Math.max(0, event.seq - 1)}`, limit: Math.min(MOST, after) + 1 },
    ];
}

/** The answers, each oldest first, as one list. */
export function joinContext([before, after]) {
    return [...before, ...after];
}
