"""Notes on rows, between two viewers."""

from playwright.sync_api import expect

from .page import line


def test_a_note_on_a_row_reaches_every_viewer_as_text(logs, open_page):
    logs.write(line("charge failed", level="error"))
    author, other = open_page(logs.url), open_page(logs.url)
    for page in (author, other):
        page.shows("charge failed")
    author.press("a")
    field = author.page.get_by_role("textbox", name="Note")
    expect(field).to_be_focused()
    field.fill("<b>rolled back</b>")
    author.press("Enter")
    for page in (author, other):
        page.shows("<b>rolled back</b>")
        expect(page.row("rolled back")).to_contain_text("anonymous")
        expect(page.row("rolled back")).to_contain_text("on event 1")
        expect(page.grid.locator(".words b b")).to_have_count(0)
    expect(field).to_be_hidden()


def test_a_note_that_is_refused_keeps_its_text_and_says_why(logs, open_page):
    logs.write(line("charge failed"))
    page = open_page(logs.url)
    page.shows("charge failed")
    page.press("a")
    field = page.page.get_by_role("textbox", name="Note")
    page.page.route("**/api/v1/marks", lambda route: route.fulfill(
        status=429, content_type="application/problem+json", body='{"detail":"too many notes"}'))
    field.fill("first")
    page.press("Enter")
    expect(page.page.get_by_text("too many notes")).to_be_visible()
    expect(field).to_have_value("first")
    page.press("Escape")
    expect(field).to_be_hidden()
