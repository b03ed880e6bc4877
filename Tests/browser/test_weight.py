"""What the page weighs until the default view is complete: rows, facets and histogram."""

from urllib.request import Request, urlopen

from playwright.sync_api import expect

from .page import lines

#: Bytes as they come over the network, compressed, without their heads.
MOST_BYTES = 200 * 1024

#: Each answer costs the browser some milliseconds, however small it is.
MOST_ANSWERS = 12


def weight(url: str) -> int:
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        return len(answer.read())


def test_the_default_view_comes_in_few_answers_and_less_than_200_kib(logs, chromium):
    logs.write(*lines(1, 200))
    logs.relay.wait_head(200)
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    # What comes behind the first rows begins with this module, and is not begun without it.
    context.route("**/js/filter-box/language-modules.js*", lambda route: route.abort())
    context.route("**/js/filter/filter.js*", lambda route: route.abort())
    asked = []
    context.on("requestfinished", lambda request: asked.append(request.url.split("#")[0]))
    page.goto(logs.url)
    expect(page.locator("#rows .row-message").last).to_be_visible()
    expect(page.locator("#facets .facet-row").first).to_be_visible()
    expect(page.locator("#histogram .histogram-head b").first).not_to_be_empty()
    context.close()
    # What the API answers depends on the events.
    loaded = {url: weight(url) for url in asked if "/api/" not in url}
    print(f"\n{sum(loaded.values()) / 1024:.1f} KiB in {len(loaded)} answers")
    assert any("relay-worker.js" in url for url in loaded), "the worker's modules are counted"
    assert sum(loaded.values()) < MOST_BYTES
    assert len(loaded) <= MOST_ANSWERS
