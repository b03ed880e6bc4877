"""Reading a fixed range of the past, or around a moment, while the live stream goes on aside."""

import re
from datetime import datetime, timedelta, timezone
from harness.waiting import eventually
from playwright.sync_api import expect

from .page import line

START = datetime(2026, 1, 5, 14, 0, tzinfo=timezone.utc)


def iso(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def dated(first: int, last: int, **more) -> list[str]:
    """A line for each second from 14:00:00, "line 17." at 14:00:17."""
    return [line(f"line {n}.", time=iso(n), number=n, **more) for n in range(first, last + 1)]


def past(logs, **place) -> str:
    return logs.url + "/?" + "&".join(f"{name}={value}" for name, value in place.items())


def first_row(page) -> str:
    return min(page.places().items(), key=lambda item: item[1])[0]


def test_a_link_to_a_range_shows_it_from_its_beginning_and_nothing_beyond_its_ends(logs, open_page):
    logs.write(*dated(0, 3000))
    wait_for_events(logs, 3001)
    page = open_page(past(logs, since=iso(600), until=iso(700)))
    page.is_("PAST")
    page.shows("line 600.")
    expect(page.page.locator("#time-state .why")).to_contain_text("14:10:00 \u2013 14:11:40")
    page.expect_rows(100)
    scroll_to(page, "line 699.")
    expect(page.grid).to_contain_text("The range ends here")
    assert not page.row("line 700.").count()
    page.is_("PAST")


def test_a_link_to_a_moment_loads_rows_in_both_directions_and_the_place_never_moves(logs, open_page):
    logs.write(*dated(0, 3000))
    wait_for_events(logs, 3001)
    page = open_page(past(logs, at=iso(1500.5)))
    page.is_("PAST")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 1501.")
    page.page.mouse.move(700, 500)
    top = number_at_top(page)
    while top > 900:
        page.page.mouse.wheel(0, -400)
        page.settle()
        before, top = top, number_at_top(page)
        assert before - 25 <= top < before, "a scroll by twenty rows moves by twenty rows, whatever is loaded above"
    page.press("ArrowDown")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 1502.")


def test_end_leads_back_to_live_and_the_address_follows(logs, open_page):
    logs.write(*dated(0, 300))
    wait_for_events(logs, 301)
    page = open_page(past(logs, since=iso(10), until=iso(20)))
    page.expect_rows(10)
    page.press("End")
    page.is_("LIVE")
    page.shows("line 300.")
    page.expect_rows(301)
    assert "since" not in page.page.url
    page.page.go_back()
    page.is_("PAST")
    page.expect_rows(10)
    page.page.go_forward()
    page.is_("LIVE")
    page.expect_rows(301)


def test_while_in_the_past_new_events_are_counted_and_move_nothing(logs, open_page):
    logs.write(*dated(0, 300))
    wait_for_events(logs, 301)
    page = open_page(past(logs, since=iso(10), until=iso(200)))
    page.expect_rows(190)
    places = page.places()
    logs.write(*(line(f"new {n}", level="error") for n in range(5)))
    expect(page.page.locator("#return")).to_contain_text("5 new, 5 errors")
    expect(page.page).to_have_title("(5!) all \u00b7 tailrace")
    assert page.places() == places
    page.press("Shift+End")
    page.is_("LIVE")
    page.shows("new 4")


def test_a_filter_tried_in_the_past_keeps_the_focused_row_on_its_pixel(logs, open_page):
    logs.write(*dated(0, 3000))
    wait_for_events(logs, 3001)
    page = open_page(past(logs, at=iso(1500)))
    focused = page.grid.locator(".is-focused")
    expect(focused).to_contain_text("line 1500.")
    y = focused.bounding_box()["y"]
    page.filter.fill("number>=1400")
    scope = page.grid.locator("[role=row]", has_text="line 1399.")
    expect(scope).to_have_count(0)
    page.frames()
    assert (focused.locator(".body").inner_text(), focused.bounding_box()["y"]) == ("line 1500.", y)
    page.filter.fill("-number=1500")
    expect(focused).to_contain_text("line 1501.")
    page.frames()
    assert focused.bounding_box()["y"] == y
    page.filter.fill("number:>")
    expect(page.page.locator("#filter-problem")).to_be_visible()
    expect(focused).to_contain_text("line 1501.")
    page.is_("PAST")


def test_a_link_to_a_held_moment_shows_that_event(logs, open_page):
    logs.write(*dated(0, 3000))
    events = wait_for_events(logs, 3001)
    page = open_page(past(logs, at=f"{events['epoch']}:1001"))
    page.is_("PAST")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 1000.")
    expect(page.page.locator("#time-state .why")).to_contain_text("14:16:40")


def test_a_place_that_is_not_in_the_log_says_so_with_what_there_is(logs, open_page):
    logs.write(*dated(0, 30))
    wait_for_events(logs, 31)
    page = open_page(past(logs, at="nosuchlog:77"))
    page.is_("PAST")
    blank = page.page.locator("#past-blank")
    expect(blank).to_contain_text("This place is not in the log")
    expect(blank).to_contain_text("The log begins")
    blank.get_by_role("button", name="Go live").click()
    page.is_("LIVE")
    page.shows("line 30.")


def test_a_range_before_the_log_began_says_so(logs, open_page):
    logs.write(*dated(0, 30))
    wait_for_events(logs, 31)
    page = open_page(past(logs, since=iso(-7200), until=iso(-3600)))
    blank = page.page.locator("#past-blank")
    expect(blank).to_contain_text("does not reach back so far")
    blank.get_by_role("button", name="Where the log begins").click()
    expect(page.grid.locator(".is-focused")).to_contain_text("line 0.")


def test_the_past_goes_on_when_the_relay_was_away(logs, open_page):
    logs.write(*dated(0, 3000))
    wait_for_events(logs, 3001)
    page = open_page(past(logs, at=iso(2000)))
    expect(page.grid.locator(".is-focused")).to_contain_text("line 2000.")
    port = logs.relay.port
    logs.relay.stop()
    expect(page.page.locator("#notice")).to_contain_text("Connection lost")
    page.press("Home")
    expect(page.page.locator("#past-bar")).to_contain_text("cannot be read now")
    before = page.row_count
    logs.relay.configure(logs.relay.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    logs.relay.start()
    expect(page.page.locator("#past-bar")).to_contain_text("Around a moment")
    page.page.wait_for_function("n => document.querySelector('#rows').getAttribute('aria-rowcount') > n", arg=before)


def number_at_top(page) -> int:
    return int(re.search(r"line (\d+)\.", first_row(page))[1])


def scroll_to(page, text: str):
    for _ in range(60):
        if page.row(text).count():
            break
        page.press("PageDown")
        page.settle()
    page.shows(text)


def wait_for_events(logs, count: int) -> dict:
    """The relay's log has so many events."""
    def there():
        log = logs.relay.status()["log"]
        return log if log["head"] >= count else None
    return eventually(there, 10, f"{count} events in the log")
