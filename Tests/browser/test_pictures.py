"""A picture of every state in both colours, in .build/pictures; and no state is wider than its screen."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from .conftest import REPOSITORY
from .states import STATES, Shop, open_state

FOLDER = Path(os.environ.get("TAILRACE_PICTURES", REPOSITORY / ".build/pictures"))

#: Parts that lie beyond the edge of the screen without being able to scroll there.
BEYOND = """() => [...document.querySelectorAll("button, input, select, [role=menu], dialog[open], .popover")].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && element.checkVisibility() && (right > innerWidth + 1 || left < -1)
        && !element.closest(".visually-hidden, .row, .rows, .lines");
}).map((element) => element.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module")
def shop(binary):
    # Where files are is in the pictures: a short path that says nothing of the machine.
    with TemporaryDirectory(prefix="shop-", dir="/tmp") as folder:
        shop = Shop(binary, Path(folder))
        yield shop
        shop.close()


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_wider_than_the_screen(shop, open_page, name):
    page = open_state(open_page, shop, name, reduced_motion="reduce")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for theme in ("dark", "light"):
        page.page.emulate_media(color_scheme=theme)
        page.frames()
        page.page.screenshot(path=FOLDER / f"{name}-{theme}.png")
    assert page.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.page.evaluate(BEYOND) == []
