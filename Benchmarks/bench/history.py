"""Searching a log of some millions of events: how fast, how soon, how large."""

import http.client
import json
import os
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

# BENCH_EVENTS=10000000 is what the goals are about; two million take a minute.
EVENTS = int(os.environ.get("BENCH_EVENTS", 2_000_000))
# Ten hours from here, whatever the number.
START, SPAN = 1_795_300_000, 36_000
ACTIONS = ["checkout completed", "cart updated", "session opened", "payment accepted", "search served", "image resized"]
HOSTS = ["web-1", "web-2", "web-3", "db-1"]


def _line(number: int, rng: random.Random) -> str:
    """About 250 bytes; one event in a hundred is an error, the needle is in the first thousandth."""
    seconds = START + number * SPAN / EVENTS
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(int(seconds))) + f".{int(seconds % 1 * 1e6):06}Z"
    level = "error" if number % 100 == 0 else "info"
    text = "upstream refused the connection" if level == "error" else ACTIONS[number % 6]
    if number == EVENTS // 1000:
        text += " haystack-needle"
    if number > EVENTS * 0.95 and number % 1000 == 0:
        text += " freshly deployed"
    return (
        f'{{"time":"{stamp}","level":"{level}","msg":"{text} for order {number * 7919 % 1000003}",'
        f'"path":"/shop/{number % 97}/items","client":"10.20.{number % 31}.{number % 251}","agent":"shop-app/{number % 9}.2",'
        f'"status":{200 + number % 5},"duration_ms":{rng.random() * 500:.1f},"node":"{HOSTS[number % 4]}",'
        f'"trace":"{rng.getrandbits(64):016x}"}}\n'
    )


def _fill(relay: Relay) -> tuple[float, int]:
    rng = random.Random(1)
    size, cpu = 0, relay.cpu_seconds()
    with socket.socket(socket.AF_UNIX) as writer:
        writer.connect(str(relay.home / "in.sock"))
        for start in range(0, EVENTS, 2000):
            chunk = "".join(_line(number, rng) for number in range(start, min(EVENTS, start + 2000))).encode()
            size += len(chunk)
            writer.sendall(chunk)
    wait_until(lambda: relay.metrics()["tailrace_log_head"] >= EVENTS, 120, "all events in the log")
    return relay.cpu_seconds() - cpu, size


def _ask(relay: Relay, path: str, **query) -> dict:
    """Seconds to the first event and to the end, and the relay's CPU."""
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=600)
    cpu, began = relay.cpu_seconds(), time.monotonic()
    connection.request(
        "GET", f"/api/v1/{path}?" + urllib.parse.urlencode(query), headers={"Accept": "application/x-ndjson"}
    )
    response = connection.getresponse()
    first = response.readline()
    first_ms = (time.monotonic() - began) * 1000
    lines = (first + response.read()).splitlines()
    connection.close()
    if response.status != 200:
        raise RuntimeError(first.decode())
    seconds = time.monotonic() - began
    return {"first_ms": first_ms, "ms": seconds * 1000, "cpu": relay.cpu_seconds() - cpu, "lines": lines}


def history() -> dict:
    relay = Relay(start=False)
    (relay.home / "tailrace.toml").write_text(CONFIG.format(home=relay.home))
    with relay:
        relay.start()
        fill_cpu, size = _fill(relay)
        used = relay.metrics()["tailrace_log_used_bytes"]
        hour = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + SPAN - 3600))
        # A capital asks for the exact word: its letters are in every block, the word is in none.
        scan = _ask(relay, "events", filter="Checkout")
        needle = _ask(relay, "events", filter="haystack-needle")
        absent = _ask(relay, "events", filter="quixotic")
        newest = _ask(relay, "events", filter='"freshly deployed"', order="desc", limit=1)
        jump = _ask(relay, "events", since=hour, limit=1)
        chart = _ask(relay, "histogram")
        filtered = _ask(relay, "histogram", filter="level>=error")
        facets = _ask(relay, "facets")
        assert len(scan["lines"]) == 1 and len(needle["lines"]) == 2 and len(newest["lines"]) == 2
        assert json.loads(chart["lines"][0])["total"] == EVENTS
        rss = relay.rss_bytes() / 1e6
    return {
        "events": EVENTS,
        "line_bytes": size / EVENTS,
        "stored_bytes_per_event": used / EVENTS,
        "fill_per_cpu_second": EVENTS / fill_cpu,
        "scan_per_cpu_second": EVENTS / max(scan["cpu"], 0.01),
        "scan_ms": scan["ms"],
        "needle_ms": needle["ms"],
        "absent_ms": absent["ms"],
        "newest_first_ms": newest["first_ms"],
        "since_ms": jump["first_ms"],
        "chart_ms": chart["ms"],
        "filtered_chart_ms": filtered["ms"],
        "facets_ms": facets["ms"],
        "facets_per_cpu_second": EVENTS / max(facets["cpu"], 0.01),
        "rss_mb": rss,
    }
