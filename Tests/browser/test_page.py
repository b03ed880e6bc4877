"""The page, served by the real relay, in a real browser."""

import re

from playwright.sync_api import expect

from .page import line, lines


def test_appended_lines_appear(logs, open_page):
    page = open_page(logs.url)
    page.is_("LIVE")
    logs.write(line("order placed", status=201, route="/cart"), line("charge failed", level="error"))
    page.shows("order placed")
    page.shows("charge failed")
    expect(page.row("order placed")).to_contain_text("status=201 route=/cart")
    expect(page.row("charge failed").get_by_role("gridcell", name="error")).to_be_visible()


def test_lines_written_before_are_there_and_the_newest_is_in_view(logs, open_page):
    logs.write(*lines(1, 500))
    page = open_page(logs.url)
    page.shows("line 500")
    page.expect_rows(500)
    assert page.page.locator("#rows [role=row]").count() < 120


def test_markup_in_a_line_stays_text(logs, open_page):
    page = open_page(logs.url)
    text = "<img src=x onerror=alert(1)><b>bold</b>"
    logs.write(line(text, field="<script>alert(2)</script>"))
    page.shows(text)
    expect(page.grid.locator("img, script")).to_have_count(0)


def test_a_filter_applies_and_stands_in_the_address(logs, open_page):
    logs.write(*lines(1, 20), line("needle", level="error"))
    page = open_page(logs.url)
    page.shows("needle")
    page.filter.fill("level>=error")
    page.expect_rows(1)
    assert "filter=level%3E%3Derror" in page.page.url
    page.press("Enter")
    page.page.reload()
    expect(page.filter).to_have_value("level>=error")
    page.expect_rows(1)
    page.page.go_back()
    page.expect_rows(21)


def test_a_wrong_filter_is_explained_in_place_and_changes_nothing(logs, open_page):
    logs.write(*lines(1, 20))
    page = open_page(logs.url)
    page.expect_rows(20)
    page.filter.fill("level>=banana")
    expect(page.page.locator("#filter-problem")).to_contain_text("Column 8")
    expect(page.filter).to_have_attribute("aria-invalid", "true")
    expect(page.page.locator(".q-bad")).to_have_text("banana")
    logs.write(line("still comes"))
    page.shows("still comes")
    page.filter.fill("level>=info")
    expect(page.page.locator("#filter-problem")).to_be_hidden()
    expect(page.filter).to_have_attribute("aria-invalid", "false")


def test_nothing_matches_says_so_and_offers_a_way_out(logs, open_page):
    logs.write(*lines(1, 20))
    page = open_page(f"{logs.url}/?filter=level%3E%3Derror+number:7")
    expect(page.page.get_by_role("heading", name="Nothing in the log matches this filter")).to_be_visible()
    page.page.get_by_role("button", name="Switch that clause off").click()
    page.expect_rows(1)


def test_hold_keeps_every_row_on_its_pixel(logs, open_page):
    logs.write(*lines(1, 300))
    page = open_page(logs.url)
    page.shows("line 300")
    page.grid.hover()
    page.page.mouse.wheel(0, -600)
    page.is_("HELD")
    page.settle()
    before = page.places()
    logs.write(*lines(301, 900))
    expect(page.page.locator("#return")).to_contain_text("600 new")
    page.frames()
    assert page.places() == before


def test_returning_shows_the_newest_of_what_was_skipped(logs, open_page):
    logs.write(*lines(1, 100))
    page = open_page(logs.url)
    page.shows("line 100")
    page.press(" ")
    page.is_("HELD")
    expect(page.page.locator("#time-state")).to_contain_text("you pressed Hold")
    last = write_until_kept_back(logs, page, 100)
    logs.write(*lines(last + 1, last + 600))
    expect(page.page.locator("#return")).to_contain_text(f"{last + 500} new")
    page.press("End")
    page.is_("LIVE")
    # The stream is quiet now: what is newest is here all the same.
    last += 600
    page.shows(f"line {last}")
    page.press("PageUp")
    expect(page.row("skipped while held")).to_have_count(0)
    page.page.locator("#rows").evaluate("(rows) => rows.scrollBy(0, -3500)")
    page.page.get_by_role("button", name="Load them").click()
    page.expect_rows(last)
    page.press("End")
    expect(page.row("skipped while held")).to_have_count(0)
    page.shows(f"line {last}")


def write_until_kept_back(logs, page, last: int) -> int:
    """Writes lines until the relay counts them without sending them; answers the number of the last one."""
    first = last
    while page.row_count >= last:
        last += 1
        logs.write(*lines(last, last))
        expect(page.page.locator("#return")).to_contain_text(f"{last - first} new")
    return last


def test_scrolling_to_the_bottom_returns_to_live(logs, open_page):
    logs.write(*lines(1, 300))
    page = open_page(logs.url)
    page.shows("line 300")
    page.grid.hover()
    page.page.mouse.wheel(0, -400)
    page.is_("HELD")
    page.page.mouse.wheel(0, 4000)
    page.is_("LIVE")


def test_a_lost_connection_is_resumed_without_losing_a_line(logs, open_page):
    logs.write(*lines(1, 50))
    page = open_page(logs.url)
    page.shows("line 50")
    port = logs.relay.port
    logs.relay.stop()
    page.is_("OFFLINE")
    expect(page.page.locator("#notice")).to_contain_text("Connection lost")
    page.shows("line 50")
    logs.write(*lines(51, 80))
    logs.relay.configure(logs.relay.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    logs.relay.start()
    expect(page.page.locator("#notice")).to_contain_text("Resumed, 0 lost")
    page.is_("LIVE")
    page.shows("line 80")
    page.expect_rows(80)


def test_details_show_every_field_and_edit_the_filter(logs, open_page):
    logs.write(line("first", status=200))
    logs.write(line("charge failed", level="error", status=502, user={"id": 9007199254740993}))
    page = open_page(logs.url)
    page.shows("charge failed")
    page.row("charge failed").click()
    page.is_("HELD")
    page.press("Enter")
    expect(page.details).to_contain_text("charge failed")
    expect(page.details.get_by_role("row").filter(has_text="user.id")).to_contain_text("9007199254740993")
    expect(page.details.get_by_role("group", name="JSON")).to_contain_text("9007199254740993")
    page.details.get_by_role("button", name="Include this status").click()
    expect(page.filter).to_have_value("status=502")
    page.expect_rows(1)
    page.details.get_by_role("button", name="Exclude this status").click()
    expect(page.filter).to_have_value("-status=502")
    page.press("Escape")
    expect(page.details).to_be_hidden()


def test_keys_move_jump_and_set_the_level(logs, open_page):
    logs.write(*lines(1, 100), line("broken", level="error"), *lines(101, 200))
    page = open_page(logs.url)
    page.shows("line 200")
    page.press("E")
    expect(page.grid.locator(".is-focused")).to_contain_text("broken")
    page.is_("HELD")
    page.press("j")
    expect(page.grid.locator(".is-focused")).to_contain_text("line 101")
    page.press("Home")
    page.shows("line 1 ")
    page.press("G")
    page.is_("LIVE")
    page.press("5")
    expect(page.filter).to_have_value("level>=error")
    page.expect_rows(1)
    page.press("0")
    expect(page.filter).to_have_value("")
    page.press("/")
    expect(page.filter).to_be_focused()
    page.press("Escape")
    page.press("?")
    expect(page.page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_colours_follow_the_system_until_they_are_chosen(logs, open_page):
    page = open_page(logs.url, color_scheme="dark")
    background = "() => getComputedStyle(document.querySelector('.stream')).backgroundColor"
    assert page.page.evaluate(background) == "rgb(11, 15, 17)"
    page.page.get_by_role("button", name="Use light colours").click()
    assert page.page.evaluate(background) == "rgb(255, 255, 255)"
    page.page.reload()
    assert page.page.evaluate(background) == "rgb(255, 255, 255)"
    page.page.get_by_role("button", name="Use dark colours").click()
    page.page.emulate_media(color_scheme="light")
    assert page.page.evaluate(background) == "rgb(255, 255, 255)"


def test_a_narrow_screen_has_all_actions_and_no_sideways_scroll(logs, open_page):
    logs.write(*lines(1, 100), line("broken " + "x" * 400, level="error"))
    page = open_page(logs.url, width=390, height=844, has_touch=True)
    page.shows("broken")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    page.page.get_by_role("button", name="Last error").click()
    page.is_("HELD")
    grid, button = page.grid.bounding_box(), page.page.locator("#return").bounding_box()
    assert grid["y"] + grid["height"] <= button["y"], "no row lies under the button"
    page.grid.locator(".is-focused").click()
    expect(page.details).to_be_visible()
    page.page.get_by_role("button", name="Close (Esc)").click()
    page.page.get_by_role("button", name="Go live").last.click()
    page.is_("LIVE")


def test_everything_that_acts_has_a_role_and_a_name(logs, open_page):
    logs.write(*lines(1, 30), line("charge failed", level="error", status=502))
    page = open_page(logs.url)
    page.shows("charge failed")
    page.row("charge failed").click()
    page.press("Enter")
    expect(page.details).to_be_visible()
    nameless = page.page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, a[href], [role=grid], aside, nav, section")]
            .filter((element) => element.checkVisibility())
            .filter((element) => !(element.getAttribute("aria-label") || element.textContent.trim() || element.title))
            .map((element) => element.outerHTML)"""
    )
    assert nameless == []
    orphans = page.page.evaluate(
        """() => {
            const within = {
                row: "[role=rowgroup], [role=grid], [role=table]", gridcell: "[role=row]", rowgroup: "[role=grid]",
            };
            return Object.entries(within).flatMap(([role, parents]) =>
                [...document.querySelectorAll(`[role=${role}]`)]
                    .filter((element) => !element.parentElement.closest(parents))
                    .map((element) => element.outerHTML));
        }"""
    )
    assert orphans == []
    ids = page.page.evaluate("() => [...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))
    indexes = [int(row.get_attribute("aria-rowindex")) for row in page.rows.all()]
    assert indexes == list(range(indexes[0], indexes[0] + len(indexes)))
    active = page.grid.get_attribute("aria-activedescendant")
    expect(page.page.locator(f"#{active}")).to_contain_text("charge failed")
    expect(page.page.locator("#announcements")).to_have_text(re.compile("Held"))


def test_text_has_enough_contrast_in_both_themes(logs, open_page):
    for level in ("debug", "info", "warn", "error", "critical"):
        logs.write(line(f"a {level}", level=level, status=502, took_ms=2000))
    for theme in ("dark", "light"):
        page = open_page(logs.url, color_scheme=theme)
        page.shows("a critical")
        assert page.page.evaluate(LOW_CONTRAST) == []


# WCAG 2 contrast of each text against what is painted below it; 4.5 : 1 is AA.
LOW_CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3]));
    const ground = (element) => {
        const parent = element.parentElement ? ground(element.parentElement) : [255, 255, 255];
        return over(rgba(getComputedStyle(element).backgroundColor), parent);
    };
    const light = (colour) => {
        const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = colour.map((part) => linear(part / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    const texts = [...document.querySelectorAll(".top *, .columns-head *, #rows *, .strip *")]
        .filter((element) => element.checkVisibility() && hasText(element));
    return texts.flatMap((element) => {
        const below = ground(element);
        const text = over(rgba(getComputedStyle(element).color), below);
        const [high, low] = [light(text), light(below)].sort((a, b) => b - a);
        const ratio = (high + 0.05) / (low + 0.05);
        const name = `${element.className || element.tagName} "${element.textContent.trim()}"`;
        return ratio < 4.5 ? [`${name} ${ratio.toFixed(2)}`] : [];
    });
}"""


def test_what_the_address_names_is_asked_for_while_the_page_is_still_read(logs, open_page):
    logs.write(line("kept"), line("found", level="error"))
    logs.relay.wait_head(2)
    page = open_page("about:blank")
    scripts, frames, sockets = [], [], []
    page.page.route("**/app.js*", lambda route: scripts.append(route))
    page.page.on("websocket", lambda socket: (sockets.append(socket), socket.on("framereceived", lambda text: frames.append(text))))
    with page.page.expect_event("websocket"):
        page.page.goto(logs.url + "?filter=level>%3Derror", wait_until="commit")
    while not any('"found"' in text for text in frames):
        sockets[0].wait_for_event("framereceived")
    page.page.wait_for_function("() => earlyWorker.first?.list.rows.length === 1")
    scripts[0].continue_()
    page.shows("found")
    page.expect_rows(1)
    assert not page.row("kept").count()
