"""Facets, the filter box's completion and history, the explanation, and highlights."""

import re

import pytest
from playwright.sync_api import expect

from .page import line, lines


@pytest.fixture
def shop(logs, open_page):
    """A page over some lines of three units, with the counts of its facets."""
    for number in range(40):
        logs.write(
            line(f"request {number} upstream", unit="nginx.service", status=200 if number % 4 else 504, took_ms=number * 7),
            line(f"order {number} placed", unit="shop.service", plan="free" if number % 3 else "pro"),
        )
    logs.write(*(line(f"query {number} failed", level="error", unit="db.service") for number in range(5)))
    page = open_page(logs.url)
    page.shows("query 4 failed")
    expect(value(page, "unit", "nginx")).to_have_attribute("aria-label", re.compile("^nginx, 40 events"))
    return page


def facet(page, name: str):
    return page.page.get_by_role("group", name=name, exact=True)


def value(page, name: str, label: str):
    return facet(page, name).get_by_role("checkbox").filter(has=page.page.get_by_text(label, exact=True))


def counts(page, name: str, label: str, number: int):
    expect(value(page, name, label).locator(".count")).to_have_text(str(number))


def text_is(page, text: str):
    expect(page.filter).to_have_value(text)


def test_clicks_on_values_edit_the_text_and_the_text_moves_the_ticks(shop):
    value(shop, "unit", "nginx").click()
    text_is(shop, "unit=nginx.service")
    shop.expect_rows(40)
    value(shop, "unit", "db").click()
    text_is(shop, "unit=(nginx.service OR db.service)")
    shop.expect_rows(45)
    expect(value(shop, "unit", "nginx")).to_be_checked()
    value(shop, "status", "504").click(modifiers=["Shift"])
    text_is(shop, "unit=(nginx.service OR db.service) -status=504")
    expect(value(shop, "status", "504")).to_have_attribute("aria-checked", "mixed")
    value(shop, "unit", "shop").click(modifiers=["Alt"])
    text_is(shop, "unit=shop.service -status=504")
    value(shop, "unit", "shop").click()
    text_is(shop, "-status=504")
    shop.filter.fill("unit:(nginx OR db)")
    expect(value(shop, "unit", "db")).to_be_checked()
    expect(value(shop, "unit", "shop")).not_to_be_checked()


def test_a_facet_is_counted_without_its_own_conditions_and_with_all_others(shop):
    value(shop, "unit", "db").click()
    counts(shop, "unit", "nginx", 40)
    counts(shop, "level", "error", 5)
    counts(shop, "level", "info", 0)
    value(shop, "level", "info").click()
    counts(shop, "unit", "db", 0)
    counts(shop, "unit", "nginx", 40)


def test_held_counts_are_frozen_and_say_so(shop, logs):
    head = shop.page.locator(".facets-head")
    expect(head).to_contain_text("last 15 min \u00b7 85 events")
    shop.press(" ")
    shop.is_("HELD")
    expect(head).to_contain_text("frozen")
    logs.write(line("one more", unit="db.service"))
    expect(shop.state.locator("xpath=..")).to_contain_text("1 new")
    counts(shop, "unit", "db", 5)
    shop.press(" ")
    counts(shop, "unit", "db", 6)


def test_facets_work_by_keys_and_by_their_menu(shop):
    value(shop, "unit", "nginx").focus()
    shop.press("ArrowDown")
    shop.press("Enter")
    text_is(shop, "unit=shop.service")
    shop.press("Shift+Enter")
    text_is(shop, "-unit=shop.service")
    shop.press(".")
    expect(shop.page.get_by_role("menuitem").first).to_be_focused()
    shop.page.get_by_role("menuitem", name="Only this").click()
    text_is(shop, "unit=shop.service")
    expect(value(shop, "unit", "shop")).to_be_focused()
    slider = shop.page.get_by_role("slider", name="Lowest level shown")
    slider.focus()
    shop.press("ArrowRight")
    shop.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "debug")
    shop.press("ArrowLeft")
    shop.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "all levels")


def test_numbers_show_their_distribution_and_fields_are_pinned_hidden_and_found(shop):
    spread = facet(shop, "took_ms").get_by_role("img")
    expect(spread).to_have_attribute("aria-label", re.compile("half are at most 133, 95 % at most 259, from 0 to 273"))
    facet(shop, "plan").hover()
    facet(shop, "plan").get_by_role("button", name="What to do with plan").click()
    shop.page.get_by_role("menuitem", name="Hide").click()
    expect(facet(shop, "plan")).to_have_count(0)
    shop.page.get_by_role("button", name="Find a field").click()
    shop.page.get_by_role("searchbox", name="Find a field").fill("pla")
    shop.page.locator(".field-found").click()
    expect(facet(shop, "plan")).to_be_visible()


def test_the_column_folds_keeps_its_width_and_lies_over_the_rows_on_narrow_screens(shop):
    column = shop.page.get_by_role("complementary", name="Facets")
    edge = shop.page.get_by_role("separator", name="Width of facets").bounding_box()
    shop.page.mouse.move(edge["x"] + 3, 400)
    shop.page.mouse.down()
    shop.page.mouse.move(edge["x"] + 63, 400)
    shop.page.mouse.up()
    shop.grid.focus()
    shop.press("f")
    expect(column).to_be_hidden()
    shop.page.reload()
    expect(column).to_be_hidden()
    shop.press("f")
    assert abs(column.bounding_box()["width"] - 300) <= 2
    shop.page.set_viewport_size({"width": 1000, "height": 700})
    expect(column).to_be_hidden()
    shop.press("f")
    expect(column).to_be_visible()
    shop.press("Escape")
    expect(column).to_be_hidden()


def test_more_values_than_shown_are_searched(logs, open_page):
    logs.write(*(line(f"call {n}", path=f"/p/{n % 30}") for n in range(90)))
    page = open_page(logs.url)
    page.shows("call 89")
    facet(page, "path").get_by_role("button", name="20 more").click()
    page.page.get_by_role("searchbox", name="Find a value of path").fill("/29")
    value(page, "path", "/p/29").click()
    text_is(page, "path=\"/p/29\"")
    page.expect_rows(3)


def test_completion_offers_fields_operators_and_values(shop):
    options = shop.page.get_by_role("listbox", name="Completions").get_by_role("option")
    shop.filter.click()
    shop.page.keyboard.type("sta")
    expect(options.first).to_contain_text("status")
    shop.press("ArrowDown")
    expect(shop.page.get_by_role("combobox", name="Filter")).to_have_attribute("aria-activedescendant", "completion-0")
    shop.press("Tab")
    expect(options.first).to_contain_text("status:")
    shop.press("Tab")
    expect(options.filter(has_text="504")).to_contain_text("10")
    shop.page.keyboard.type("50")
    shop.press("Tab")
    text_is(shop, "status:504 ")
    shop.expect_rows(10)
    shop.page.keyboard.type("lev")
    expect(options.first).to_contain_text("level")
    shop.press("Escape")
    expect(options).to_have_count(0)
    expect(shop.filter).to_be_focused()


def test_what_was_run_comes_back_and_a_second_escape_clears(shop):
    for text in ("order", "query"):
        shop.filter.fill(text)
        shop.press("Escape")
        shop.filter.focus()
        shop.press("Enter")
    shop.filter.fill("req")
    shop.press("Escape")
    shop.filter.focus()
    shop.press("ArrowUp")
    text_is(shop, "query")
    shop.press("ArrowUp")
    text_is(shop, "order")
    shop.expect_rows(40)
    shop.press("ArrowDown")
    shop.press("ArrowDown")
    text_is(shop, "req")
    shop.press("Escape")
    expect(shop.grid).to_be_focused()
    shop.press("Escape")
    text_is(shop, "")


def test_where_nothing_matches_the_clause_to_blame_is_named_and_switched_off(shop):
    shop.filter.fill("level>=error unit=db.service status:600..699")
    culprit = shop.page.locator(".clause-row.is-culprit")
    expect(culprit).to_contain_text("status is seen from 200 to 504 here")
    expect(shop.page.locator(".clause-row").first).to_contain_text("5")
    shop.page.get_by_role("button", name="Switch that clause off").click()
    text_is(shop, "level>=error unit=db.service #(status:600..699)")
    shop.expect_rows(5)
    shop.filter.fill("unit:ngnix")
    culprit.get_by_role("button", name="unit=nginx.service").click()
    shop.expect_rows(40)


def test_the_explanation_says_what_the_focused_row_says_to_each_clause(shop):
    shop.filter.fill("level>=error (failed OR host:x)")
    shop.expect_rows(5)
    shop.row("query 4 failed").click()
    shop.page.get_by_role("button", name="How this filter is understood").click()
    panel = shop.page.get_by_role("region", name="How the filter is understood")
    expect(panel).to_contain_text("Read as (level>=error AND (failed OR host:x))")
    expect(panel.get_by_role("listitem").first).to_contain_text("error (level)")
    expect(panel).to_contain_text("The focused row passes.")
    panel.get_by_role("switch", name="(failed OR host:x)").click()
    text_is(shop, "level>=error #(failed OR host:x)")
    panel.get_by_role("button", name="Invert level>=error").click()
    text_is(shop, "-level>=error #(failed OR host:x)")
    shop.expect_rows(80)


def test_highlights_do_not_filter_and_are_stepped_through(shop):
    shop.filter.fill("level>=info failed")
    shop.expect_rows(5)
    shop.press("Alt+Enter")
    text_is(shop, "level>=info")
    shop.expect_rows(85)
    chip = shop.page.locator(".term")
    expect(chip).to_contain_text("failed5")
    assert shop.page.evaluate("() => CSS.highlights.get('term-1').size") == 5
    shop.press("Escape")
    shop.press("N")
    expect(shop.grid.locator(".is-focused")).to_contain_text("query 4 failed")
    shop.press("N")
    expect(shop.grid.locator(".is-focused")).to_contain_text("query 3 failed")
    shop.press("n")
    expect(shop.grid.locator(".is-focused")).to_contain_text("query 4 failed")
    shop.page.get_by_role("button", name="Highlight failed no more").click()
    expect(chip).to_have_count(0)
    assert shop.page.evaluate("() => CSS.highlights.size") == 0


def test_a_half_typed_filter_loses_nothing_when_a_value_is_clicked(shop):
    shop.filter.fill("order")
    shop.expect_rows(40)
    shop.filter.fill("order (")
    value(shop, "unit", "shop").click()
    text_is(shop, "order unit=shop.service")
    shop.expect_rows(40)


def test_a_log_of_last_week_is_counted_whole(logs, open_page):
    logs.write(*lines(1, 30, time="2026-01-01T00:00:00Z", unit="old.service"))
    page = open_page(logs.url)
    page.shows("line 30")
    expect(page.page.locator(".facets-head")).to_contain_text("whole log \u00b7 30 events", timeout=15_000)
    counts(page, "unit", "old", 30)
