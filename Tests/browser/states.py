"""The states that the page can be in, on the logs of a small shop; for the checks and pictures that look at all of them."""

import json
import random
from datetime import datetime, timedelta, timezone

from harness.relay import Relay
from playwright.sync_api import expect

from .conftest import REPOSITORY
from .page import LogPage

CONFIG = """
[[input]]
type = "file"
name = "nginx"
paths = ["{dir}/nginx.log"]
from = "start"
format = "json"
[[input]]
type = "file"
name = "checkout"
paths = ["{dir}/app.log"]
from = "start"
format = "json"
[[input]]
type = "file"
name = "postgres"
paths = ["{dir}/postgres.log"]
from = "start"
format = "json"
[[panel]]
title = "Requests by status"
kind = "timeseries"
filter = "source:nginx"
by = "status"
[[panel]]
title = "Slowest routes"
kind = "top"
value = "p95(duration_ms)"
by = "route"
[[panel]]
title = "Errors"
kind = "stat"
filter = "level>=error"
[[panel]]
title = "Freshness"
kind = "stat"
value = "last"
by = "source"
[[panel]]
title = "Last errors"
kind = "log"
filter = "level>=error"
"""

#: Events written at once.
PART = 25

ROUTES = ["/cart", "/cart/items", "/checkout", "/search?q=lamp", "/products/4711", "/login", "/static/app.css"]
TRACE = """payment of order {order} failed
java.net.SocketTimeoutException: Read timed out
    at java.base/java.net.SocketInputStream.read(SocketInputStream.java:189)
    at shop.payment.Gateway.charge(Gateway.java:88)
    at shop.checkout.Orders.place(Orders.java:142)"""


class Shop:
    """Some minutes of the shop's logs, up to now."""

    def __init__(self, binary, folder, count: int = 1500, minutes: int = 14):
        folder.mkdir(exist_ok=True)
        for name in ("nginx", "app", "postgres"):
            (folder / f"{name}.log").touch()
        self.relay = Relay(binary, folder, CONFIG, server=f'public = "{REPOSITORY / "public"}"')
        self.relay.start()
        chance = random.Random(7)
        end = datetime.now(timezone.utc) - timedelta(seconds=1)
        # In parts, so that the files take turns in the relay's log as they do in life.
        for first in range(0, count, PART):
            files = {"nginx": "", "app": "", "postgres": ""}
            for number in range(first, min(first + PART, count)):
                # Busier by and by, with a bad minute two thirds of the way.
                share = (number / count) ** 0.8
                name, event = _event(number, chance, is_bad=0.62 < share < 0.68)
                event["time"] = (end - timedelta(minutes=minutes) * (1 - share)).isoformat().replace("+00:00", "Z")
                files[name] += json.dumps(event) + "\n"
            for name, text in files.items():
                with self.relay.path(f"{name}.log").open("a") as file:
                    file.write(text)
            self.relay.wait_head(min(first + PART, count))

    @property
    def url(self) -> str:
        return self.relay.url

    def close(self):
        self.relay.close()


def _event(number: int, chance: random.Random, is_bad: bool):
    if number % 9 == 4:
        slow = chance.lognormvariate(4, 1)
        level = "warn" if slow > 250 else "debug" if slow < 30 else "info"
        return "postgres", {"level": level, "message": f"duration: {slow:.1f} ms  statement: SELECT * FROM carts WHERE id = {4000 + number}",
                            "duration_ms": round(slow, 1), "pid": 811 + number % 4}
    if number % 7 == 3:
        order = 18_000 + number
        if is_bad or number % 97 == 10:
            return "app", {"level": "error", "message": TRACE.format(order=order), "order": order, "unit": "checkout.service", "thread": "pool-2"}
        return "app", {"level": chance.choice(["info", "info", "notice", "debug"]), "message": f"order {order} placed by \u201cA. Meier\u201d, 3 items, 129.90 EUR",
                       "order": order, "unit": "checkout.service", "thread": f"pool-{number % 4}"}
    status = 502 if is_bad and number % 2 else chance.choice([200] * 30 + [304] * 6 + [404] * 2 + [500])
    route = chance.choice(ROUTES)
    took = round(chance.lognormvariate(3.4, 0.8) * (20 if status == 502 else 1), 1)
    level = "error" if status >= 500 else "warn" if status == 404 else "info"
    return "nginx", {"level": level, "message": f"GET {route} {status} from 10.20.0.{number % 60}", "status": status, "route": route.split("?")[0],
                     "duration_ms": took, "client": f"10.20.0.{number % 60}"}


def _rows(page):
    expect(page.page.locator("#rows .row-message").last).to_be_visible()


def live(page):
    _rows(page)
    page.is_("LIVE")
    wide = page.page.viewport_size["width"] > 1180
    if wide:
        expect(page.page.locator("#facets .facet-row").nth(8)).to_be_visible()
        expect(page.page.locator("#histogram .histogram-head b").first).not_to_be_empty()


def held(page):
    live(page)
    page.grid.focus()
    page.press("PageUp")
    page.press("PageUp")
    page.is_("HELD")
    page.settle()


def past(page):
    _rows(page)
    page.is_("PAST")
    expect(page.page.locator("#histogram .histogram-head b").first).not_to_be_empty()


def details(page):
    live(page)
    page.page.keyboard.press("E")
    page.page.keyboard.press("Enter")
    expect(page.details).to_be_visible()
    expect(page.details.get_by_role("table", name="Fields")).to_be_visible()


def troubled(page):
    """Held on an error among the warnings, with all that is known of it."""
    live(page)
    page.filter.fill("level>=warn")
    expect(page.page.locator('#rows [data-level="warn"]').first).to_be_visible()
    expect(page.page.locator('#rows [role="row"][data-level="info"]')).to_have_count(0)
    page.press("Escape")
    page.press("E")
    page.press("Enter")
    expect(page.details.get_by_role("table", name="Fields")).to_be_visible()


def row_menu(page):
    live(page)
    page.press("E")
    page.press(".")
    expect(page.page.get_by_role("menu")).to_be_visible()


def context(page):
    live(page)
    page.press("E")
    page.press("c")
    expect(page.page.get_by_role("grid", name="Context").get_by_role("row").nth(3)).to_be_visible()


def panels(page):
    live(page)
    page.page.get_by_role("button", name="Panels").click()
    expect(page.page.get_by_role("region", name="Slowest routes").get_by_role("button").first).to_be_visible()


def palette(page):
    live(page)
    page.press("K")
    expect(page.page.locator("#palette-list li").first).to_be_visible()


def keys(page):
    live(page)
    page.press("?")
    expect(page.page.get_by_role("dialog")).to_be_visible()


def export(page):
    live(page)
    page.page.get_by_role("button", name="Download events").click()
    expect(page.page.get_by_role("dialog", name="Download events")).to_be_visible()


def chart(page):
    live(page)
    page.press("K")
    page.page.get_by_role("combobox", name="Find a command").fill("chart a field")
    page.press("Enter")
    expect(page.page.get_by_role("dialog", name="Chart a field")).to_be_visible()


def links(page):
    live(page)
    page.page.get_by_role("button", name="Copy a link or a command").click()
    expect(page.page.get_by_role("menuitem").first).to_be_visible()


def go_to_time(page):
    live(page)
    page.press("t")
    expect(page.page.locator(".goto input")).to_be_focused()


def completion(page):
    live(page)
    page.filter.click()
    page.page.keyboard.type("sta")
    expect(page.page.get_by_role("listbox").first).to_be_visible()


def filtered(page):
    live(page)
    page.filter.fill("level>=warn cart")
    expect(page.page.locator("#rows .row-message mark").first).to_be_visible()


def bad_filter(page):
    live(page)
    page.filter.fill("level>=warn (cart")
    expect(page.page.locator("#filter-problem")).to_be_visible()


def nothing_matches(page):
    live(page)
    page.filter.fill("level>=error nosuchword")
    expect(page.page.locator("#blank")).to_be_visible()


def explained(page):
    live(page)
    page.page.locator('#strip [data-item="link"]').click()
    expect(page.page.locator("#explanation")).to_be_visible()


def doctor(page):
    expect(page.page.locator('[data-check="clock"]')).to_have_attribute("data-state", "good", timeout=20_000)


def wall(page):
    expect(page.page.get_by_role("grid", name="Newest errors").get_by_role("row").first).to_be_visible()
    expect(page.page.get_by_role("region", name="Slowest routes").locator(".facet-row").first).to_be_visible()


def narrow_menu(page):
    live(page)
    page.page.locator("#small-bar").get_by_role("button", name="More").click()
    expect(page.page.locator("#explanation")).to_be_visible()


#: Name: address behind the page's, size, how to get there.
WIDE, NARROW = (1440, 900), (390, 844)
#: What is left of 1440 × 900 when everything is shown at twice its size.
ZOOMED = (720, 450)
STATES = {
    "live": ("", WIDE, live),
    "held": ("", WIDE, held),
    "past": ("?since={since}&until={until}", WIDE, past),
    "details": ("", WIDE, details),
    "troubled": ("", WIDE, troubled),
    "row-menu": ("", WIDE, row_menu),
    "context": ("", WIDE, context),
    "panels": ("", WIDE, panels),
    "palette": ("", WIDE, palette),
    "keys": ("", WIDE, keys),
    "export": ("", WIDE, export),
    "chart": ("", WIDE, chart),
    "links": ("", WIDE, links),
    "go-to-time": ("", WIDE, go_to_time),
    "completion": ("", WIDE, completion),
    "filtered": ("", WIDE, filtered),
    "bad-filter": ("", WIDE, bad_filter),
    "nothing-matches": ("", WIDE, nothing_matches),
    "explained": ("", WIDE, explained),
    "doctor": ("?doctor=1", WIDE, doctor),
    "wall": ("?wall=1", WIDE, wall),
    "medium": ("", (1024, 768), live),
    "zoomed": ("", ZOOMED, live),
    "zoomed-details": ("", ZOOMED, details),
    "narrow": ("", NARROW, live),
    "narrow-details": ("", NARROW, details),
    "narrow-menu": ("", NARROW, narrow_menu),
}


def open_state(open_page, shop, name: str, **options) -> LogPage:
    address, (width, height), reach = STATES[name]
    now = datetime.now(timezone.utc)
    spans = {"since": now - timedelta(minutes=10), "until": now - timedelta(minutes=3)}
    texts = {key: time.isoformat(timespec="seconds").replace("+00:00", "Z") for key, time in spans.items()}
    page = open_page(shop.url.rstrip("/") + "/" + address.format(**texts), width=width, height=height, **options)
    reach(page)
    return page
