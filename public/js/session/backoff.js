// How long to wait before the next attempt to connect. Pure.

/** First wait. Short, because most breaks are a restart of the relay or a network change. */
export const FIRST_WAIT_MS = 500;

/** Longest wait: a reader at a wall screen should be back within this after an outage of any length. */
export const LONGEST_WAIT_MS = 10_000;

/** Growth per attempt; with the two limits above: 0.5, 0.8, 1.3, 2, 3.3, 5.2, 8.4, 10, 10 … seconds. */
const GROWTH = 1.6;

/** Share of the wait that is random, so that a thousand pages do not return in the same second. */
const JITTER = 0.3;

/** Milliseconds before attempt number `attempt` (from 1); `random` is in 0…1. */
export function waitBefore(attempt, random = Math.random()) {
    const grown = FIRST_WAIT_MS * GROWTH ** Math.max(0, attempt - 1);
    const limited = Math.min(LONGEST_WAIT_MS, grown);
    return Math.round(limited * (1 - JITTER * random));
}
