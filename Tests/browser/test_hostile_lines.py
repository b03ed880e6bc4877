"""Whatever stands in a log line stays text: through message, fields, names, source, in rows, details and everywhere."""

import json
import random

import pytest
from playwright.sync_api import expect

from .conftest import CONFIG, REPOSITORY, FollowedFile

CANARY = "tailrace_canary"

SCRIPTS = [
    f"<script>window.{CANARY}=1</script>",
    f"<img src=x onerror=window.{CANARY}=1>",
    f"<svg/onload=window.{CANARY}=1>",
    f"<iframe srcdoc='<script>parent.{CANARY}=1</script>'>",
    f"<a href=javascript:window.{CANARY}=1>click</a>",
    f"javascript:window.{CANARY}=1",
    f"data:text/html,<script>opener.{CANARY}=1</script>",
    f"<style>*{{background:url(//evil.invalid/{CANARY})}}</style>",
    "<link rel=stylesheet href=//evil.invalid/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.invalid'>",
    "<base href=//evil.invalid/>",
    f"'\"><script>window.{CANARY}=1</script>",
    f"</span></div><script>window.{CANARY}=1</script>",
    f"{{{{constructor.constructor('window.{CANARY}=1')()}}}}",
    f"${{window.{CANARY}=1}}",
    f"<math><mtext></p><img src=x onerror=window.{CANARY}=1>",
    f"<details open ontoggle=window.{CANARY}=1>",
    f"<template><script>window.{CANARY}=1</script></template>",
    f"<object data=javascript:window.{CANARY}=1>",
    "&lt;script&gt;&#x3c;script&#x3e;",
    "//evil.invalid/pixel.gif http://evil.invalid/a.png https://evil.invalid/b.js ftp://evil.invalid/c",
    "file:///etc/passwd vbscript:msgbox(1) blob:http://x/1 ws://evil.invalid/s",
    "]]><![CDATA[<x>",
    "<!--", "-->", "\\u003cscript\\u003e",
]
CONTROLS = [
    "\u202etxt.exe\u202c", "\u2066hidden\u2069", "\u200bzero\u200bwidth", "\u061c", "\u0000nul", "\u0007bell", "\u0008\u0008back",
    "\u001b[31mred\u001b[0m", "\u001b[2J\u001b[H", "\u001b]0;title\u0007", "\u001b]8;;javascript:alert(1)\u001b\\link\u001b]8;;\u001b\\",
    "\u001b]52;c;aGVsbG8=\u0007", "\u001bP1$r\u001b\\", "\u009b31m", "\u001b[38;2;1;2;3mtrue\u001b[m", "\u001b[", "\u001b",
    "\u007fdel", "\ufeffbom", "\ufffe", "\u2028line\u2029paragraph", "a\rb", "tab\there",
]
SHAPES = ["x" * 20_000, "é" * 9000, "\u0301" * 500, "👩‍👩‍👧‍👦" * 40, "a\nb\n" * 60, " " * 300, "", "\n", "-" * 3, "__proto__", "constructor", "[object Object]"]
FIELD_NAMES = ["__proto__", "constructor", "toString", "<b>", "a.b", "", " ", "level", "message", "onerror", "é", "x" * 200, "\u202e", "style", "href"]


def deep(depth: int):
    value = "bottom"
    for _ in range(depth):
        value = {"d": value}
    return value


def payloads() -> list[dict]:
    """400 of them, each through message, a field's value, a field's name, or a nested place."""
    chance = random.Random(20261122)
    texts = SCRIPTS + CONTROLS + SHAPES
    found = []
    for number in range(400):
        text = texts[number % len(texts)]
        place = number % 5
        event = {"message": f"#{number} plain", "level": chance.choice(["info", "error", "warn", "emergency", text[:40]])}
        if place == 0:
            event["message"] = f"#{number} {text}"
        elif place == 1:
            event[chance.choice(["path", "user", "url", "trace_id", "error"])] = text
        elif place == 2:
            event[chance.choice(FIELD_NAMES)] = text
        elif place == 3:
            event["request"] = {text[:100] or "k": [text, {"x": text}], "deep": deep(chance.randrange(1, 60))}
        else:
            event.update({"host": text[:200], "unit": text, "pid": text, "file": text, "identifier": text})
        found.append(event)
    return found


@pytest.fixture
def hostile(relay, tmp_path):
    (tmp_path / "app.log").touch()
    logs = FollowedFile(relay(CONFIG, server=f'public = "{REPOSITORY / "public"}"'))
    logs.write(*[json.dumps(event) for event in payloads()])
    logs.relay.wait_head(400)
    return logs


def test_four_hundred_hostile_lines_are_four_hundred_rows_of_text(hostile, open_page):
    page = open_page(hostile.url)
    foreign = []
    page.page.on("request", lambda request: request.url.startswith(hostile.url) or foreign.append(request.url))
    page.expect_rows(400)
    # The details follow the focused row: all of every event is shown once.
    page.press("g")
    page.press("Enter")
    expect(page.details).to_be_visible()
    for _ in range(400):
        page.press("j")
    page.frames()
    page.press("z")
    page.frames()
    page.expect_rows(400)
    assert page.page.evaluate(f"window.{CANARY}") is None
    assert page.page.locator("main script, main iframe, main object, main link, main style, main base, main img, main meta").count() == 0
    hrefs = page.page.eval_on_selector_all("main a", "(links) => links.map((link) => link.getAttribute('href'))")
    assert all(href.startswith(("http://", "https://")) for href in hrefs), hrefs
    attributes = "(all) => all.flatMap((one) => [...one.attributes]).map(({ name }) => name)"
    names = page.page.eval_on_selector_all("main *", attributes)
    assert [name for name in names if name.startswith("on")] == []
    assert foreign == []
    assert page.page.title().endswith("tailrace")


def test_no_control_or_direction_sign_reaches_the_screen_as_itself(hostile, open_page):
    page = open_page(hostile.url)
    page.expect_rows(400)
    for _ in range(40):
        text = page.grid.inner_text()
        found = {hex(ord(sign)) for sign in text if _is_hidden(sign)}
        assert not found, found
        page.press("PageUp")
        page.frames()


def _is_hidden(sign: str) -> bool:
    code = ord(sign)
    return (code < 32 and sign not in "\n\t") or 0x7F <= code < 0xA0 or code in range(0x202A, 0x202F) or code in range(0x2066, 0x206A)
