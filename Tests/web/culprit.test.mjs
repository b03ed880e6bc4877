import assert from "node:assert/strict";
import { test } from "node:test";
import { ClauseCounts } from "../../public/js/filter-box/clause-counts.js";
import { culpritsOf, nearestTo } from "../../public/js/filter-box/culprit.js";
import { verdictsOf } from "../../public/js/filter-box/explained.js";
import { clausesOf } from "../../public/js/filter-box/filter-text.js";

test("the clause that nothing passes is to blame, else the one without which most would", () => {
    assert.deepEqual(culpritsOf([{ alone: 5 }, { alone: 0 }, { alone: 0, isOff: true }]), [1]);
    assert.deepEqual(culpritsOf([{ alone: 5, without: 1 }, { alone: 9, without: 7 }]), [1]);
    assert.deepEqual(culpritsOf([{ alone: 5, without: 0 }, { alone: 9, without: 0 }]), []);
    assert.deepEqual(culpritsOf([{ alone: 5 }, { alone: undefined }]), []);
});

const facet = (...values) => ({ present: 9, values: values.map((value) => ({ value, count: 3 })) });
const near = (text, found) => nearestTo(clausesOf(text)[0], found);

test("the nearest number, name or text is offered", () => {
    assert.deepEqual(near("status:600..699", facet(200, 502, 504)), {
        words: "status is seen from 200 to 504 here.", condition: "status=504", count: 3,
    });
    assert.equal(near("unit=ngnix", facet("api.service", "nginx.service")).condition, "unit=nginx.service");
    assert.equal(near("host:web", facet("db", "the-Web-1")).condition, "host=the-Web-1");
    assert.deepEqual(near("host=zzzzzz", facet("a", "b")), { words: "host is a, b here." });
    assert.equal(near("uid=0", { present: 0, values: [] }).condition, "\"uid=0\"");
    assert.equal(near("-host=x", facet("a")), undefined);
    assert.equal(near("timeout", undefined), undefined);
});

test("clauses are counted one by one, and without each where all are found", async () => {
    const asked = [];
    const load = (path) => {
        asked.push(decodeURIComponent(path));
        return Promise.resolve(path.includes("facets") ? { facets: [facet(1)] } : { matched: path.includes("nope") ? 0 : 4 });
    };
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    const counts = new ClauseCounts({ load, changed: () => {} });
    counts.want({ stream: "all", filter: "a #(b) x:nope since:15m", isThorough: true });
    await settled();
    assert.deepEqual(counts.clauses.map(({ alone }) => alone), [4, undefined, 0]);
    assert.match(asked.at(-1), /facets\?stream=all&fields=x/);
    counts.want({ stream: "all", filter: "a b", isThorough: true });
    await settled();
    assert.deepEqual(counts.clauses.map(({ without }) => without), [4, 4]);
    const before = asked.length;
    counts.want({ stream: "all", filter: "a b", isThorough: true });
    assert.equal(asked.length, before);
});

test("what the relay says of the focused row stands beside each clause", () => {
    const answer = { clauses: [
        { at: 1, length: 5, result: "true", holds: true, type: "text", value: "timeout" },
        { at: 8, length: 3, result: "missing", holds: true },
        { at: 13, length: 5, result: "false", holds: false, type: "number", value: "5" },
        { at: 22, length: 5, result: "true", holds: true, type: "number", value: "6" },
        { at: 31, length: 1, off: true },
    ] };
    const filter = "\u{1f980}meout -x:y (a=500 OR b=600) #(z)";
    const verdicts = verdictsOf(filter, answer, "{\"message\":\"\",\"fields\":{\"b\":600}}");
    assert.deepEqual(verdicts, [
        { holds: true, words: "timeout" }, { holds: true, words: "not there" }, { holds: true, words: "5 (number), 6 (number)" },
        undefined,
    ]);
});
