"""What comes with its first use: chips, recordings, sound, what changed, and the line for who is new."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from harness.tamperer import Tamperer
from playwright.sync_api import expect

from .page import line, lines


@pytest.fixture
def page(logs, open_page):
    logs.write(*lines(1, 20), line("needle", level="error"))
    page = open_page(logs.url, accept_downloads=True)
    page.shows("needle")
    return page


def run(page, words: str):
    """A command by the palette."""
    page.press("K")
    page.page.get_by_role("combobox", name="Find a command").fill(words)
    page.press("Enter")


def chip(page, text: str):
    return page.page.get_by_role("switch", name=text)


def test_each_clause_is_a_chip_that_edits_the_text(page):
    page.filter.fill("level>=error needle")
    page.expect_rows(1)
    page.press("Escape")
    run(page, "filter as chips")
    expect(chip(page, "needle")).to_be_visible()
    chip(page, "level>=error").click()
    expect(page.filter).to_have_value("#(level>=error) needle")
    expect(chip(page, "level>=error")).to_have_attribute("aria-checked", "false")
    expect(chip(page, "level>=error")).to_be_focused()
    page.page.get_by_role("button", name="Turn needle into its opposite").click()
    expect(page.filter).to_have_value("#(level>=error) -needle")
    page.expect_rows(20)
    page.press("Delete")
    # At once, before the chips had time to follow the text.
    page.page.get_by_role("button", name="Remove level>=error").click()
    expect(page.filter).to_have_value("")
    page.page.reload()
    expect(page.page.get_by_role("button", name="Add a clause")).to_be_visible()


def test_typing_moves_the_chips_and_half_a_clause_leaves_them(page):
    run(page, "filter as chips")
    page.filter.fill("needle")
    expect(chip(page, "needle")).to_be_visible()
    page.filter.fill("needle level>=")
    expect(chip(page, "needle")).to_be_visible()
    page.filter.fill("needle level>=warn")
    expect(chip(page, "level>=warn")).to_be_visible()


def test_a_recording_has_everything_whatever_the_filter_shows(page, logs):
    page.filter.fill("needle")
    page.expect_rows(1)
    page.press("Escape")
    page.press("b")
    item = page.page.get_by_role("button", name="Recording")
    expect(item).to_be_visible()
    logs.write(line("behind the filter"))
    logs.relay.wait_head(22)
    page.page.reload()
    expect(item).to_be_visible()
    with page.page.expect_download() as download:
        item.click()
    text = download.value.path().read_text()
    messages = [json.loads(each).get("message") for each in text.splitlines()]
    assert "line 1" in messages and "needle" in messages and "behind the filter" in messages
    assert download.value.suggested_filename.endswith(".ndjson")
    expect(item).to_be_hidden()


def test_sound_is_off_until_it_is_asked_for_and_comes_once(page, logs):
    page.page.evaluate("""() => {
        window.tones = 0;
        const create = AudioContext.prototype.createOscillator;
        AudioContext.prototype.createOscillator = function () { window.tones += 1; return create.call(this); };
    }""")
    tones = lambda: page.page.evaluate("window.tones")
    run(page, "sound for errors")
    expect(page.page.locator("#said")).to_contain_text("Sound on")
    page.page.wait_for_function("() => window.tones === 2")
    page.grid.focus()
    page.press(" ")
    page.is_("HELD")
    logs.write(line("bad", level="error"))
    expect(page.page.locator("#return")).to_contain_text("1 error")
    page.page.wait_for_function("() => window.tones === 4")
    logs.write(line("bad again", level="error"))
    expect(page.page.locator("#return")).to_contain_text("2 errors")
    assert tones() == 4


def test_what_changed_at_a_row(logs, open_page):
    moment = datetime.now(timezone.utc) - timedelta(minutes=10)
    at = lambda seconds: (moment + timedelta(seconds=seconds)).isoformat()
    for second in range(-200, 200, 2):
        isAfter = second >= 0
        logs.write(line("request handled", time=at(second), status=502 if isAfter and second % 4 == 0 else 200))
        if isAfter and second % 20 == 0:
            logs.write(line(f"cannot reach db-{second}", level="error", time=at(second)))
    logs.relay.wait_head(210)
    page = open_page(logs.url)
    page.shows("cannot reach db-180")
    page.filter.fill("")
    page.press("Escape")
    for _ in range(10):
        page.press("E")
    expect(page.page.locator("#rows .row.is-focused")).to_contain_text("cannot reach db-0")
    page.press("C")
    dialog = page.page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem", name="status 502")).to_contain_text("new")
    expect(dialog).to_contain_text("cannot reach db-0")
    expect(dialog.locator(".is-message")).to_have_count(1)
    expect(dialog.locator(".changes-sums")).to_contain_text("none before")
    dialog.get_by_role("listitem", name="status 502").click()
    expect(page.filter).to_have_value("status=502")
    expect(dialog).to_have_count(0)


def test_who_is_new_gets_a_line_once(page):
    welcome = page.page.get_by_role("note").filter(has_text="New here?")
    expect(welcome).to_be_visible()
    page.page.get_by_role("button", name="Do not show this again").click()
    expect(welcome).to_have_count(0)
    page.page.reload()
    page.has_all()
    expect(welcome).to_have_count(0)


def test_the_address_is_the_view_with_its_looks_and_the_row_it_stands_at(page, logs, open_page):
    select = page.page.get_by_label("What divides the bars")
    select.select_option("source")
    page.page.get_by_role("button", name="Zone of times").or_(page.page.locator("#strip button[title='Zone of times']")).first.click()
    page.page.get_by_role("combobox", name="Another zone").fill("Asia/Tokyo")
    page.press("Enter")
    expect(page.page.locator("#column-time")).to_have_text("Time, Tokyo")
    assert "by=source" in page.page.url and "zone=Asia/Tokyo" in page.page.url
    page.grid.focus()
    page.press("E")
    page.is_("HELD")
    page.page.wait_for_function("() => /^#[a-z0-9]+:\\d+$/.test(location.hash)")
    again = open_page(page.page.url)
    expect(again.page.locator("#column-time")).to_have_text("Time, Tokyo")
    expect(again.page.get_by_label("What divides the bars")).to_have_value("source")
    again.is_("HELD")
    again.press("End")
    again.is_("LIVE")
    again.page.wait_for_function("() => location.hash === ''")
    assert "by=source" in again.page.url


def test_the_start_of_the_relay_is_marked_in_the_histogram(page):
    expect(page.page.locator("#histogram .h-start")).to_have_count(1)
    expect(page.page.locator("#histogram")).to_contain_text("relay start")


def test_who_is_not_let_in_is_told_so(logs, chromium):
    """A proxy whose login ran out lets nothing through, and says so on every path."""
    logs.write(*lines(1, 5))
    refusal = '{"detail": "only the team of the shop reads this"}'
    with Tamperer(logs.relay.port, drop=("upgrade", "connection")) as proxy:
        context = chromium.new_context()
        page = context.new_page()
        context.route("**/api/v1/streams", lambda route: route.fulfill(
            status=403, content_type="application/problem+json", body=refusal))
        page.goto(proxy.url)
        expect(page.locator("#blank h2")).to_have_text("You may not read this relay")
        expect(page.locator("#blank")).to_contain_text("only the team of the shop reads this")
        context.close()


def test_the_range_of_the_past_that_is_shown_is_what_is_downloaded(logs, open_page):
    moment = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(minutes=10)
    at = lambda seconds: (moment + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    logs.write(*(line(f"line {second}", time=at(second)) for second in range(100)))
    logs.relay.wait_head(100)
    page = open_page(f"{logs.url}/?since={at(20)}&until={at(30)}", accept_downloads=True)
    page.is_("PAST")
    page.shows("line 29")
    page.page.get_by_role("button", name="Download events").click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="The range of the past")).to_be_checked()
    with page.page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    text = download.value.path().read_text()
    assert [row.split("line ")[1] for row in text.splitlines()] == [str(second) for second in range(20, 30)]
