import assert from "node:assert/strict";
import { test } from "node:test";
import { lex } from "../../public/js/filter-box/filter-lexer.js";
import {
    clausesOf, exclude, include, levelOf, withLevel, withoutClauseAt, wordsOf,
} from "../../public/js/filter-box/filter-text.js";
import { seeded } from "./random.mjs";

const kinds = (text) => lex(text).filter(({ kind }) => kind !== "space").map(
    ({ kind, from, to }) => `${kind} ${text.slice(from, to)}`,
);

test("the parts of clauses are told apart", () => {
    assert.deepEqual(
        kinds("level>=warn -path:/healthz status:500..599"),
        [
            "field level",
            "op >=",
            "level warn",
            "not -",
            "field path",
            "op :",
            "value /healthz",
            "field status",
            "op :",
            "number 500..599",
        ],
    );
    assert.deepEqual(
        kinds("host:(web-1 OR \"db 1\") x"),
        ["field host", "op :", "open (", "value web-1", "or OR", "value \"db 1\"", "close )", "text x"],
    );
    assert.deepEqual(kinds("dur>250ms a | b"), ["field dur", "op >", "number 250ms", "text a", "bad |", "text b"]);
});

test("text that only looks like a clause is text", () => {
    for (const text of ["10:15", "https://a.b/c", "std::string", "C:\\dir", "error:", "/api/v1", "a-b"]) {
        assert.deepEqual(kinds(text), [`text ${text}`], text);
    }
    assert.deepEqual(kinds("/bot|crawl/i"), ["value /bot|crawl/i"]);
    assert.deepEqual(kinds("notice nothing"), ["text notice", "text nothing"]);
});

test("tokens join to the text again, whatever is typed", () => {
    for (const seed of [31, 32, 33]) {
        const random = seeded(seed);
        const pieces = [
            "a",
            "level",
            ":",
            ">=",
            "=",
            "\"",
            "'",
            "(",
            ")",
            "#(",
            "-",
            "!",
            " ",
            "OR",
            "|",
            "||",
            "/",
            "*",
            "..",
            "5",
            "é",
            "\t",
            "NOT ",
        ];
        for (let step = 0; step < 1000; step += 1) {
            const text = Array.from({ length: random.below(14) }, () => random.pick(pieces)).join("");
            const tokens = lex(text);
            assert.equal(tokens.map(({ from, to }) => text.slice(from, to)).join(""), text, JSON.stringify(text));
            assert.ok(tokens.every(({ from, to }) => to > from), JSON.stringify(text));
            clausesOf(text);
        }
    }
});

test("include adds a clause, joins values, and takes an exclusion back", () => {
    assert.equal(include("", "status", 502), "status=502");
    assert.equal(include("level>=info", "status", 502), "level>=info status=502");
    assert.equal(include("status=502", "status", 504), "status=(502 OR 504)");
    assert.equal(include("status=(502 OR 504) x", "status", "500"), "status=(502 OR 504 OR 500) x");
    assert.equal(include("status=502", "status", 502), "status=502");
    assert.equal(include("-status=502 x", "status", 502), "x status=502");
    assert.equal(include("status!=502", "status", 502), "status=502");
    assert.equal(include("a OR b", "host", "web-1"), "(a OR b) host=web-1");
});

test("exclude adds a clause and takes an inclusion back", () => {
    assert.equal(exclude("", "path", "/healthz"), "-path=\"/healthz\"");
    assert.equal(exclude("status=502 x", "status", 502), "x -status=502");
    assert.equal(exclude("status=(502 OR 504)", "status", 504), "status=502 -status=504");
    assert.equal(exclude("-status=502", "status", 502), "-status=502");
    assert.equal(exclude("a OR b", "host", "web-1"), "(a OR b) -host=web-1");
});

test("values and names that are not plain are quoted", () => {
    assert.equal(include("", "a b", "x"), "\"a b\"=x");
    for (
        const [value, written] of [
            ["two words", "\"two words\""],
            ["say \"hi\"", "\"say \\\"hi\\\"\""],
            ["a*", "\"a*\""],
            ["or", "\"or\""],
            ["-x", "\"-x\""],
            ["1..2", "\"1..2\""],
            ["", "\"\""],
            ["10.4.2.31:5432", "10.4.2.31:5432"],
        ]
    ) {
        assert.equal(include("", "f", value), `f=${written}`);
    }
});

test("a value that was included is found again, quoted or not", () => {
    for (const value of ["plain", "two words", "say \"hi\"", "back\\slash", "(x)", "OR", "é", "9007199254740993"]) {
        const once = include("level>=info", "f", value);
        assert.equal(include(once, "f", value), once);
        assert.equal(exclude(once, "f", value), `level>=info -${once.slice("level>=info ".length)}`);
    }
});

test("the level is one clause of the text", () => {
    assert.equal(withLevel("", "warn"), "level>=warn");
    assert.equal(withLevel("level>=info x", "error"), "level>=error x");
    assert.equal(withLevel("x level>=info", undefined), "x");
    assert.equal(withLevel("a OR b", "warn"), "level>=warn (a OR b)");
    assert.equal(levelOf("x level>=info"), "info");
    assert.equal(levelOf("-level>=info"), undefined);
});

test("a clause is left out with what joined it", () => {
    assert.equal(withoutClauseAt("a AND b", 1), "a");
    assert.equal(withoutClauseAt("a AND b", 0), "b");
    assert.equal(withoutClauseAt("a -host:(x OR y) c", 1), "a c");
    assert.equal(withoutClauseAt("a", 5), "a");
});

test("only words that a match contains are marked", () => {
    assert.deepEqual(
        wordsOf("timeout -healthcheck \"connection refused\" unit:nginx NOT foo"), ["timeout", "connection refused"],
    );
});
