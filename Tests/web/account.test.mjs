import assert from "node:assert/strict";
import { test } from "node:test";
import { accountWords, loginAddress } from "../../public/js/account/account-words.js";

const text = (words) => words.map((parts) => parts.map((part) => part.text ?? part.strong).join(""));

test("a reader is told who the relay takes him for, and what he sees", () => {
    assert.deepEqual(text(accountWords({ user: "anna", streams: ["all", "errors"] }, { by: "user", role: "reader" })), [
        "Signed in as anna.", "Role reader. You see the streams all, errors.",
    ]);
    assert.deepEqual(text(accountWords({ user: "ci", streams: ["web"] }, { by: "token", role: "web" })), [
        "Signed in as ci with a token.", "Role web. You see the stream web.",
    ]);
    assert.deepEqual(text(accountWords({ user: "anna", streams: ["all"] })), ["Signed in as anna.", "You see the stream all."]);
});

test("the way back from the login is one that the relay takes", () => {
    const address = loginAddress("?filter=level>%3Derror&at=abc:1");
    assert.equal(new URLSearchParams(address.split("?")[1]).get("next"), "./?filter=level>%3Derror&at=abc:1");
    assert.equal(loginAddress(""), "login?next=.%2F");
});
