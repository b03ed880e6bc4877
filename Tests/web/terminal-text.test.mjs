import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf, spansWithin } from "../../public/js/list/message-parts.js";
import { colourOf, contrast } from "../../public/js/list/terminal-colours.js";
import { printable, styled, withoutColours } from "../../public/js/list/terminal-text.js";
import { seeded } from "./random.mjs";

const classesOf = (raw) => (styled(raw).spans ?? []).map(({ from, to, style }) => [from, to, style.classes]);

test("colours and weights of terminals become classes", () => {
    assert.deepEqual(styled("\u001b[1;32mready\u001b[0m now").text, "ready now");
    assert.deepEqual(classesOf("\u001b[1;32mready\u001b[0m now"), [[0, 5, "ansi-bold ansi-green"]]);
    assert.deepEqual(classesOf("a \u001b[91mb\u001b[39mc"), [[2, 3, "ansi-bright-red"]]);
    assert.deepEqual(classesOf("\u001b[37;41mFAIL\u001b[m"), [[0, 4, "ansi-ground on-red"]]);
    assert.deepEqual(classesOf("\u001b[7mturned"), [[0, 6, "ansi-ground on-white"]]);
    assert.deepEqual(classesOf("\u001b[1mx\u001b[22my"), [[0, 1, "ansi-bold"]]);
    assert.equal(styled("plain").spans, undefined);
});

test("colours of 256 and 16 million are read in all spellings", () => {
    const colour = (raw) => styled(raw).spans[0].style.colour;
    assert.equal(colour("\u001b[38;2;255;128;0mx"), colour("\u001b[38:2:255:128:0mx"));
    assert.equal(colour("\u001b[38;5;208mx"), colourOf([255, 135, 0]));
    assert.deepEqual(classesOf("\u001b[38;5;1mx"), [[0, 1, "ansi-red"]]);
    assert.equal(styled("\u001b[38;5;999mx").spans, undefined);
});

test("text is never hidden by a colour code", () => {
    assert.equal(styled("\u001b[8msecret\u001b[0m").text, "secret");
    assert.equal(styled("\u001b[8msecret\u001b[0m").spans, undefined);
});

test("every colour is legible on the ground of both themes", () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = seeded(seed);
    for (let run = 0; run < 300; run += 1) {
        const wanted = [1, 2, 3].map(() => random.below(256));
        const found = [...colourOf(wanted).matchAll(/rgb\((\d+) (\d+) (\d+)\)/g)].map((match) => match.slice(1).map(Number));
        assert.ok(contrast(found[0], [255, 255, 255]) >= 4.5, `${wanted} light, seed ${seed}`);
        assert.ok(contrast(found[1], [11, 15, 17]) >= 4.5, `${wanted} dark, seed ${seed}`);
    }
    assert.match(colourOf([255, 135, 0]), /rgb\(255 135 0\)\)$/, "one that is legible stays as it is");
});

test("other escapes, controls and signs that turn text are symbols", () => {
    assert.equal(printable("a\u001b[2Jb"), "a\u241b[2Jb");
    assert.equal(printable("\u001b]0;title\u0007"), "\u241b]0;title\u2407");
    assert.equal(printable("exe\u202egpj\u2069"), "exe\u2039RLO\u203agpj\u2039PDI\u203a");
    assert.equal(printable("\u009b31m\u200b\ufeff"), "\u20399B\u203a31m\u2039ZWSP\u203a\u2039BOM\u203a");
    assert.equal(printable("tab\tline\n"), "tab\tline\n");
    assert.equal(withoutColours("\u001b[31mred\u001b[0m \u0007"), "red \u0007");
});

test("words, colours and links meet in one line", () => {
    const raw = "\u001b[32mready\u001b[0m at http://h:80/a, really";
    const { text, spans } = styled(raw);
    const parts = partsOf(text, /(ead)/i, spans);
    assert.equal(parts.map((part) => part.text ?? part).join(""), text);
    assert.deepEqual(parts[1], { text: "ead", mark: ["ead"], style: { classes: "ansi-green" }, href: undefined });
    assert.equal(parts.find((part) => part.href).href, "http://h:80/a");
    assert.deepEqual(partsOf("no link ftp://x javascript:alert(1)", undefined), ["no link ftp://x javascript:alert(1)"]);
    assert.deepEqual(spansWithin(spans, 2, 4), [{ from: 0, to: 2, style: { classes: "ansi-green" } }]);
});
