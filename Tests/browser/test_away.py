"""The page while the network stands still, or while the browser has put its tab to sleep: each event once afterwards."""

import time

import pytest
from harness.wire import Wire
from playwright.sync_api import expect

from .page import lines


@pytest.fixture
def wire(logs):
    with Wire(logs.relay.port) as wire:
        yield wire


def held_with_filter(page):
    """What a reader would not like to lose: a filter, a focused row, a place."""
    page.filter.fill("line")
    page.expect_rows(200)
    # All rows match: that the relay's answer is here shows in what is marked.
    expect(page.row("line 190 ").locator("mark").first).to_be_visible()
    page.press("Escape")
    page.row("line 190 ").locator(".row-time").click()
    page.is_("HELD")
    page.settle()
    return page.places()


def is_whole(page, places, last: int):
    """Nothing has moved, though a notice may lie over the first rows; live again, every event is there once."""
    assert places.items() >= page.places().items() != set()
    expect(page.grid.locator(".is-focused")).to_contain_text("line 190 ")
    expect(page.filter).to_have_value("line")
    page.press("End")
    page.is_("LIVE")
    skipped = page.row("skipped while held")
    expect(page.row(f"line {last} ").or_(skipped).last).to_be_visible()
    if skipped.count():
        skipped.get_by_role("button", name="Load them").click()
    page.expect_rows(last)
    # What was loaded is shown from its first row on.
    page.press("End")
    page.shows(f"line {last} ")


@pytest.mark.parametrize("seconds", [3, pytest.param(40, marks=pytest.mark.soak)])
def test_a_network_that_stands_still_costs_no_event_and_no_place(logs, open_page, wire, seconds):
    logs.write(*lines(1, 200))
    logs.relay.wait_head(200)
    page = open_page(wire.url)
    page.shows("line 200 ")
    page.has_all()
    places = held_with_filter(page)
    wire.flows.clear()
    logs.write(*lines(201, 260))
    logs.relay.wait_head(260)
    # As long as the page is away; it gives a connection up after 35 s without a word.
    time.sleep(seconds)
    wire.flows.set()
    expect(page.page.locator('#strip [data-item="link"]')).to_have_text("Connected", timeout=60_000)
    is_whole(page, places, 260)


def test_a_tab_that_slept_goes_on_where_it_was(logs, open_page):
    logs.write(*lines(1, 200))
    logs.relay.wait_head(200)
    page = open_page(logs.url)
    page.shows("line 200 ")
    page.has_all()
    places = held_with_filter(page)
    session = page.page.context.new_cdp_session(page.page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    logs.write(*lines(201, 260))
    logs.relay.wait_head(260)
    session.send("Page.setWebLifecycleState", {"state": "active"})
    is_whole(page, places, 260)
