"""The connection doctor, behind proxies that do what bad proxies do."""

import pytest
from harness.tamperer import Tamperer
from playwright.sync_api import expect


def check(page, name):
    return page.page.locator(f'[data-check="{name}"]')


def is_(page, name, state):
    expect(check(page, name)).to_have_attribute("data-state", state, timeout=15_000)


def test_a_direct_connection_is_well(logs, open_page):
    page = open_page(f"{logs.url}/?doctor=1")
    for name in ("reach", "name", "upgrade", "compression", "latency", "buffering", "clock", "secure"):
        is_(page, name, "good")
    expect(check(page, "idle")).to_contain_text("of 35 s")


@pytest.mark.parametrize(
    "tampering, name, words, line",
    [
        ({"drop": ("upgrade", "connection")}, "upgrade", "drops the headers Upgrade", "proxy_set_header Upgrade $http_upgrade"),
        ({"drop": ("sec-websocket-extensions",)}, "compression", "uncompressed", "Sec-WebSocket-Extensions"),
        ({"hold_back": ("/api/v1/stream",)}, "buffering", "collects answers", "proxy_buffering off"),
    ],
)
def test_what_a_proxy_breaks_is_named_with_the_lines_that_mend_it(logs, open_page, tampering, name, words, line):
    with Tamperer(logs.relay.port, **tampering) as proxy:
        page = open_page(f"{proxy.url}/?doctor=1")
        is_(page, name, "bad")
        expect(check(page, name)).to_contain_text(words)
        expect(check(page, name).locator("pre")).to_contain_text(line)
        check(page, name).get_by_role("button", name="Caddy").click()
        expect(check(page, name).locator("pre")).not_to_contain_text(line if "proxy_" in line else "nginx passes")


def test_a_relay_that_stops_meanwhile_is_said_to_cut_the_connection(logs, open_page):
    page = open_page(f"{logs.url}/?doctor=1")
    expect(check(page, "idle")).to_contain_text("of 35 s")
    logs.relay.stop()
    is_(page, "idle", "bad")
    expect(check(page, "idle")).to_contain_text("code 1012")
