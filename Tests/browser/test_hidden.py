"""A tab that nobody looks at takes counts and no events; each event is there once, or in a gap, when it is looked at again."""

import json

import pytest
from playwright.sync_api import expect

from .page import line, lines

HIDE = """(isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


class Talk:
    """What goes over the page's WebSocket, as it comes."""

    def __init__(self, page):
        self.page, self.sent, self.received = page, [], []
        page.on("websocket", self.listen)

    def listen(self, socket):
        self.socket = socket
        socket.on("framesent", lambda text: self.sent.append(json.loads(text)))
        socket.on("framereceived", lambda text: self.received.append(json.loads(text)))

    def until(self, event: str, messages: list, is_it):
        while not any(is_it(message) for message in messages):
            self.socket.wait_for_event(event)


@pytest.fixture
def talk(logs, open_page):
    page = open_page("about:blank")
    talk = Talk(page.page)
    logs.write(*lines(1, 50))
    logs.relay.wait_head(50)
    page.page.goto(logs.url)
    page.shows("line 50")
    return page, talk


def hidden(page, talk):
    page.page.evaluate(HIDE, True)
    talk.until("framesent", talk.sent, lambda message: message["type"] == "hold")
    # What was under way when the relay was asked.
    talk.received.clear()
    talk.until("framereceived", talk.received, lambda message: message["type"] == "stats")
    talk.received.clear()


def test_a_hidden_tab_gets_no_rows_and_reads_them_when_it_is_seen(logs, talk):
    page, talk = talk
    hidden(page, talk)
    logs.write(*lines(51, 80), line("broken", level="error"))
    logs.relay.wait_head(81)
    talk.until("framereceived", talk.received, lambda message: message["type"] == "stats" and message["head"] == 81)
    assert {message["type"] for message in talk.received} <= {"stats", "beat", "panel"}
    expect(page.page).to_have_title("(1!) all \u00b7 tailrace")
    page.page.evaluate(HIDE, False)
    page.shows("broken")
    page.is_("LIVE")
    page.expect_rows(81)
    expect(page.page).to_have_title("all \u00b7 tailrace")
    assert {"type": "release", "play": True} in talk.sent
    logs.write(line("and on"))
    page.shows("and on")
    page.expect_rows(82)


def test_what_came_to_a_hidden_tab_is_a_gap_if_it_is_more_than_anybody_reads(logs, talk):
    page, talk = talk
    hidden(page, talk)
    logs.write(*lines(51, 5050))
    logs.relay.wait_head(5050)
    talk.until("framereceived", talk.received, lambda message: message["type"] == "stats" and message["matched"] >= 5000)
    page.page.evaluate(HIDE, False)
    page.shows("line 5050")
    page.is_("LIVE")
    page.press("Home")
    # The newest of them come by themselves, the others when they are asked for.
    expect(page.row("skipped while this tab was hidden")).to_contain_text("4\u202f800 skipped")


def test_a_tab_that_is_held_when_it_is_hidden_is_held_when_it_is_seen(logs, talk):
    page, talk = talk
    page.press("Space")
    page.is_("HELD")
    hidden(page, talk)
    logs.write(*lines(51, 60))
    logs.relay.wait_head(60)
    page.page.evaluate(HIDE, False)
    expect(page.page.locator("#return")).to_contain_text("10 new")
    page.is_("HELD")
    page.expect_rows(50)
