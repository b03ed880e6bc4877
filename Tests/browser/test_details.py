"""Details of an event: tree, top values, neighbours, places beside and under the row, notes, and why it matches."""

from playwright.sync_api import expect

from .page import line, lines


def open_details(page, text: str):
    page.row(text).locator(".row-time").click()
    page.press("Enter")
    expect(page.details).to_be_visible()


def field(page, name: str):
    return page.details.get_by_role("table", name="Fields").get_by_role("row").filter(has_text=name)


def test_the_tree_folds_and_long_values_are_loaded_whole(logs, open_page):
    body = "begin " + "x" * 50_000 + " end-of-body"
    logs.write(line("charge failed", error={"code": "ETIMEDOUT", "deep": {"deeper": 12345678901234567890}}, body=body))
    page = open_page(logs.url)
    page.shows("charge failed")
    open_details(page, "charge failed")
    tree = page.details.get_by_role("group", name="JSON")
    expect(tree).to_contain_text("12345678901234567890")
    tree.get_by_text("error", exact=True).click()
    expect(tree.get_by_text("ETIMEDOUT")).to_be_hidden()
    expect(tree).not_to_contain_text("end-of-body")
    tree.get_by_role("button", name="load full (50 kB)").click()
    expect(tree).to_contain_text("end-of-body")


def test_members_without_end_are_laid_out_in_parts(logs, open_page):
    logs.write(line("many", list=list(range(900))))
    page = open_page(logs.url)
    page.shows("many")
    open_details(page, "many")
    tree = page.details.get_by_role("group", name="JSON")
    tree.get_by_text("list", exact=True).click()
    expect(tree.get_by_role("button", name="700 more")).to_be_visible()
    tree.get_by_role("button", name="700 more").click()
    expect(tree.get_by_role("button", name="500 more")).to_be_visible()


def test_top_values_are_counted_here_and_in_the_log(logs, open_page):
    logs.write(*[line(f"request {number}", status=500 if number % 3 == 0 else 200) for number in range(30)])
    page = open_page(logs.url)
    page.shows("request 29")
    open_details(page, "request 29")
    field(page, "status").hover()
    page.details.get_by_role("button", name="Top values of status").click()
    stats = page.details.locator(".field-stats:not([hidden])")
    expect(stats).to_contain_text("in the newest 30 rows here, 30")
    expect(stats).to_contain_text("in the log, 30")
    expect(stats.locator(".stats-row")).to_have_count(4)
    stats.get_by_title("Include status 500").first.click()
    expect(page.filter).to_have_value("status=500")
    page.expect_rows(10)


def test_fields_are_worked_by_keys_alone(logs, open_page):
    logs.write(line("first", status=200), line("charge failed", status=502, route="/cart"))
    page = open_page(logs.url)
    page.shows("charge failed")
    page.row("charge failed").locator(".row-time").click()
    page.press("Enter")
    expect(page.details).to_be_visible()
    page.press("Enter")
    fields = page.details.get_by_role("table", name="Fields").get_by_role("row")
    expect(fields.first).to_be_focused()
    while "status" not in page.page.evaluate("() => document.activeElement.getAttribute('aria-label')"):
        page.press("ArrowDown")
    page.press("+")
    expect(page.page.locator(".column-head")).to_have_text(["status"])
    page.press("i")
    expect(page.filter).to_have_value("status=502")
    page.press("*")
    expect(page.filter).to_have_value("status=502 status:*")
    page.press("Escape")
    expect(page.details).to_be_hidden()
    expect(page.grid).to_be_focused()


def test_neighbours_of_source_and_trace_lead_there(logs, open_page):
    logs.write(line("start", trace_id="t-1"), *lines(1, 20), line("end", trace_id="t-1"), line("after"))
    page = open_page(logs.url)
    page.shows("after")
    open_details(page, "end")
    page.details.get_by_role("button", name="Previous of same trace").click()
    expect(page.grid.locator(".is-focused")).to_contain_text("start")
    expect(page.details.get_by_role("group", name="Message")).to_have_text("start")
    page.details.get_by_role("button", name="Next of this source").click()
    expect(page.grid.locator(".is-focused")).to_contain_text("number=1")


def test_details_stand_under_the_row_on_a_narrow_screen_and_where_they_are_wanted(logs, open_page):
    logs.write(*lines(1, 60))
    page = open_page(logs.url, width=1000, height=800)
    page.shows("line 60")
    open_details(page, "line 50")
    inline = page.grid.locator(".is-focused .row-inline")
    expect(inline.get_by_role("complementary", name="Details")).to_be_visible()
    box, grid = inline.bounding_box(), page.grid.bounding_box()
    assert box["y"] + box["height"] <= grid["y"] + grid["height"]
    page.press("j")
    expect(page.grid.locator(".is-focused .row-inline")).to_contain_text("line 51")
    expect(page.grid.locator(".row-inline")).to_have_count(1)
    page.details.get_by_role("button", name="Show at the side").click()
    expect(page.page.locator("#main > .details")).to_contain_text("line 51")
    expect(page.grid.locator(".row-inline")).to_have_count(0)
    page.press("Escape")
    page.page.reload()
    page.shows("line 60")
    open_details(page, "line 50")
    expect(page.page.locator("#main > .details")).to_contain_text("line 50")


def test_closing_details_under_a_row_gives_the_room_back(logs, open_page):
    logs.write(*lines(1, 60))
    page = open_page(logs.url, width=1000, height=800)
    page.shows("line 60")
    height = page.row("line 40").bounding_box()["height"]
    open_details(page, "line 40")
    page.press("Escape")
    expect(page.grid.locator(".row-inline")).to_have_count(0)
    page.frames()
    assert page.row("line 40").bounding_box()["height"] == height
    assert page.row("line 41").bounding_box()["y"] - page.row("line 40").bounding_box()["y"] == height


def test_why_an_event_matches_is_told_clause_by_clause(logs, open_page):
    logs.write(line("charge failed", status=502, level="error"))
    page = open_page(f"{logs.url}/?filter=status:502+-missing:1")
    page.shows("charge failed")
    open_details(page, "charge failed")
    page.details.get_by_role("button", name="Why does it match?").click()
    expect(page.details.locator(".why-clause")).to_have_count(2)
    expect(page.details.locator(".why")).to_contain_text("It matches")
    expect(page.details.locator(".why-clause").first).to_contain_text("status:502")


def test_all_notes_are_listed_and_lead_to_their_events(logs, open_page):
    logs.write(*lines(1, 300))
    page = open_page(logs.url)
    page.shows("line 300")
    page.press("Home")
    page.rows.filter(has_text="line 1").first.click()
    page.press("a")
    page.page.get_by_role("textbox", name="Note").fill("it began here")
    page.press("Enter")
    expect(page.grid.get_by_role("gridcell", name="noted")).to_be_visible()
    page.press("G")
    page.is_("LIVE")
    page.press("A")
    notes = page.page.get_by_role("dialog", name="Notes")
    expect(notes).to_contain_text("it began here")
    expect(notes).to_contain_text("anonymous on event 1")
    notes.get_by_role("button", name="it began here").click()
    expect(notes).to_be_hidden()
    expect(page.grid.locator(".is-focused")).to_contain_text("number=1")
    page.is_("HELD")
