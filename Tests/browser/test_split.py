"""Two views side by side, each with a stream, a filter and a place of its own."""

import pytest
from playwright.sync_api import expect

from .page import LogPage, line, lines


@pytest.fixture
def page(logs, open_page):
    logs.write(*lines(1, 120), line("needle one", level="error"))
    page = open_page(logs.url)
    page.shows("needle one")
    return page


def beside(page) -> LogPage:
    """The page in the frame, as a page."""
    expect(page.page.locator("iframe.beside")).to_be_visible()
    handle = page.page.locator("iframe.beside").element_handle()
    return LogPage(handle.content_frame())


def test_a_second_view_has_a_filter_of_its_own(page, logs):
    page.press("v")
    other = beside(page)
    other.shows("needle one")
    other.filter.fill("needle")
    other.expect_rows(1)
    page.expect_rows(121)
    logs.write(line("needle two"))
    other.shows("needle two")
    page.shows("needle two")
    page.page.wait_for_function("() => new URLSearchParams(location.search).get('split') === 'filter=needle'")


def test_the_address_opens_both_views_again(page, logs, open_page):
    again = open_page(f"{logs.url}/?filter=line&split=filter%3Dneedle")
    again.expect_rows(120)
    beside(again).expect_rows(1)
    expect(beside(again).filter).to_have_value("needle")


def test_the_key_works_on_either_side_and_closes_what_it_opened(page):
    page.press("v")
    other = beside(page)
    other.shows("needle one")
    page.page.wait_for_function("() => document.activeElement.matches('iframe.beside')")
    page.press("v")
    expect(page.page.locator("iframe.beside")).to_have_count(0)
    expect(page.grid).to_be_focused()
    assert "split" not in page.page.url
    page.shows("needle one")


def test_the_first_view_keeps_its_place(page, logs):
    page.press("PageUp")
    page.is_("HELD")
    page.settle()
    first = page.page.evaluate("document.querySelector('#rows [role=row]:not(.separator)')?.innerText")
    page.page.wait_for_function("() => location.hash !== ''")
    page.press("v")
    other = beside(page)
    other.is_("PAST")
    other.shows(first.splitlines()[-1])
    logs.write(*lines(200, 260))
    page.is_("HELD")
    expect(page.rows.filter(has_text=first.splitlines()[-1]).first).to_be_attached()


def test_both_hold_and_go_live_together_unless_they_are_told_not_to(page):
    page.press("v")
    other = beside(page)
    other.shows("needle one")
    page.grid.focus()
    page.press(" ")
    page.is_("HELD")
    other.is_("HELD")
    expect(other.page.locator("#time-state")).to_contain_text("the view beside holds")
    other.grid.focus()
    page.press("End")
    other.is_("LIVE")
    page.is_("LIVE")
    page.page.get_by_role("button", name="Both views hold").click()
    expect(page.page.get_by_role("button", name="Each view has a time")).to_have_attribute("aria-pressed", "false")
    page.grid.focus()
    page.press(" ")
    page.is_("HELD")
    page.press("G")
    page.is_("LIVE")
    other.is_("LIVE")


def test_the_filter_box_opens_its_text_beside(page):
    page.filter.fill("needle")
    page.press("Control+Enter")
    other = beside(page)
    other.expect_rows(1)
    expect(other.filter).to_have_value("needle")


def test_the_border_is_moved_by_keys_and_stays(page):
    page.press("v")
    beside(page).shows("needle one")
    edge = page.page.get_by_role("separator", name="Share of the views")
    edge.focus()
    page.press("ArrowLeft")
    page.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", "40")
    page.page.reload()
    expect(page.page.get_by_role("separator", name="Share of the views")).to_have_attribute("aria-valuenow", "40")


def test_no_page_of_another_origin_may_frame_it(logs):
    policy = logs.relay.get("/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "frame-src 'self'" in policy
