"""Every state of the page, judged by axe in both colours."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .states import STATES, Shop, open_state


@pytest.fixture(scope="module")
def shop(binary, tmp_path_factory):
    shop = Shop(binary, tmp_path_factory.mktemp("shop"))
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def axe() -> str:
    return Axe().axe_script


#: All that axe knows of WCAG 2.2 AA, and its best practices.
OPTIONS = {"resultTypes": ["violations"]}


def judge(page, axe: str) -> list[str]:
    """What axe finds, a line for each element. The script comes by the debugger's way, so the content policy stays."""
    page.page.evaluate(axe)
    found = page.page.evaluate("(options) => axe.run(document, options)", OPTIONS)
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))}\n    {node['html'][:200]}\n    {node['failureSummary']}"
        for rule in found["violations"] for node in rule["nodes"]
    ]


def in_both_colours(page, axe: str) -> list[str]:
    complaints = []
    for theme in ("dark", "light"):
        page.page.emulate_media(color_scheme=theme)
        page.frames()
        complaints += [f"{theme}: {complaint}" for complaint in judge(page, axe)]
    return complaints


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing(shop, open_page, axe, name):
    page = open_state(open_page, shop, name, reduced_motion="reduce")
    complaints = in_both_colours(page, axe)
    assert not complaints, "\n".join(complaints)


def test_axe_finds_nothing_without_rows(logs, open_page, axe):
    page = open_page(logs.url, reduced_motion="reduce")
    page.is_("LIVE")
    complaints = in_both_colours(page, axe)
    assert not complaints, "\n".join(complaints)


def test_axe_finds_nothing_while_the_relay_is_away(logs, open_page, axe):
    logs.write('{"level":"error","message":"the last one"}')
    page = open_page(logs.url, reduced_motion="reduce")
    page.shows("the last one")
    page.has_all()
    logs.relay.kill9()
    page.is_("OFFLINE")
    complaints = in_both_colours(page, axe)
    assert not complaints, "\n".join(complaints)
