"""Trying filters while the rows are held, and what the box says about them."""

from playwright.sync_api import expect

from .page import line, lines


def hold_at(page, text: str):
    """Holds with the row that has this text focused, in the middle of the view."""
    page.press("Home")
    page.is_("HELD")
    row = page.row(text).first
    for _ in range(60):
        if row.count() and is_in_view(page, row):
            break
        page.press("PageDown")
        page.settle()
    row.click()
    expect(page.grid.locator(".is-focused")).to_contain_text(text)
    page.frames()


def is_in_view(page, row) -> bool:
    """All of it, so that clicking it moves nothing."""
    view, box = page.grid.bounding_box(), row.bounding_box()
    return box is not None and view["y"] <= box["y"] and box["y"] + box["height"] <= view["y"] + view["height"]


def focused_place(page) -> tuple[str, float]:
    focused = page.grid.locator(".is-focused .body")
    return focused.inner_text(), focused.bounding_box()["y"]


def test_a_filter_tried_while_held_keeps_the_focused_row_on_its_pixel(logs, open_page):
    logs.write(*lines(1, 400))
    page = open_page(logs.url)
    page.shows("line 400")
    hold_at(page, "line 120 ")
    text, y = focused_place(page)
    page.filter.fill("number>=90")
    page.expect_rows(311)
    page.is_("HELD")
    page.frames()
    assert focused_place(page) == (text, y)
    page.filter.fill("")
    page.expect_rows(400)
    page.frames()
    assert focused_place(page) == (text, y)


def test_a_row_that_no_longer_matches_gives_its_place_to_its_neighbour_and_gets_it_back(logs, open_page):
    logs.write(*(line(f"{'odd' if n % 2 else 'even'} {n}.", n=n) for n in range(1, 401)))
    page = open_page(logs.url)
    page.shows("even 400.")
    hold_at(page, "odd 121.")
    y = focused_place(page)[1]
    page.filter.fill("even")
    page.expect_rows(200)
    page.frames()
    assert focused_place(page) == ("even 122.", y)
    page.filter.fill("")
    page.expect_rows(400)
    page.frames()
    assert focused_place(page) == ("odd 121.", y)


def test_rows_are_filtered_while_the_relay_is_away(logs, open_page):
    logs.write(*lines(1, 50), line("needle in here", level="error"), *lines(51, 90))
    page = open_page(logs.url)
    page.shows("line 90")
    page.press(" ")
    page.is_("HELD")
    page.has_all()
    logs.relay.stop()
    expect(page.page.locator("#notice")).to_contain_text("Connection lost")
    page.filter.fill("level>=error")
    page.expect_rows(1)
    page.shows("needle in here")
    page.filter.fill("needle OR number:7")
    page.expect_rows(2)
    expect(page.grid.locator("mark")).to_have_text("needle")


def test_after_a_filter_was_tried_while_held_live_shows_all_that_came(logs, open_page):
    logs.write(*lines(1, 60))
    page = open_page(logs.url)
    page.shows("line 60")
    page.has_all()
    page.press("k")
    page.is_("HELD")
    page.filter.fill("line")
    page.filter.fill("6")
    page.expect_rows(7)
    logs.write(*lines(61, 66))
    page.press("Escape")
    page.press("End")
    page.is_("LIVE")
    # A hold of some time is told to the relay, which then keeps rows back.
    skipped = page.row("6 skipped while held")
    expect(page.row("line 66").or_(skipped).last).to_be_visible()
    if skipped.count():
        skipped.get_by_role("button", name="Load them").click()
    page.shows("line 66")
    expect(page.row("line 59")).to_have_count(0)


def test_a_wrong_filter_is_told_without_the_relay(logs, open_page):
    logs.write(*lines(1, 5))
    page = open_page(logs.url)
    page.shows("line 5")
    page.has_all()
    logs.relay.stop()
    expect(page.page.locator("#notice")).to_contain_text("Connection lost")
    page.filter.fill("👩‍👧 level:wran")
    problem = page.page.locator("#filter-problem")
    expect(problem).to_contain_text('Column 9: unknown level "wran"')
    expect(problem).to_contain_text("Did you mean warn?")
    expect(page.page.locator(".q-bad")).to_have_text("wran")
    page.filter.fill("level:warn")
    expect(problem).to_be_hidden()


def test_a_filter_that_mixes_and_with_or_is_shown_with_brackets(logs, open_page):
    page = open_page(logs.url)
    page.is_("LIVE")
    page.filter.fill("a b OR c")
    problem = page.page.locator("#filter-problem")
    expect(problem).to_contain_text("Read as ((a AND b) OR c)")
    expect(page.filter).to_have_attribute("aria-invalid", "false")
    page.press("Escape")
    expect(problem).to_be_hidden()


def test_a_held_place_far_back_stays_when_the_filter_is_taken_away(logs, open_page):
    logs.write(*lines(1, 40, level="error"), *lines(41, 60_000))
    logs.relay.wait_head(60_000, timeout=60)
    page = open_page(f"{logs.url}/?filter=level%3E%3Derror")
    page.shows("line 40")
    page.press("E")
    page.is_("HELD")
    page.press("0")
    page.is_("PAST")
    page.shows("line 40")
    page.shows("line 41")
    page.press("G")
    page.is_("LIVE")
    page.shows("line 60000")
