// Measures the way to the relay: each function answers the facts for one check.

import { SUBPROTOCOL } from "../session/protocol.js";

const TRIES = 5;
const PATIENCE_MS = 6000;

export async function measureReach(base) {
    try {
        const answer = await fetch(`${base}api/v1/status`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
        if (!answer.ok) return { isReached: false, status: answer.status, detail: await detailOf(answer) };
        const { version, host } = await answer.json();
        return { isReached: true, status: 200, version, host };
    } catch (error) {
        return { isReached: false, error: error.name === "TimeoutError" ? "it takes too long" : "the network does not get there" };
    }
}

/** { http, skew }: median milliseconds there and back, and how far the relay's clock is ahead of ours. */
export async function measureClock(base) {
    const times = [];
    let skew;
    for (let round = 0; round < TRIES; round += 1) {
        const start = performance.now();
        const began = Date.now();
        const answer = await fetch(`${base}healthz`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
        await answer.text();
        times.push(performance.now() - start);
        const there = Date.parse(answer.headers.get("Date"));
        // The header is cut to the second: half of one later is the best guess.
        if (Number.isFinite(there)) skew = there + 500 - (began + Date.now()) / 2;
    }
    return { http: median(times), skew: skew !== undefined && Math.abs(skew) <= 600 ? 0 : skew };
}

/** { isOpen, milliseconds, extensions, socket, plainStatus }; the socket is left open. */
export async function measureUpgrade(base, socketURL) {
    const start = performance.now();
    const socket = new WebSocket(socketURL, SUBPROTOCOL);
    const isOpen = await new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), PATIENCE_MS);
        socket.addEventListener("message", () => {
            clearTimeout(timer);
            resolve(true);
        }, { once: true });
        socket.addEventListener("close", () => {
            clearTimeout(timer);
            resolve(false);
        }, { once: true });
    });
    if (isOpen) return { isOpen, milliseconds: performance.now() - start, extensions: socket.extensions, socket };
    socket.close();
    const plain = await fetch(`${base}ws`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => undefined);
    return { isOpen, extensions: "", plainStatus: plain?.status };
}

/** Median milliseconds of a question on the socket. */
export async function measureSocket(socket) {
    const times = [];
    for (let round = 0; round < TRIES; round += 1) {
        const start = performance.now();
        const answer = new Promise((resolve) => {
            const listen = ({ data }) => {
                if (!data.startsWith("{\"type\":\"watching\"")) return;
                socket.removeEventListener("message", listen);
                resolve();
            };
            socket.addEventListener("message", listen);
        });
        socket.send("{\"type\":\"watch\",\"panels\":[]}");
        await Promise.race([answer, after(PATIENCE_MS)]);
        times.push(performance.now() - start);
    }
    return median(times);
}

/** Milliseconds until the first bytes of a stream, undefined if none came. */
export async function measureStream(base) {
    const abort = new AbortController();
    const start = performance.now();
    const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
    try {
        const answer = await fetch(`${base}api/v1/stream?last=1`, { cache: "no-store", signal: abort.signal });
        const reader = answer.body.getReader();
        const { done } = await reader.read();
        return done ? undefined : performance.now() - start;
    } catch {
        return undefined;
    } finally {
        clearTimeout(timer);
        abort.abort();
    }
}

/** Watches a socket on which only the relay's beats go; `told` gets { held, wanted, isCut, code } again and again. */
export function watchIdle(socket, wanted, told) {
    const start = performance.now();
    const held = () => performance.now() - start;
    const timer = setInterval(() => {
        told({ held: Math.min(held(), wanted), wanted });
        if (held() >= wanted) stop();
    }, 500);
    const cut = ({ code }) => {
        clearInterval(timer);
        told({ held: held(), wanted, isCut: true, code });
    };
    const stop = () => {
        clearInterval(timer);
        socket.removeEventListener("close", cut);
        socket.close();
    };
    socket.addEventListener("close", cut);
    return stop;
}

async function detailOf(answer) {
    try {
        return (await answer.json()).detail;
    } catch {
        return undefined;
    }
}

function median(values) {
    return values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
}

function after(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
