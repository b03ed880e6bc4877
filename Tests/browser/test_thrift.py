"""A page on a metered link, and one whose reader wants less."""

import json

from playwright.sync_api import expect

from .page import line, lines

METERED = "Object.defineProperty(navigator, 'connection', { value: Object.assign(new EventTarget(), { saveData: true }) })"


def sent_by(page) -> list[dict]:
    """The messages that the page sends on its WebSocket, as they come."""
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(json.loads(text))))
    return sent


def test_a_metered_link_gets_fewer_rows_and_says_so(logs, open_page):
    logs.write(*lines(1, 400))
    logs.relay.wait_head(400)
    page = open_page("about:blank")
    sent = sent_by(page.page)
    page.page.add_init_script(METERED)
    page.page.goto(logs.url)
    page.shows("line 400")
    page.expect_rows(300)
    assert next(message for message in sent if message["type"] == "open")["max_rate"] == 20
    wire = page.page.locator('#strip [data-item="wire"]')
    expect(wire).to_contain_text("reduced data")
    wire.click()
    expect(page.page.locator("#explanation")).to_contain_text("at most 20 rows a second")
    page.press("Escape")
    logs.write(*lines(401, 1400), line("the end", "error"))
    expect(page.page.locator("#rows .separator.gap").last).to_contain_text("sampled")
    page.shows("the end")


def test_the_reader_turns_it_on_and_off_and_it_is_remembered(logs, open_page):
    logs.write(*lines(1, 400))
    logs.relay.wait_head(400)
    page = open_page(logs.url)
    page.shows("line 400")
    page.expect_rows(400)
    wire = page.page.locator('#strip [data-item="wire"]')

    def turn():
        page.press("K")
        page.page.get_by_role("combobox", name="Find a command").fill("reduced data")
        page.press("Enter")

    turn()
    expect(wire).to_contain_text("reduced data")
    page.page.reload()
    page.shows("line 400")
    page.expect_rows(300)
    turn()
    expect(wire).not_to_contain_text("reduced data")
    logs.write(*lines(401, 900))
    page.shows("line 900")
    page.expect_rows(800)
