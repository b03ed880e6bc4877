"""What the page weighs until the default view is complete: rows, facets and histogram."""

from playwright.sync_api import expect

from .page import lines

#: Bytes as they come over the network, compressed, without their heads.
MOST_BYTES = 200 * 1024


def test_the_default_view_comes_in_less_than_200_kib(logs, chromium):
    logs.write(*lines(1, 200))
    logs.relay.wait_head(200)
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    # What comes behind the first rows begins with this module, and is not begun without it.
    context.route("**/js/filter/filter.js", lambda route: route.abort())
    # Of the worker too, which a session of the page alone does not see; what the API answers depends on the events.
    answers = []
    context.on("requestfinished", lambda request: "/api/" in request.url or answers.append(request))
    page.goto(logs.url)
    expect(page.locator("#rows .row-message").last).to_be_visible()
    expect(page.locator("#facets .facet-row").first).to_be_visible()
    expect(page.locator("#histogram .histogram-head b").first).not_to_be_empty()
    loaded = {}
    for request in list(answers):
        # What page and worker both ask for is not sent twice.
        loaded[request.url] = max(loaded.get(request.url, 0), request.sizes()["responseBodySize"])
    context.close()
    print(f"\n{sum(loaded.values()) / 1024:.0f} KiB in {len(loaded)} answers")
    assert any(url.endswith("relay-worker.js") for url in loaded), "the worker's modules are counted"
    assert sum(loaded.values()) < MOST_BYTES
