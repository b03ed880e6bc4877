"""The home page, and views that the configuration names for everybody."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from .page import line, lines

PUBLIC = Path(__file__).resolve().parents[2] / "public"

CONFIG = """
[[input]]
type = "file"
name = "app"
paths = ["{dir}/app.log"]
from = "start"
format = "json"
[[lens]]
name = "Needles"
about = "all that is sharp"
filter = "needle"
columns = ["number"]
"""


@pytest.fixture
def app(relay, tmp_path):
    log = tmp_path / "app.log"
    log.write_text("\n".join([*lines(1, 30), line("a needle that broke", level="error", number=5)]) + "\n")
    app = relay(CONFIG, server=f'public = "{PUBLIC}"')
    app.wait_head(31)
    return app


def test_a_tile_tells_how_a_view_stands_and_opens_it(app, open_page):
    home = open_page(f"{app.url}/?home=1").page
    tile = home.get_by_role("link", name="Needles")
    expect(tile).to_contain_text("all that is sharp")
    expect(tile).to_contain_text("1 error of 1 in 15 min")
    expect(tile).to_contain_text("a needle that broke")
    expect(home.get_by_role("link", name="all", exact=True)).to_contain_text("1 error of 31 in 15 min")
    expect(home.locator(".time-state .word")).to_have_text("LIVE")
    tile.click()
    expect(home.get_by_label("Filter", exact=True)).to_have_value("needle")
    expect(home.locator(".column-head")).to_have_text("number")


def test_the_palette_has_the_views_of_the_team(app, open_page):
    page = open_page(app.url)
    page.shows("a needle that broke")
    page.press("K")
    page.page.get_by_role("combobox", name="Find a command").fill("needles")
    expect(page.page.locator("#palette-list li").first).to_contain_text("all that is sharp")
    page.press("Enter")
    expect(page.filter).to_have_value("needle")
    page.expect_rows(1)
    expect(page.page.locator(".column-head")).to_have_text("number")


def test_a_tile_of_a_view_that_cannot_be_counted_says_why(app, open_page):
    page = open_page(app.url)
    page.shows("a needle that broke")
    page.page.evaluate("""localStorage.setItem("tailrace", JSON.stringify({
        ...JSON.parse(localStorage.getItem("tailrace") ?? "{}"), lenses: [{ name: "old", stream: "all", filter: "since:5m" }] }))""")
    page.page.goto(f"{app.url}/?home=1")
    expect(page.page.get_by_role("link", name="old")).to_contain_text("no numbers")
    expect(page.page.get_by_role("link", name="Needles")).to_contain_text("1 error")
