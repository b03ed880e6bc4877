import assert from "node:assert/strict";
import { test } from "node:test";
import { badRange, judge } from "../../public/js/filter-box/filter-judge.js";

test("what is wrong is told with its place, without asking", () => {
    const { problem } = judge("level:wran");
    assert.deepEqual([problem.at, problem.length, problem.suggestion], [7, 4, "warn"]);
    assert.deepEqual(judge("level:warn"), {});
});

test("what the relay says about a text counts", () => {
    const refused = { filter: "level:warn", message: "no", at: 1, length: 2 };
    assert.equal(judge("level:warn", { refused }).problem, refused);
    assert.deepEqual(judge("level:info", { refused }), {});
    assert.deepEqual(judge("level:wran", { accepted: "level:wran" }), {}, "a newer relay may know more");
});

test("behind a regex that only the relay can judge, nothing is called wrong", () => {
    assert.deepEqual(judge("/\\p{L}/ level:wran"), {});
});

test("a text that is read in another way than it looks says how", () => {
    assert.equal(judge("a b OR c").reading, "((a AND b) OR c)");
    assert.equal(judge("a (b OR c)").hint, undefined);
});

test("columns count characters, not units", () => {
    const text = "\u{1f469}\u200d\u{1f467} e\u0301 level:x";
    const { problem } = judge(text);
    const { from, to } = badRange(text, problem);
    assert.equal(text.slice(from, to), "x");
});
