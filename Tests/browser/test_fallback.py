"""The page behind proxies that let no WebSocket through, or hold streams back."""

import pytest
from harness.tamperer import Tamperer
from playwright.sync_api import expect

from .page import lines

NO_SOCKET = {"drop": ("upgrade", "connection")}
NO_STREAM = {**NO_SOCKET, "hold_back": ("/api/v1/session",)}
WAYS = [
    pytest.param(NO_SOCKET, "Connected by HTTP stream", id="stream"),
    pytest.param(NO_STREAM, "Connected by polling", id="poll"),
]


def link(page):
    return page.page.locator('#strip [data-item="link"]')


@pytest.fixture
def behind(logs, open_page):
    """`behind(tampering)` opens the page through a proxy that does this."""
    proxies = []

    def start(tampering):
        proxies.append(Tamperer(logs.relay.port, **tampering))
        return proxies[-1], open_page(proxies[-1].url)

    yield start
    for proxy in proxies:
        proxy.__exit__()


@pytest.mark.parametrize("tampering, words", WAYS)
def test_rows_come_and_filter_and_hold_work(logs, behind, tampering, words):
    logs.write(*lines(1, 300))
    _, page = behind(tampering)
    expect(link(page)).to_have_text(words, timeout=30_000)
    page.shows("line 300")
    page.is_("LIVE")
    logs.write(*lines(301, 310))
    page.shows("line 310")
    page.expect_rows(310)
    page.page.get_by_label("Filter", exact=True).fill("number>=300")
    page.expect_rows(11)
    page.row("line 305").click()
    page.is_("HELD")
    page.press("End")
    page.is_("LIVE")
    logs.write(*lines(311, 315))
    page.shows("line 315")


@pytest.mark.parametrize("tampering, words", WAYS)
def test_a_relay_that_is_killed_is_resumed_with_each_event_once(logs, behind, tampering, words):
    logs.write(*lines(1, 50))
    proxy, page = behind(tampering)
    expect(link(page)).to_have_text(words, timeout=30_000)
    page.shows("line 50")
    logs.relay.kill9()
    logs.write(*lines(51, 90))
    logs.relay.start()
    proxy.target = logs.relay.port
    # The page tries at longer and longer intervals, up to 10 s.
    expect(link(page)).to_have_text(words, timeout=30_000)
    page.shows("line 90")
    page.expect_rows(90)
    logs.write(*lines(91, 95))
    page.shows("line 95")
    page.expect_rows(95)


def test_the_strip_explains_it_and_a_click_returns_to_the_websocket(logs, behind):
    logs.write(*lines(1, 5))
    proxy, page = behind(NO_SOCKET)
    expect(link(page)).to_have_text("Connected by HTTP stream", timeout=30_000)
    page.shows("line 5")
    link(page).click()
    expect(page.page.get_by_text("No WebSocket gets through")).to_be_visible()
    expect(page.page.get_by_role("link", name="Check the connection")).to_have_attribute("href", "?doctor=1")
    proxy.drop = ()
    page.page.get_by_role("button", name="Try a WebSocket").click()
    expect(link(page)).to_have_text("Connected")
    logs.write(*lines(6, 9))
    page.shows("line 9")
    page.expect_rows(9)
