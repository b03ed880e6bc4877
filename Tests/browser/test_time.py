"""Live, held and past as the reader steers them, and how times are read."""

import random
import re
from urllib.parse import unquote

from playwright.sync_api import expect

from .conftest import CONFIG, REPOSITORY, FollowedFile
from .page import line, lines
from .test_past import dated, iso, wait_for_events


def go_to(page, text: str):
    page.press("t")
    box = page.page.get_by_role("textbox", name="Go to time")
    expect(box).to_be_focused()
    box.fill(text)
    page.press("Enter")


def why(page):
    return page.page.locator("#time-state .why")


def test_t_goes_to_a_time_and_says_what_it_understood(logs, open_page):
    logs.write(*dated(0, 600))
    wait_for_events(logs, 601)
    page = open_page(logs.url)
    page.shows("line 600.")
    page.press("t")
    page.page.get_by_role("textbox", name="Go to time").fill("2026-01-05 14:05")
    meaning = page.page.locator("#goto-meaning")
    expect(meaning).to_contain_text("5 Jan 2026, 14:05:00.000 UTC")
    page.press("Enter")
    page.is_("PAST")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 300.")
    expect(why(page)).to_contain_text("5 Jan, 14:05:00")
    go_to(page, "5 jan 14:01 - 14:02")
    page.expect_rows(60)
    go_to(page, "#11")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 10.")
    go_to(page, "now")
    page.is_("LIVE")


def test_what_is_no_time_is_told_in_the_box(logs, open_page):
    logs.write(*lines(1, 5))
    page = open_page(logs.url)
    page.shows("line 5")
    go_to(page, "tomorrowish")
    expect(page.page.locator("#goto-meaning")).to_contain_text("is no time. Write for example 14:02")
    page.is_("LIVE")
    page.press("Escape")
    expect(page.page.get_by_role("textbox", name="Go to time")).to_be_hidden()


def test_times_in_the_box_are_of_the_zone_that_rows_show(logs, open_page):
    logs.write(*dated(0, 600))
    wait_for_events(logs, 601)
    page = open_page(logs.url)
    page.shows("line 600.")
    page.page.get_by_role("button", name="UTC", exact=True).click()
    box = page.page.get_by_role("combobox", name="Another zone")
    box.fill("Middle-earth/Shire")
    page.press("Enter")
    expect(page.page.locator("#explanation")).to_contain_text("knows no zone")
    box.fill("Asia/Kathmandu")
    box.press("Enter")
    expect(page.page.locator("#column-time")).to_have_text("Time, Kathmandu")
    expect(page.row("line 600.")).to_contain_text("19:55:00")
    go_to(page, "2026-01-05 19:50")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 300.")
    page.page.reload()
    expect(page.page.locator("#column-time")).to_have_text("Time, Kathmandu")


def test_d_changes_how_times_are_read(logs, open_page):
    logs.write(*dated(0, 50), line("late", time=iso(95)))
    wait_for_events(logs, 52)
    page = open_page(logs.url)
    page.shows("late")
    page.press("d")
    expect(page.page.locator("#column-time")).to_have_text("Time ago")
    expect(page.row("late")).to_contain_text("days")
    page.press("d")
    expect(page.page.locator("#column-time")).to_have_text("Since above")
    expect(page.row("late").locator(".long")).to_have_text("+45.000")
    expect(page.row("line 50.").locator(".row-time")).to_have_text("+1.000")
    page.page.reload()
    expect(page.row("line 50.").locator(".row-time")).to_have_text("+1.000")
    page.press("d")
    expect(page.row("line 50.").locator(".row-time")).to_have_text("14:00:50.000")


def test_s_jumps_to_slow_downs(logs, open_page):
    logs.write(*dated(0, 50), *dated(70, 90), *dated(200, 220))
    wait_for_events(logs, 93)
    page = open_page(logs.url)
    page.shows("line 220.")
    focused = page.grid.locator(".is-focused")
    page.press("S")
    expect(focused).to_contain_text("line 200.")
    page.press("S")
    expect(focused).to_contain_text("line 70.")
    page.press("s")
    expect(focused).to_contain_text("line 200.")
    page.press("s")
    expect(page.page.locator("#said")).to_have_text("No later slow-down in these rows")


def test_a_jump_in_time_stands_between_the_rows(logs, open_page):
    logs.write(*dated(0, 3), line("an hour later", time=iso(3700)), line("clock set back", time=iso(1000)))
    page = open_page(logs.url)
    page.shows("clock set back")
    expect(page.row("an hour later")).to_have_attribute("data-day", "62 min later")
    expect(page.row("clock set back")).to_have_attribute("data-day", "Time goes back 45 min")


def test_a_link_to_the_held_moment_can_be_copied(logs, open_page):
    logs.write(*lines(1, 200))
    wait_for_events(logs, 200)
    page = open_page(logs.url, permissions=["clipboard-read", "clipboard-write"])
    page.shows("line 200")
    for _ in range(5):
        page.press("ArrowUp")
    page.is_("HELD")
    focused = page.grid.locator(".is-focused .body").inner_text()
    page.page.get_by_role("button", name="Copy a link or a command").click()
    page.page.get_by_role("menuitem", name="To this moment, held").click()
    expect(page.page.locator("#said")).to_have_text("Link to this moment copied")
    link = page.page.evaluate("() => navigator.clipboard.readText()")
    assert re.search(r"\?at=[a-z0-9]+:\d+$", unquote(link)), link
    other = open_page(link)
    other.is_("PAST")
    expect(other.grid.locator(".is-focused .body")).to_have_text(focused)


def test_the_tab_shows_that_there_is_news_while_held(logs, open_page):
    logs.write(*lines(1, 100))
    page = open_page(logs.url)
    page.shows("line 100")
    icon = page.page.locator("link[rel=icon]")
    page.press(" ")
    page.is_("HELD")
    expect(icon).to_have_attribute("href", "favicon-held.svg")
    logs.write(line("one more"))
    expect(icon).to_have_attribute("href", "favicon-new.svg")
    logs.write(line("bad", level="error"), line("worse", level="critical"))
    expect(icon).to_have_attribute("href", "favicon-errors.svg")
    expect(page.page).to_have_title("(2!) all \u00b7 tailrace")
    expect(page.page.locator("#return")).to_have_class(re.compile("has-errors"))
    expect(page.page.locator("#return")).to_have_text(re.compile("3 new, 2 errors"))
    page.press(" ")
    page.is_("LIVE")
    expect(icon).to_have_attribute("href", "favicon.svg")
    expect(page.page).to_have_title("all \u00b7 tailrace")


def test_nothing_but_the_reader_ends_a_hold(logs, open_page):
    logs.write(*lines(1, 100))
    page = open_page(logs.url)
    page.shows("line 100")
    page.page.clock.install()
    page.press("ArrowUp")
    page.is_("HELD")
    expect(why(page)).to_contain_text("you moved to a row")
    places = page.places()
    logs.write(*lines(101, 160))
    page.page.clock.fast_forward("02:00:00")
    page.is_("HELD")
    assert page.places() == places


def test_a_log_that_overran_a_hold_says_so_at_the_end_of_the_rows(relay, tmp_path, open_page):
    (tmp_path / "app.log").touch()
    small = 'path = "{dir}/log"\nmax_size = "2MiB"'
    logs = FollowedFile(relay(CONFIG, server=f'public = "{REPOSITORY / "public"}"', log=small))
    logs.write(*lines(1, 50))
    page = open_page(logs.url)
    page.shows("line 50")
    page.press(" ")
    page.is_("HELD")
    expect(page.page.locator("#return")).to_contain_text("Newest")
    page.settle()
    letters = random.Random(1)
    for _ in range(4):
        logs.write(*(line("".join(letters.choices("abcdefghijklmnop0123456789", k=2000))) for _ in range(1500)))
    expect(page.grid.locator(".rows-end")).to_contain_text("after this row left the log", timeout=30_000)
    page.is_("HELD")
