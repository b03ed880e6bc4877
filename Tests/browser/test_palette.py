"""The palette, kept views, keys of one's own, links and downloads."""

import re

import pytest
from playwright.sync_api import expect

from .page import line, lines


@pytest.fixture
def page(logs, open_page):
    logs.write(*lines(1, 20), line("needle", level="error"))
    page = open_page(logs.url, permissions=["clipboard-read", "clipboard-write"])
    page.shows("needle")
    return page


def clipboard(page) -> str:
    return page.page.evaluate("navigator.clipboard.readText()")


def test_the_palette_finds_a_command_and_runs_it(page):
    page.press("K")
    box = page.page.get_by_role("combobox", name="Find a command")
    expect(box).to_be_focused()
    box.fill("from err up")
    expect(page.page.locator("#palette-list li").first).to_contain_text("From error up")
    page.press("Enter")
    expect(page.filter).to_have_value("level>=error")
    page.expect_rows(1)


def test_a_view_is_kept_found_again_and_forgotten(page):
    page.filter.fill("needle")
    page.expect_rows(1)
    page.press("Escape")
    page.press("Control+k")
    page.page.get_by_role("combobox", name="Find a command").fill("keep this view")
    page.press("Enter")
    page.page.get_by_role("textbox", name="Name").fill("the needle")
    page.press("Enter")
    page.page.goto(page.page.url.split("?")[0])
    page.expect_rows(21)
    page.press("K")
    page.page.get_by_role("combobox", name="Find a command").fill("needle")
    page.press("Enter")
    expect(page.filter).to_have_value("needle")
    page.press("Escape")
    page.press("K")
    page.page.get_by_role("combobox", name="Find a command").fill("the needle")
    page.press("Shift+Delete")
    expect(page.page.locator("#palette-list li", has_text="the needle")).to_have_count(0)


def test_a_key_of_ones_own_stays(page):
    page.press("?")
    page.page.get_by_role("button", name="Wrap lines: z; change").click()
    page.press("q")
    expect(page.page.get_by_role("button", name="Wrap lines: q; change")).to_be_focused()
    page.press("Escape")
    page.page.reload()
    page.shows("needle")
    wrap = page.page.get_by_role("button", name="Wrap lines")
    page.press("z")
    expect(wrap).to_have_attribute("aria-pressed", "false")
    page.press("q")
    expect(wrap).to_have_attribute("aria-pressed", "true")


def test_links_and_commands_are_copied(page, logs):
    page.filter.fill("needle")
    page.expect_rows(1)
    page.press("Escape")
    button = page.page.get_by_role("button", name="Copy a link or a command")
    button.click()
    page.page.get_by_role("menuitem", name="tailrace tail").click()
    expect(page.page.locator("#said")).to_have_text("Command copied")
    assert clipboard(page) == f"tailrace tail {logs.url}/ needle"
    button.focus()
    page.press("Enter")
    expect(page.page.get_by_role("menuitem").first).to_be_focused()
    page.press("ArrowDown")
    page.press("Enter")
    expect(page.page.locator("#said")).to_have_text("Link to this moment copied")
    assert re.search(rf"\?filter=needle&at={logs.relay.epoch}%3A21$", clipboard(page))


def test_what_matches_is_downloaded(page):
    page.filter.fill("level>=error")
    page.expect_rows(1)
    page.press("Escape")
    page.page.get_by_role("button", name="Download events").click()
    page.page.get_by_role("radio", name="CSV").check()
    with page.page.expect_download() as download:
        page.page.get_by_role("link", name="Download").click()
    text = download.value.path().read_text()
    assert text.startswith("seq,time,level,source,host,message") and text.count("needle") == 1 and "line 1" not in text


def test_the_palette_is_there_for_the_mouse_too(page):
    page.page.get_by_role("button", name="tailrace: all commands").click()
    expect(page.page.get_by_role("combobox", name="Find a command")).to_be_focused()
    page.page.locator("#palette-list li", has_text="Two views side by side").click()
    expect(page.page.locator("iframe.beside")).to_be_visible()
