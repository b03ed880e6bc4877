import assert from "node:assert/strict";
import { test } from "node:test";
import { nextKin } from "../../public/js/list/kin.js";
import { fieldOf, memberName } from "../../public/js/list/event-fields.js";
import { EDITS } from "../../public/js/rows/value-filter.js";

const event = { seq: 1, level: "info", host: "vm", fields: { host: "web-2", status: 500, user: { id: 7 }, "a.b": 1 } };

test("a member that is called like the event's own has a dot before its name", () => {
    assert.deepEqual(["host", "level", "time", "status", "user.id", "unit"].map(memberName), [
        ".host", ".level", ".time", "status", "user.id", "unit",
    ]);
    assert.deepEqual(["host", ".host", "status", "user.id", "a.b", ".nothing"].map((name) => fieldOf(event, name)), [
        "vm", "web-2", 500, 7, 1, undefined,
    ]);
});

test("including such a member asks for the member", () => {
    assert.equal(EDITS.include("", { field: memberName("host"), value: "web-2" }), ".host=web-2");
    assert.equal(EDITS.include(".host=web-1", { field: ".host", value: "web-2" }), ".host=(web-1 OR web-2)");
    assert.equal(EDITS.only("host=vm .host=web-1", { field: ".host", value: "web-2" }), "host=vm .host=web-2");
});

test("rows of a trace are kin whatever their log calls it", () => {
    const row = (seq, fields) => ({ seq, text: JSON.stringify({ seq, source: "api", fields }) });
    for (const name of ["trace", "trace_id", "request_id", "req_id", "correlation_id"]) {
        const rows = [row(1, { [name]: "f26" }), row(2, { [name]: "other" }), row(3, { [name]: "f26" })];
        const ring = {
            base: 0, end: 3, at: (index) => rows[index],
            find(from, step, test, limit = 9) {
                for (let at = from + step; at >= 0 && at < 3 && limit > 0; at += step, limit -= 1) if (test(rows[at])) return at;
                return undefined;
            },
        };
        assert.equal(nextKin(ring, 0, 1).index, 2, name);
    }
});
