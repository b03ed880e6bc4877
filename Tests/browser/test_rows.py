"""What a reader does with rows: values, joined lines, columns, repeats, bookmarks, lines, context, copies."""

import json
import re

from playwright.sync_api import expect

from .page import line, lines

TRACE = """boom: orders api did not answer
    at shop.checkout.OrdersClient.await(OrdersClient.java:118)
    at java.base/java.util.concurrent.FutureTask.run(FutureTask.java:264)
Caused by: java.net.SocketTimeoutException: Read timed out
    at shop.http.Exchange.read(Exchange.java:201)"""


def click_text(page, row: str, text: str):
    """Clicks in the middle of a text that is no element of its own."""
    box = page.page.evaluate(
        """([row, text]) => {
            const element = [...document.querySelectorAll("#rows .row")].find((one) => one.innerText.includes(row));
            const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(text);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(walker.currentNode, at);
                range.setEnd(walker.currentNode, at + text.length);
                const { x, y, width, height } = range.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            }
        }""",
        [row, text],
    )
    page.page.mouse.click(*box)


def menu(page):
    return page.page.get_by_role("menu")


def choose(page, name: str):
    menu(page).get_by_text(name, exact=True).click()


def test_a_click_on_a_value_opens_its_menu_and_filters(logs, open_page):
    logs.write(*lines(1, 20), line("login from 203.0.113.77 failed", client="203.0.113.77"), line("other 203.0.113.78"))
    page = open_page(logs.url)
    page.shows("other")
    click_text(page, "login from", "203.0.113.77")
    expect(menu(page)).to_be_visible()
    expect(menu(page)).to_contain_text("client")
    page.is_("HELD")
    choose(page, "Include")
    expect(page.filter).to_have_value("client=203.0.113.77")
    page.expect_rows(1)
    page.filter.fill("")
    page.press("Enter")
    page.expect_rows(22)
    click_text(page, "other 203", "203.0.113.78")
    expect(menu(page)).to_be_visible()
    page.press("x")
    expect(page.filter).to_have_value('-"203.0.113.78"')
    page.expect_rows(21)


def test_values_are_reached_by_keys(logs, open_page):
    logs.write(*lines(1, 5), line("GET /cart", status=502, level="error"))
    page = open_page(logs.url)
    page.shows("GET /cart")
    page.press("E")
    expect(page.grid.locator(".is-focused")).to_contain_text("GET /cart")
    page.press("i")
    expect(page.page.locator("#said")).to_contain_text("Choose a value")
    page.press("ArrowLeft")
    expect(page.page.locator("#announcements")).to_have_text("status 502")
    page.press(".")
    expect(menu(page)).to_contain_text("502")
    page.press("Escape")
    expect(menu(page)).to_be_hidden()
    expect(page.grid.locator(".is-focused")).to_contain_text("GET /cart")
    page.press("i")
    expect(page.filter).to_have_value("status=502")


def test_joined_lines_open_in_place_and_nothing_above_moves(logs, open_page):
    logs.write(*lines(1, 60), line(TRACE, level="error"), *lines(61, 100))
    page = open_page(logs.url)
    page.shows("line 100")
    page.press("E")
    page.settle()
    joined = page.row("boom")
    expect(joined).to_contain_text("5 lines")
    assert joined.bounding_box()["height"] == page.row("line 60 ").bounding_box()["height"]
    before = joined.bounding_box()["y"]
    joined.get_by_role("button", name="5 lines").click()
    expect(joined.locator(".cause")).to_have_text("Caused by: java.net.SocketTimeoutException: Read timed out")
    expect(joined.locator(".own").first).to_contain_text("OrdersClient.await")
    expect(joined.locator(".library")).to_have_count(1)
    expect(joined.locator(".place").first).to_have_text("OrdersClient.java:118")
    page.frames()
    assert joined.bounding_box()["y"] == before
    assert joined.bounding_box()["height"] > 90
    joined.get_by_role("button", name="5 lines").click()
    expect(joined.locator(".frames")).to_have_count(0)
    page.frames()
    assert joined.bounding_box()["y"] == before
    assert joined.bounding_box()["height"] < 30


def test_opening_all_keeps_the_focused_row_on_its_pixel(logs, open_page):
    for number in range(40):
        logs.write(line(f"{number} {TRACE}"), line(f"between {number}"))
    page = open_page(logs.url)
    page.shows("between 39")
    for _ in range(12):
        page.press("k")
    page.frames()
    focused = page.grid.locator(".is-focused")
    before = focused.bounding_box()["y"]
    page.press("*")
    expect(page.grid.locator(".frames").first).to_be_visible()
    page.frames()
    assert abs(focused.bounding_box()["y"] - before) < 1
    expect(page.page.get_by_role("button", name="Open joined lines")).to_have_attribute("aria-pressed", "true")


def test_colours_show_and_other_escapes_are_symbols(logs, open_page):
    logs.write(line("\u001b[31mred\u001b[0m \u001b[38;5;208morange\u001b[0m \u001b[44mon\u001b[0m \u001b[2J \u202eevil"))
    logs.write(line("see https://example.com/a, javascript:alert(1)"))
    for theme in ("dark", "light"):
        page = open_page(logs.url, color_scheme=theme)
        page.shows("see https")
        row = page.row("orange")
        expect(row.locator(".ansi-red")).to_have_text("red")
        expect(row).to_contain_text("\u241b[2J \u2039RLO\u203aevil")
        link = page.grid.locator("a")
        expect(link).to_have_count(1)
        expect(link).to_have_attribute("href", "https://example.com/a")
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        ratios = page.page.evaluate(ANSI_CONTRAST)
        assert min(ratios.values()) >= 6, ratios


# Contrast of each of the sixteen colours against the ground of rows.
ANSI_CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const probe = document.querySelector("#rows");
    const light = (value) => {
        probe.style.setProperty("color", value);
        canvas.fillStyle = getComputedStyle(probe).color;
        canvas.fillRect(0, 0, 1, 1);
        const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => linear(part / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
    const all = ["grey", ...names, ...names.slice(1).map((name) => `bright-${name}`)];
    const ground = light("var(--ground)");
    return Object.fromEntries(all.map((name) => {
        const [high, low] = [light(`var(--ansi-${name})`), ground].sort((a, b) => b - a);
        return [name, (high + 0.05) / (low + 0.05)];
    }));
}"""


def test_a_field_becomes_a_column_that_stays_in_the_address(logs, open_page):
    logs.write(*[line(f"order {number}", status=200 + number, route="/cart") for number in range(20)])
    page = open_page(logs.url)
    page.shows("order 19")
    for name in ("status", "route"):
        page.page.get_by_role("button", name="Columns, order and repeats").click()
        choose(page, f"Column {name}")
    heads = page.page.locator(".column-head")
    expect(heads).to_have_text(["status", "route"])
    expect(page.row("order 19").locator(".row-column")).to_have_text(["219", "/cart"])
    expect(page.row("order 19")).not_to_contain_text("status=219")
    assert "columns=status,route" in page.page.url
    heads.first.click()
    choose(page, "Move right")
    expect(heads).to_have_text(["route", "status"])
    page.page.reload()
    expect(heads).to_have_text(["route", "status"])
    page.shows("order 19")
    head, cell = heads.last.bounding_box(), page.row("order 19").locator(".row-column").last.bounding_box()
    assert abs(head["x"] - cell["x"]) < 1
    heads.first.click()
    expect(page.page.get_by_role("menu", name="Column route")).to_be_visible()
    page.press("Delete")
    expect(heads).to_have_text(["status"])


def test_long_lines_scroll_sideways_and_the_time_stays(logs, open_page):
    logs.write(line("begin " + "x" * 900 + " end-of-line"), line("short"))
    page = open_page(logs.url)
    page.shows("short")
    time = page.row("begin").locator(".row-time").bounding_box()
    for _ in range(60):
        page.press("Shift+ArrowRight")
    begin = page.page.get_by_role("button", name="begin of lines")
    expect(begin).to_be_visible()
    end = page.page.evaluate(
        """() => {
            const body = [...document.querySelectorAll("#rows .body")].find((one) => one.textContent.startsWith("begin"));
            const range = document.createRange();
            range.setStart(body.firstChild, body.firstChild.data.length - 3);
            range.setEnd(body.firstChild, body.firstChild.data.length);
            const cell = body.parentElement.getBoundingClientRect();
            const { right } = range.getBoundingClientRect();
            return right > cell.left && right <= cell.right;
        }"""
    )
    assert end
    assert page.row("begin").locator(".row-time").bounding_box() == time
    begin.click()
    expect(begin).to_be_hidden()


def test_repeats_are_joined_for_display_only(logs, open_page):
    logs.write(line("first"), *[line(f"took {number} ms") for number in range(6)], line("last"))
    page = open_page(logs.url)
    page.expect_rows(8)
    page.page.get_by_role("button", name="Columns, order and repeats").click()
    choose(page, "Join repeats: same but for numbers")
    page.expect_rows(3)
    expect(page.row("took 0 ms").locator(".repeat")).to_have_text("\u00d76")
    logs.write(line("last"))
    expect(page.row("last").locator(".repeat")).to_have_text("\u00d72")
    page.expect_rows(3)
    page.page.get_by_role("button", name="Columns, order and repeats").click()
    choose(page, "Show every row")
    page.expect_rows(9)


def test_bookmarks_are_found_again_also_after_a_reload(logs, open_page):
    logs.write(*lines(1, 200))
    page = open_page(logs.url)
    page.shows("line 200")
    page.press("Home")
    third = page.rows.filter(has_text=re.compile(r"number=3$"))
    third.click()
    page.press("m")
    expect(third.get_by_role("gridcell", name="bookmarked")).to_be_visible()
    # Without the row that the address names by now: the page would go there.
    page.page.goto(logs.url)
    page.shows("line 200")
    page.press("U")
    expect(page.grid.locator(".is-focused")).to_contain_text("number=3")
    page.press("m")
    expect(page.page.get_by_role("gridcell", name="bookmarked")).to_have_count(0)
    page.press("u")
    expect(page.page.locator("#said")).to_contain_text("No later bookmark")


def test_a_line_clears_what_is_above_and_gives_it_back(logs, open_page):
    logs.write(*lines(1, 30))
    page = open_page(logs.url)
    page.shows("line 30")
    page.press("l")
    page.is_("LIVE")
    page.expect_rows(31)
    page.page.get_by_role("button", name="Clear above").click()
    page.expect_rows(1)
    logs.write(line("after the line"))
    page.shows("after the line")
    page.expect_rows(2)
    page.page.get_by_role("button", name="Show 30 above").click()
    page.expect_rows(32)
    page.shows("line 30")


def test_context_lifts_the_filter_and_closing_leads_back(logs, open_page):
    logs.write(*lines(1, 60), line("broken", level="error"), *lines(61, 120))
    page = open_page(f"{logs.url}/?filter=level%3E%3Derror+OR+number%3E%3D100")
    page.expect_rows(22)
    page.press("E")
    page.frames()
    before = page.places()
    page.press("c")
    context = page.page.get_by_role("grid", name="Context")
    expect(context.locator(".is-focused")).to_contain_text("broken")
    expect(context.get_by_role("row")).to_have_count(41)
    expect(context.locator(".is-hidden-by-filter")).to_have_count(40)
    page.page.get_by_role("region", name="Context").get_by_role("button", name="20 more before").click()
    expect(context.get_by_role("row")).to_have_count(61)
    expect(context.locator(".is-focused")).to_contain_text("broken")
    context.focus()
    page.press("k")
    expect(context.locator(".is-focused")).to_contain_text("line 60")
    page.press("Escape")
    expect(context).to_have_count(0)
    page.frames()
    assert page.places() == before
    expect(page.grid.locator(".is-focused")).to_contain_text("broken")


def test_kin_are_found_by_brackets(logs, open_page):
    logs.write(line("start", trace_id="t-1"), *lines(1, 30), line("middle", trace_id="t-1"), *lines(31, 60))
    page = open_page(logs.url)
    page.shows("line 60")
    page.press("Home")
    page.row("start").click()
    page.press("]")
    expect(page.grid.locator(".is-focused")).to_contain_text("middle")
    page.press("]")
    expect(page.page.locator("#said")).to_contain_text("Nothing later of the same trace")
    page.press("[")
    expect(page.grid.locator(".is-focused")).to_contain_text("start")


def test_rows_are_copied_as_chosen(logs, open_page):
    logs.write(line("\u001b[31mred\u001b[0m alert", status=502), line("second"))
    page = open_page(logs.url, permissions=["clipboard-read", "clipboard-write"])
    page.shows("second")

    def clipboard():
        return page.page.evaluate("() => navigator.clipboard.readText()")

    page.row("red alert").locator(".row-time").click()
    page.press("y")
    expect(page.page.locator("#said")).to_have_text("Row copied")
    assert clipboard().endswith("info app red alert status=502")
    page.press(".")
    choose(page, "Copy as\u2026")
    choose(page, "NDJSON")
    expect(page.page.locator("#said")).to_have_text("Copied as NDJSON")
    assert json.loads(clipboard())["fields"]["status"] == 502
    page.press("Y")
    expect(page.page.locator("#said")).to_have_text("Link copied")
    assert clipboard().endswith(":1")
    page.page.get_by_role("row").filter(has_text="red alert").locator(".body").select_text()
    page.page.evaluate(
        """() => {
            const rows = document.querySelectorAll("#rows .row .body");
            getSelection().setBaseAndExtent(rows[0], 0, rows[1], 1);
        }"""
    )
    page.press("Control+c")
    first, second = clipboard().split("\n")
    assert "info app red alert status=502" in first and second.endswith("info app second")


def test_a_link_to_a_row_opens_with_that_row_in_view(logs, open_page):
    logs.write(*lines(1, 400))
    page = open_page(logs.url)
    page.shows("line 400")
    epoch = page.page.locator("#strip [data-item=position]").inner_text().split(":")[0]
    linked = open_page(f"{logs.url}/#{epoch}:17")
    expect(linked.grid.locator(".is-focused")).to_contain_text("number=17")
    linked.is_("HELD")


def test_a_member_called_host_is_asked_for_as_a_member(logs, open_page):
    logs.write(line("one", host="web-1"), line("two", host="web-2"))
    page = open_page(logs.url)
    page.shows("two")
    page.row("two").locator(".tail > b").first.click()
    page.page.get_by_role("menuitem", name="Include", exact=False).first.click()
    expect(page.filter).to_have_value(".host=web-2")
    page.expect_rows(1)


def test_joined_lines_that_open_below_the_edge_come_into_view(logs, open_page):
    logs.write(*lines(1, 100), line(TRACE))
    page = open_page(logs.url)
    page.shows("did not answer")
    page.press("k")
    page.press("'")
    expect(page.page.get_by_text("shop.http.Exchange.read")).to_be_visible()
    page.page.wait_for_function(
        """() => {
            const edge = document.querySelector("#rows").getBoundingClientRect().bottom;
            const last = [...document.querySelectorAll("#rows .frames > div")].at(-1);
            return last && last.getBoundingClientRect().bottom <= edge + 1;
        }"""
    )


def test_keys_after_a_jump_mean_the_row_it_finds(logs, open_page):
    logs.write(line("broke first", level="error"), *lines(1, 50), line("broke last", level="error"), *lines(51, 60))
    page = open_page(logs.url)
    page.shows("line 60")
    # All in one go, before the worker can answer.
    page.page.evaluate(
        """() => {
            const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            for (const key of ["E", "E", "Enter"]) press(key);
        }"""
    )
    expect(page.details).to_contain_text("broke first")
    expect(page.grid.locator(".is-focused")).to_contain_text("broke first")
