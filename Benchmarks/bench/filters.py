"""What filters cost: many readers of different ones at a steady rate, none of which matches, so that nothing is sent."""

import json
import random
import time
from urllib.parse import quote

from .process import Crowd, Relay, wait_until

RATE = 5000
SECONDS = 8
WARM_SECONDS = 4
COUNTS = (1, 10, 100, 1000)


def _filter(number: int) -> str:
    """Of every kind in turn, no two the same."""
    return (
        f"unheard{number}of",
        f"user=nobody{number}",
        f"duration_ms>{100_000 + number}",
        f"/job-{number} (failed|aborted) after \\d+ms/",
        f"level>=warn path:/none/{number} -healthcheck",
        f"status:{600 + number}..{1600 + number}",
        f'"order {number}" (refused OR unit=shop{number}.service)',
        f"agent:/bot{number}\\b/i",
        f"host:(web{number} OR db{number}) region=mars",
        f"queue:jam{number}* OR gone{number}*away",
    )[number % 10]


def _lines(count: int) -> list[bytes]:
    source = random.Random(1)
    agents = ["Mozilla/5.0 (X11; Linux x86_64)", "curl/7.88.1", "okhttp/4.12.0", "Go-http-client/2.0"]
    lines = []
    for _ in range(count):
        path = source.choice(["/api/v1/orders/", "/api/v1/items/", "/assets/app-", "/cart/"]) + str(
            source.randrange(65536)
        )
        event = {
            "level": source.choice(["info"] * 8 + ["warn", "error"]),
            "message": f"GET {path} took {source.randrange(2000)}ms, order {source.randrange(10**6)} accepted by shop",
            "user": f"u{source.randrange(5000)}",
            "path": path,
            "status": source.choice([200, 200, 200, 204, 301, 404, 500]),
            "duration_ms": source.randrange(2000),
            "agent": source.choice(agents),
            "region": source.choice(["eu", "us"]),
        }
        lines.append(json.dumps(event, separators=(",", ":")).encode() + b"\n")
    return lines


def _write(relay: Relay, lines: list[bytes], seconds: float):
    """Appends at the rate, a hundredth of a second's lines at once."""
    step = RATE // 100
    with open(relay.file, "ab", buffering=0) as file:
        due = time.monotonic()
        for turn in range(int(seconds * 100)):
            start = turn * step % len(lines)
            file.write(b"".join(lines[start : start + step]))
            due += 0.01
            time.sleep(max(0, due - time.monotonic()))


def _cpu(relay: Relay, work) -> float:
    before = relay.cpu_seconds()
    work()
    return relay.cpu_seconds() - before


def _with(count: int, lines: list[bytes]) -> tuple[float, float]:
    """CPU-seconds with so many filters: what the lines cost, and what the readers do without any."""
    with Relay() as relay:
        targets = relay.home / "targets"
        targets.write_text(
            "".join(f"/ws?stream=all&filter={quote(_filter(number), safe='')}\n" for number in range(count))
        )
        with Crowd(relay, count, samples=0, targets=targets):
            wait_until(lambda: relay.metrics()["tailrace_readers_live"] >= count, 30, f"{count} readers at the edge")
            _write(relay, lines, WARM_SECONDS)
            busy = _cpu(relay, lambda: _write(relay, lines, SECONDS))
            wanted = RATE * (SECONDS + WARM_SECONDS)
            wait_until(lambda: relay.metrics()["tailrace_log_head"] >= wanted, 30, "all lines in the log")
            idle = _cpu(relay, lambda: time.sleep(SECONDS))
    return busy - idle, idle


def filters() -> dict:
    """CPU-seconds for the lines of `SECONDS` seconds by number of filters, and 1,000 filters against one."""
    lines = _lines(RATE)
    result = {}
    for count in COUNTS:
        result[f"cpu_{count}"], result[f"idle_{count}"] = _with(count, lines)
    result["ratio"] = result["cpu_1000"] / result["cpu_1"]
    return result
