"""Searching a log of some millions of events: how fast, how soon, how large."""

import functools
import http.client
import json
import random
import socket
import time
import urllib.parse

from .process import Relay, wait_until

CONFIG = """
[server]
listen = ["127.0.0.1:0"]
[log]
path = "{home}/log"
max_size = "64GiB"
max_age = "3650d"
[history]
max_time = "10m"
max_searched = 1000000000
[[input]]
name = "shop"
type = "unix"
path = "{home}/in.sock"
format = "json"
"""

EVENTS = 2_000_000
# Ten hours from here, whatever the number of events.
START, SPAN = 1_795_300_000, 36_000
ACTIONS = ["checkout completed", "cart updated", "session opened", "payment accepted", "search served", "image resized"]
HOSTS = ["web-1", "web-2", "web-3", "db-1"]


def _line(number: int, events: int, rng: random.Random) -> str:
    """About 250 bytes; one event in a hundred is an error, the needle is in the first thousandth."""
    microseconds = number * SPAN * 1_000_000 // events
    stamp = f"{_second(START + microseconds // 1_000_000)}.{microseconds % 1_000_000:06}Z"
    level = "error" if number % 100 == 0 else "info"
    text = "upstream refused the connection" if level == "error" else ACTIONS[number % 6]
    if number == events // 1000:
        text += " haystack-needle"
    if number > events * 0.95 and number % 1000 == 0:
        text += " freshly deployed"
    return (
        f'{{"time":"{stamp}","level":"{level}","msg":"{text} for order {number * 7919 % 1000003}",'
        f'"path":"/shop/{number % 97}/items","client":"10.20.{number % 31}.{number % 251}","agent":"shop-app/{number % 9}.2",'
        f'"status":{200 + number % 5},"duration_ms":{rng.random() * 500:.1f},"node":"{HOSTS[number % 4]}",'
        f'"trace":"{rng.getrandbits(64):016x}"}}\n'
    )


@functools.lru_cache(maxsize=16)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def fill(relay: Relay, events: int) -> dict:
    """The same events for the same number; CPU of the relay, and what was written to it."""
    rng = random.Random(1)
    size, cpu = 0, relay.cpu_seconds()
    with socket.socket(socket.AF_UNIX) as writer:
        writer.connect(str(relay.home / "in.sock"))
        for start in range(0, events, 2000):
            lines = (_line(number, events, rng) for number in range(start, min(events, start + 2000)))
            chunk = "".join(lines).encode()
            size += len(chunk)
            writer.sendall(chunk)
    wait_until(lambda: relay.metrics()["tailrace_log_head"] >= events, 120, "all events in the log")
    cpu = relay.cpu_seconds() - cpu
    used = relay.metrics()["tailrace_log_used_bytes"]
    return {
        "events": events,
        "line_bytes": size / events,
        "stored_bytes_per_event": used / events,
        "fill_per_cpu_second": events / cpu,
    }


def ask(relay: Relay, path: str, **query) -> dict:
    """Seconds to the first event and to the end, and the relay's CPU."""
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=600)
    cpu, began = relay.cpu_seconds(), time.monotonic()
    connection.request(
        "GET", f"/api/v1/{path}?" + urllib.parse.urlencode(query), headers={"Accept": "application/x-ndjson"}
    )
    response = connection.getresponse()
    first = response.readline()
    while b'"type":"progress"' in first:
        first = response.readline()
    first_ms = (time.monotonic() - began) * 1000
    lines = [line for line in (first + response.read()).splitlines() if b'"type":"progress"' not in line]
    connection.close()
    if response.status != 200:
        raise RuntimeError(first.decode())
    seconds = time.monotonic() - began
    return {"first_ms": first_ms, "ms": seconds * 1000, "cpu": relay.cpu_seconds() - cpu, "lines": lines}


def search(relay: Relay, events: int) -> dict:
    """What is asked of the past, and how soon and how dearly it is answered."""
    hour = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + SPAN - 3600))
    # A capital asks for the exact word: its letters are in every block, the word is in none.
    scan = ask(relay, "events", filter="Checkout")
    needle = ask(relay, "events", filter="haystack-needle")
    absent = ask(relay, "events", filter="quixotic")
    newest = ask(relay, "events", filter='"freshly deployed"', order="desc", limit=1)
    jump = ask(relay, "events", since=hour, limit=1)
    chart = ask(relay, "histogram")
    filtered = ask(relay, "histogram", filter="level>=error")
    facets = ask(relay, "facets")
    assert len(scan["lines"]) == 1 and len(needle["lines"]) == 2 and len(newest["lines"]) == 2
    assert json.loads(chart["lines"][0])["total"] == events
    return {
        "scan_per_cpu_second": events / max(scan["cpu"], 0.01),
        "scan_ms": scan["ms"],
        "needle_ms": needle["ms"],
        "absent_ms": absent["ms"],
        "newest_first_ms": newest["first_ms"],
        "since_ms": jump["first_ms"],
        "chart_ms": chart["ms"],
        "filtered_chart_ms": filtered["ms"],
        "facets_ms": facets["ms"],
        "facets_per_cpu_second": events / max(facets["cpu"], 0.01),
    }


def big_relay() -> Relay:
    """Not started; keeps all that it is given."""
    relay = Relay(start=False)
    (relay.home / "tailrace.toml").write_text(CONFIG.format(home=relay.home))
    return relay


def history() -> dict:
    with big_relay() as relay:
        relay.start()
        filled = fill(relay, EVENTS)
        found = search(relay, EVENTS)
        return {**filled, **found, "rss_mb": relay.rss_bytes() / 1e6}
