"""The newest row at the top instead of at the bottom, and rows in larger text."""

import pytest
from playwright.sync_api import expect

from .page import line, lines


@pytest.fixture
def page(logs, open_page):
    logs.write(*lines(1, 400))
    logs.relay.wait_head(400)
    page = open_page(logs.url)
    page.shows("line 400")
    return page


def turn(page):
    page.page.get_by_role("button", name="Columns, order and repeats").click()
    page.page.get_by_role("menuitemcheckbox", name="Newest first").click()
    expect(page.grid).to_have_attribute("aria-label", "Events, newest first")


def in_view(page) -> list[int]:
    """Numbers of the rows in view, from top to bottom."""
    places = sorted(page.places().items(), key=lambda item: item[1])
    return [int(text.split("number=")[1]) for text, _ in places if "number=" in text]


def test_new_rows_come_in_at_the_top_and_elements_stand_as_they_look(logs, page):
    turn(page)
    expect(page.rows.first).to_contain_text("line 400")
    expect(page.rows.first).to_have_attribute("aria-rowindex", "1")
    logs.write(*lines(401, 450))
    expect(page.rows.first).to_contain_text("line 450")
    expect(page.rows.nth(1)).to_have_attribute("aria-rowindex", "2")
    page.is_("LIVE")
    seen = in_view(page)
    assert seen == sorted(seen, reverse=True) and len(seen) > 20
    page.page.reload()
    expect(page.rows.first).to_contain_text("line 450")


def test_held_rows_stay_on_their_pixel_while_newer_ones_come_above_them(logs, page):
    turn(page)
    page.grid.hover()
    page.page.mouse.wheel(0, 1500)
    page.is_("HELD")
    page.settle()
    before = page.places()
    assert before
    logs.write(*lines(401, 600), line("the last one", "error"))
    expect(page.page.locator("#return")).to_contain_text("201 new")
    assert page.places() == before
    page.page.mouse.wheel(0, -30_000)
    page.is_("LIVE")
    expect(page.rows.first).to_contain_text("the last one")


def test_keys_move_as_the_rows_stand_and_jumps_go_by_time(logs, page):
    logs.write(line("broken", "error"), *lines(402, 500))
    page.shows("line 500")
    turn(page)
    expect(page.rows.first).to_contain_text("line 500")
    page.press("j")
    page.is_("HELD")
    page.press("j")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 499")
    page.press("k")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 500")
    page.press("E")
    expect(page.grid.locator(".is-focused")).to_contain_text("broken")
    page.press("Home")
    expect(page.row("line 1 ").last).to_be_visible()
    page.press("End")
    page.is_("LIVE")
    expect(page.rows.first).to_contain_text("line 500")


def test_a_focused_row_keeps_its_place_when_the_order_is_turned(page):
    page.press("PageUp")
    page.press("PageUp")
    page.press("k")
    page.settle()
    focused = page.grid.locator(".is-focused")
    message = focused.locator(".body")
    text, y = message.inner_text(), focused.bounding_box()["y"]
    turn(page)
    page.frames()
    expect(message).to_have_text(text)
    assert abs(focused.bounding_box()["y"] - y) < 1


def test_the_text_of_rows_grows_and_shrinks_and_is_remembered(page):
    row = page.row("line 400")
    size = "(row) => [getComputedStyle(row).fontSize, row.getBoundingClientRect().height]"
    assert row.evaluate(size) == ["12px", 20]
    for _ in range(5):
        page.press(">")
    page.frames()
    assert row.evaluate(size) == ["18px", 29]
    expect(row).to_be_in_viewport()
    page.page.reload()
    page.shows("line 400")
    assert row.evaluate(size) == ["18px", 29]
    page.press("<")
    page.frames()
    assert row.evaluate(size) == ["15px", 25]


def test_context_stands_as_the_list_does(logs, page):
    turn(page)
    page.press("j")
    page.press("j")
    page.press("c")
    context = page.page.get_by_role("grid", name="Context")
    expect(context.get_by_role("row").first).to_contain_text("line 400")
    focused = context.locator(".is-focused")
    number = int(focused.inner_text().split("number=")[1])
    context.focus()
    page.press("j")
    expect(focused).to_contain_text(f"line {number - 1}")
    wider = page.page.get_by_role("region", name="Context").locator(".context-wider")
    assert wider.all_inner_texts() == ["20 more after", "20 more before"]
