"""The histogram: what it counts, and what a reader does in it."""

import re
from datetime import datetime, timedelta, timezone

from harness.waiting import eventually
from playwright.sync_api import expect

from .page import line


def seconds_ago(seconds: float) -> str:
    return (datetime.now(timezone.utc) - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def recent(count: int = 300, every: float = 2, **more) -> list[str]:
    """A line each two seconds up to now, each tenth an error."""
    levels = lambda n: "error" if n % 10 == 0 else "info"
    return [
        line(f"line {n}.", level=levels(n), time=seconds_ago((count - n) * every), number=n, **more) for n in range(count)
    ]


class Histogram:
    def __init__(self, page):
        self.page = page
        self.root = page.page.get_by_role("region", name="Histogram")
        self.chart = page.page.get_by_role("slider", name="Events over time")

    def entry(self, name: str):
        return self.root.locator(f".legend [data-name={name}]")

    def counts(self, **numbers: str):
        for name, number in numbers.items():
            expect(self.entry(name).locator("b")).to_have_text(number)

    def at(self, share: float) -> tuple[float, float]:
        box = self.chart.bounding_box()
        return box["x"] + box["width"] * share, box["y"] + 30

    def drag(self, first: float, last: float):
        mouse = self.page.page.mouse
        mouse.move(*self.at(first))
        mouse.down()
        mouse.move(*self.at((first + last) / 2))
        mouse.move(*self.at(last))
        mouse.up()

    @property
    def head(self):
        return self.root.locator(".span")


def open_histogram(logs, open_page, query: str = "", count: int = 300, **options):
    logs.write(*recent(count))
    eventually(lambda: logs.relay.status()["log"]["head"] >= count, 10, "all lines in the log")
    page = open_page(logs.url + query, **options)
    histogram = Histogram(page)
    expect(histogram.head).to_contain_text("last 15 min")
    expect(histogram.entry("info").locator("b")).not_to_have_text("0")
    return page, histogram


def test_it_counts_by_level_most_severe_first(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    histogram.counts(error="30", info="270", warn="0", critical="0")
    names = histogram.root.locator(".legend .name").all_inner_texts()
    assert names == ["critical", "error", "warn", "notice", "info"]
    assert histogram.chart.locator(".h-bar[data-fill=error]").get_attribute("d")
    logs.write(*(line("late", level="critical") for _ in range(3)))
    histogram.counts(critical="3")


def test_matching_bars_stand_before_pale_ones_and_their_scale_is_told(logs, open_page):
    page, histogram = open_histogram(logs, open_page, "/?filter=number%3E%3D200")
    histogram.counts(error="10", info="90")
    assert histogram.chart.locator(".h-ghost").get_attribute("d")
    expect(histogram.root.locator(".hint")).to_contain_text("scale 1 : ")


def test_the_legend_reads_the_bucket_under_the_pointer(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    page.page.mouse.move(*histogram.at(0.8))
    expect(histogram.head).to_have_text(re.compile(r"\d\d:\d\d:\d\d \u2013 \d\d:\d\d:\d\d \u00b7 [\d.]+/s"))
    assert int(histogram.entry("info").locator("b").inner_text()) <= 3
    page.page.mouse.move(700, 600)
    histogram.counts(info="270")


def test_a_click_on_a_level_toggles_it_in_the_filter(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    histogram.entry("info").click()
    expect(page.filter).to_have_value("-level=info")
    expect(histogram.entry("info")).to_have_attribute("aria-pressed", "false")
    histogram.counts(info="270", error="30")
    page.expect_rows(30)
    histogram.entry("info").click()
    expect(page.filter).to_have_value("")
    page.expect_rows(300)


def test_dragging_reads_the_past_and_a_double_click_leads_back(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    histogram.drag(0.7, 0.8)
    page.is_("PAST")
    expect(page.page.locator("#past-bar")).to_contain_text("Fixed range")
    expect(page.page.locator("#past-bar")).to_contain_text(re.compile(r"(\d+) matching of \1"))
    in_range = int(re.search(r"(\d+) matching", page.page.locator("#past-bar").inner_text())[1])
    assert 30 <= in_range <= 60
    page.expect_rows(in_range)
    named = sum(int(text) for text in histogram.root.locator(".legend b").all_inner_texts())
    assert named == in_range, "the legend counts what is in the range"
    url = page.page.url
    assert "since=" in url and "until=" in url
    page.page.mouse.dblclick(*histogram.at(0.3))
    page.is_("LIVE")
    expect(histogram.head).to_contain_text("last 15 min")
    again = open_page(url)
    again.is_("PAST")
    again.expect_rows(in_range)


def test_the_legend_of_a_range_counts_what_is_in_it_and_not_its_bars(logs, open_page):
    logs.write(*recent())
    logs.relay.wait_head(300)
    page = open_page(f"{logs.url}/?since={seconds_ago(305)}&until={seconds_ago(100)}")
    page.is_("PAST")
    expect(page.page.locator("#past-bar")).to_contain_text("matching of")
    in_range = int(re.search(r"(\d+) matching", page.page.locator("#past-bar").inner_text())[1])
    histogram = Histogram(page)
    eventually(
        lambda: sum(int(text) for text in histogram.root.locator(".legend b").all_inner_texts()) == in_range, 10,
        f"a legend of {in_range} events")


def test_the_handles_change_the_range(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    histogram.drag(0.7, 0.8)
    page.is_("PAST")
    expect(page.page.locator("#past-bar")).to_contain_text("matching of")
    before = page.row_count
    handle = histogram.chart.locator(".h-handle").last.bounding_box()
    mouse = page.page.mouse
    mouse.move(handle["x"] + 3, handle["y"] + 8)
    mouse.down()
    mouse.move(*histogram.at(0.85))
    mouse.move(*histogram.at(0.9))
    mouse.up()
    page.page.wait_for_function(
        "n => +document.querySelector('#rows').getAttribute('aria-rowcount') > 1.5 * n", arg=before)


def test_shift_and_drag_zooms_without_changing_the_rows(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    page.page.keyboard.down("Shift")
    histogram.drag(0.6, 0.7)
    page.page.keyboard.up("Shift")
    expect(histogram.head).to_contain_text("1 s a bar")
    page.is_("LIVE")
    page.expect_rows(300)
    page.page.mouse.dblclick(*histogram.at(0.3))
    expect(histogram.head).to_contain_text("last 15 min")


def test_wheel_and_keys_change_the_span(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    page.press("=")
    expect(histogram.head).to_contain_text("last 5 min")
    page.press("-")
    page.press("-")
    expect(histogram.head).to_contain_text("last 30 min")
    page.page.mouse.move(*histogram.at(0.5))
    page.page.mouse.wheel(0, -100)
    page.page.mouse.move(700, 600)
    expect(histogram.head).to_contain_text("last 15 min")


def test_a_click_on_a_bar_goes_to_its_first_row(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    page.page.mouse.move(*histogram.at(0.6))
    expect(histogram.head).to_contain_text("\u2013")
    since = histogram.head.inner_text()[:8]
    page.page.mouse.click(*histogram.at(0.6))
    page.is_("HELD")
    row = page.grid.locator(".is-focused")
    expect(row).to_contain_text("line")
    focused = row.inner_text()
    time = re.search(r"\d\d:\d\d:\d\d", focused)[0]
    # The bars may have moved on by one or two between the look and the click.
    assert 0 <= (seconds(time) - seconds(since)) % 86_400 < 15, (since, focused)


def seconds(clock: str) -> int:
    hour, minute, second = map(int, clock.split(":"))
    return hour * 3600 + minute * 60 + second


def test_the_keyboard_moves_over_bars_and_chooses_a_range(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    histogram.chart.focus()
    for _ in range(20):
        page.press("ArrowLeft")
    expect(histogram.chart).to_have_attribute("aria-valuetext", re.compile(r"\u2013 .*: \d+ events"))
    page.is_("LIVE")
    for _ in range(5):
        page.press("Shift+ArrowLeft")
    page.press("Enter")
    page.is_("PAST")
    expect(page.page.locator("#time-state .why")).to_contain_text("30 s")


def test_folding_is_remembered(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    page.press("h")
    expect(histogram.chart).to_be_hidden()
    page.page.reload()
    page.shows("line 299.")
    expect(histogram.chart).to_be_hidden()
    histogram.root.get_by_role("button", name="Unfold histogram (h)").click()
    expect(histogram.chart).to_be_visible()
    histogram.counts(error="30")


def test_bars_can_be_divided_by_a_field_with_few_values(logs, open_page):
    logs.write(*recent(100, host="a", region="north"), *recent(50, region="south"))
    eventually(lambda: logs.relay.status()["log"]["head"] >= 150, 10, "all lines in the log")
    page = open_page(logs.url)
    histogram = Histogram(page)
    histogram.counts(info="135")
    select = page.page.get_by_label("What divides the bars")
    select.focus()
    expect(select.locator("option", has_text="by region")).to_have_count(1)
    assert not select.locator("option", has_text="by number").count(), "too many values"
    select.select_option("region")
    histogram.counts(north="100", south="50")
    histogram.entry("north").click()
    expect(page.filter).to_have_value("region=north")


def test_notes_and_losses_are_marked_and_what_the_log_does_not_have_is_hatched(logs, open_page):
    page, histogram = open_histogram(logs, open_page, count=100)
    headers = {"Content-Type": "application/json"}
    logs.relay.get("/api/v1/marks", method="POST", headers=headers, body=b'{"seq":90,"text":"deploy 4.18"}')
    page.press("=")
    expect(histogram.chart.get_by_text("deploy 4.18")).to_have_count(1)
    page.press("-")
    expect(histogram.chart.get_by_text("not in the log")).to_have_count(1)


def test_the_line_under_the_base_is_where_the_rows_are(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    line_at = lambda: histogram.chart.locator(".h-view").bounding_box()["x"]
    live = line_at()
    page.press("Home")
    page.is_("HELD")
    page.page.wait_for_function("x => document.querySelector('.h-view').getBoundingClientRect().x < x - 200", arg=live)


def test_a_summary_says_the_numbers_to_those_who_do_not_see_bars(logs, open_page):
    page, histogram = open_histogram(logs, open_page)
    expect(page.page.locator("#histogram-summary")).to_have_text(re.compile(r": 300 events; 30 error, 270 info\. Most in"))
