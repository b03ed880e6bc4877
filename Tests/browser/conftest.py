"""A browser for the tests of the page: the system's Chromium, headless, one for all tests."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from .page import LogPage

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Chromium is not installed; scripts/setup test installs it, or set CHROMIUM to where it is")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """`open_page(url)` opens the page in a fresh context; a script error or a broken content policy fails the test."""
    contexts, complaints = [], []

    def start(url, *, width=1440, height=900, **options) -> LogPage:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: _matters(line) and complaints.append(line.text))
        page.goto(url)
        return LogPage(page)

    yield start
    for context in contexts:
        context.close()
    assert not complaints


def _matters(line) -> bool:
    """A browser logs each failed attempt to connect, its own for the icon too, and each refused request; the page
    handles those."""
    expected = (
        "WebSocket connection to", "net::ERR_CONNECTION_REFUSED", "net::ERR_INCOMPLETE_CHUNKED_ENCODING", "(Too Many Requests)",
        "(Upgrade Required)", "net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_RESET", "(Forbidden)", "(Unauthorized)",
    )
    return line.type == "error" and not any(text in line.text for text in expected)


@pytest.fixture
def logs(relay, tmp_path):
    """A relay that follows one file of JSON lines."""
    (tmp_path / "app.log").touch()
    return FollowedFile(relay(CONFIG, server=f'public = "{REPOSITORY / "public"}"'))


CONFIG = """
[[input]]
type = "file"
name = "app"
paths = ["{dir}/app.log"]
from = "start"
format = "json"
"""


class FollowedFile:
    def __init__(self, relay):
        self.relay = relay
        self.path = relay.path("app.log")

    @property
    def url(self) -> str:
        return self.relay.url

    def write(self, *lines: str):
        with self.path.open("a") as file:
            file.writelines(line + "\n" for line in lines)
