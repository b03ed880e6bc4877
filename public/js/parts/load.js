// Small answers of the relay's HTTP API.

/** The JSON at a path beside the page; throws an Error that says why there is none. */
export async function load(path) {
    return answerOf(await fetch(path, { headers: { Accept: "application/json" } }));
}

/** The answer to a question; `body` is JSON text. */
export async function ask(path, body) {
    return answerOf(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body }));
}

async function answerOf(response) {
    const answer = await response.json().catch(() => undefined);
    if (!response.ok || answer === undefined) throw new Error(answer?.detail ?? `the relay answers ${response.status}`);
    return answer;
}
