// Small answers of the relay's HTTP API.

/** The JSON at a path beside the page; throws an Error that says why there is none. */
export async function load(path) {
    const response = await fetch(path, { headers: { Accept: "application/json" } });
    const answer = await response.json().catch(() => undefined);
    if (!response.ok || answer === undefined) throw new Error(answer?.detail ?? `the relay answers ${response.status}`);
    return answer;
}
