"""The strip of panels and the wall."""

import json
import re

import pytest
from playwright.sync_api import expect

from .conftest import CONFIG, REPOSITORY, FollowedFile
from .page import line

PANELS = """
[[panel]]
title = "Events per route"
kind = "timeseries"
by = "route"
[[panel]]
title = "Slowest routes"
kind = "top"
value = "max(duration_ms)"
by = "route"
[[panel]]
title = "Errors"
kind = "stat"
filter = "level>=error"
[[panel]]
title = "Freshness"
kind = "stat"
value = "last"
by = "source"
[[panel]]
title = "Last errors"
kind = "log"
filter = "level>=error"
"""


@pytest.fixture
def shop(relay, tmp_path):
    (tmp_path / "app.log").touch()
    logs = FollowedFile(relay(CONFIG + PANELS, server=f'public = "{REPOSITORY / "public"}"'))
    logs.write(*[line("order placed", route="/cart", duration_ms=40) for _ in range(30)])
    logs.write(*[line("<b>it broke</b>", "error", route="/pay", duration_ms=3004) for _ in range(12)])
    logs.relay.wait_head(42)
    return logs


def tile(page, name):
    return page.page.get_by_role("region", name=name, exact=True)


def test_panels_are_shown_when_asked_for_and_stay_so(shop, open_page):
    page = open_page(shop.url)
    page.shows("it broke")
    expect(page.page.locator("#panels")).to_be_hidden()
    toggle = page.page.get_by_role("button", name="Panels")
    toggle.click()
    expect(tile(page, "Errors")).to_contain_text("12")
    chart = tile(page, "Events per route")
    expect(chart.get_by_role("button", name="/cart")).to_be_visible()
    expect(chart.get_by_role("group")).to_have_attribute("aria-label", re.compile("Events per route: .*/cart"))
    slowest = tile(page, "Slowest routes").locator(".facet-row")
    expect(slowest.first).to_have_text("/pay3 s")
    expect(tile(page, "Freshness").locator(".facet-row")).to_have_count(1)
    expect(tile(page, "Last errors").get_by_role("row").first).to_contain_text("<b>it broke</b>")
    assert tile(page, "Last errors").locator("b", has_text="it broke").count() == 0
    page.page.reload()
    expect(tile(page, "Errors")).to_contain_text("12")
    toggle.click()
    expect(page.page.locator("#panels")).to_be_hidden()


def test_a_value_goes_into_the_filter_and_a_title_shows_the_events_of_its_panel(shop, open_page):
    page = open_page(shop.url)
    page.shows("it broke")
    page.page.get_by_role("button", name="Panels").click()
    tile(page, "Slowest routes").get_by_role("button", name="/pay").click()
    expect(page.filter).to_have_value('route="/pay"')
    page.expect_rows(12)
    tile(page, "Errors").get_by_role("button", name="Errors").click()
    expect(page.filter).to_have_value("level>=error")


def test_a_moment_of_a_chart_is_read_by_keys(shop, open_page):
    page = open_page(shop.url)
    page.page.get_by_role("button", name="Panels").click()
    chart = tile(page, "Events per route").get_by_role("group")
    chart.focus()
    page.press("ArrowLeft")
    expect(tile(page, "Events per route").locator(".meta")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    page.is_("LIVE")


def test_the_wall_shows_panels_and_newest_errors_without_controls(shop, open_page):
    page = open_page(f"{shop.url}/?wall=1&title=Shop", width=1920, height=1080).page
    expect(page.get_by_role("region", name="Errors", exact=True)).to_contain_text("12")
    errors = page.get_by_role("grid", name="Newest errors")
    expect(errors.get_by_role("row")).to_have_count(12)
    shop.write(line("the newest one", "critical"))
    expect(errors.get_by_role("row").first).to_contain_text("the newest one")
    assert page.get_by_role("textbox").count() == 0
    expect(page.get_by_text("Shop", exact=True)).to_be_visible()


def test_the_wall_goes_from_lens_to_lens_and_survives_a_restart(shop, open_page):
    page = open_page(f"{shop.url}/?wall=1&filter=route:/pay&filter=route:/cart&turn=5", width=1920, height=1080).page
    errors = page.get_by_role("grid", name="Newest errors")
    expect(errors.get_by_role("row")).to_have_count(12)
    expect(errors.get_by_role("row")).to_have_count(0, timeout=10_000)
    expect(errors.get_by_role("row")).to_have_count(12, timeout=10_000)
    port = shop.relay.port
    shop.relay.stop()
    expect(page.get_by_text("OFFLINE")).to_be_visible()
    shop.relay.config.write_text(shop.relay.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    shop.relay.start()
    expect(page.get_by_text("LIVE")).to_be_visible(timeout=15_000)
    shop.write(json.dumps({"level": "error", "message": "after the restart", "route": "/pay"}))
    expect(errors.get_by_role("row", name="after the restart")).to_be_visible(timeout=15_000)


def test_a_field_is_charted_copied_and_taken_away(shop, open_page):
    page = open_page(shop.url, permissions=["clipboard-read", "clipboard-write"])
    page.shows("it broke")
    page.press("K")
    page.page.get_by_role("combobox", name="Find a command").fill("chart a field")
    page.press("Enter")
    page.page.get_by_role("dialog", name="Chart a field").get_by_label("What").select_option("max")
    expect(page.page.locator("#chart-fields option[value=duration_ms]")).to_have_count(1)
    page.page.get_by_role("combobox", name="Field").fill("duration_ms")
    page.page.get_by_role("combobox", name="By").fill("route")
    page.page.get_by_role("button", name="Add chart").click()
    chart = tile(page, "max of duration_ms by route")
    expect(chart.get_by_role("button", name="/pay")).to_contain_text("3 s")
    page.page.reload()
    expect(chart.get_by_role("button", name="/pay")).to_contain_text("3 s")
    menu = chart.get_by_role("button", name="What can be done with this panel")
    menu.click()
    page.page.get_by_role("menuitem", name="Copy as configuration").click()
    expect(page.page.locator("#said")).to_have_text("Panel copied as TOML")
    text = page.page.evaluate("navigator.clipboard.readText()")
    assert 'value = "max(duration_ms)"\nby = "route"' in text
    menu.click()
    page.page.get_by_role("menuitem", name="Remove this chart").click()
    expect(chart).to_have_count(0)


def test_a_chart_the_relay_refuses_says_why_and_goes(shop, open_page):
    page = open_page(shop.url)
    page.page.evaluate(
        """() => localStorage.setItem("tailrace", JSON.stringify({ panels: true, charts: [
            { title: "bad", kind: "timeseries", stream: "all", filter: "((", value: "count", window: "15m" },
            { title: "good", kind: "timeseries", stream: "all", filter: "", value: "count", window: "15m" }] }))"""
    )
    page.page.reload()
    expect(page.page.locator("#said")).to_contain_text("No chart")
    expect(tile(page, "good").get_by_role("group")).to_be_visible()
    expect(tile(page, "bad")).to_have_count(0)


def test_parts_of_the_wall_do_not_lie_on_each_other(shop, open_page):
    shop.write(*[line(f"broke {number}", "error", route="/pay") for number in range(80)])
    shop.relay.wait_head(122)
    page = open_page(f"{shop.url}/?wall=1").page
    expect(page.get_by_role("grid", name="Last errors").get_by_role("row").nth(15)).to_be_attached()
    expect(page.get_by_role("grid", name="Newest errors").get_by_role("row").first).to_be_visible()
    errors = page.get_by_role("region", name="Newest errors", exact=True).bounding_box()
    for element in page.locator(".wall .tile").all():
        box = element.bounding_box()
        assert box["y"] + box["height"] <= errors["y"] + 1
