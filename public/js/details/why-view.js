// Why an event passes the filter or not, clause by clause, as the relay says.

import { h } from "../parts/parts-view.js";

export function why({ filter, position }) {
    const answer = h("div", { class: "why-clauses", role: "status" });
    const button = h("button", { type: "button", class: "button small" }, "Why does it match?");
    button.addEventListener("click", async () => {
        answer.replaceChildren(h("p", { class: "quiet" }, "asking the relay"));
        answer.replaceChildren(...await explained(filter, position));
    });
    return h("div", { class: "why" }, button, answer);
}

async function explained(filter, position) {
    try {
        const answer = await fetch("api/v1/explain", {
            method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ filter, position }),
        });
        const said = await answer.json();
        if (!answer.ok) return [h("p", { class: "quiet" }, said.detail ?? "The relay refused to say")];
        const verdict = said.matches ? "It matches" : "It does not match";
        const because = said.exempt ? `, as every ${said.exempt} does` : said.clauses.length === 0 ? ": there is no filter" : ":";
        return [h("p", null, verdict, because), ...said.clauses.map(clause)];
    } catch {
        return [h("p", { class: "quiet" }, "The relay did not answer")];
    }
}

function clause({ text, holds, negated, result, value }) {
    const found = result === "missing" ? "the event does not have this field" : value === undefined ? "" : `it is ${value}`;
    return h(
        "div", { class: `why-clause${holds ? "" : " fails"}` },
        h("b", null, holds === undefined ? "off" : holds ? "holds" : "fails"),
        h("code", null, `${negated ? "-" : ""}${text}`),
        h("span", { class: "quiet" }, found),
    );
}
