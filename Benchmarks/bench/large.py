"""A log of ten million events: searching it, starting on it, and what it costs those who write and read beside it."""

import http.client
import json
import socket
import time

from .history import ask, big_relay, fill, search
from .process import Relay

EVENTS = 10_000_000
PINGS = 500
RESUMED = 50_000


def _ping(relay: Relay) -> dict:
    """From the write of a line to its arrival at a reader, one line after the other: retention runs meanwhile."""
    stream = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=30)
    stream.request("GET", "/api/v1/stream?last=0")
    reader = stream.getresponse()
    _until(reader, b'"type":"live"')
    taken = []
    with socket.socket(socket.AF_UNIX) as writer:
        writer.connect(str(relay.home / "in.sock"))
        for number in range(PINGS):
            word = f"ping-{number}-"
            began = time.monotonic()
            writer.sendall(f'{{"msg":"{word}"}}\n'.encode())
            _until(reader, word.encode())
            taken.append((time.monotonic() - began) * 1000)
            # So that the pings are spread over some runs of retention, which come once a second.
            time.sleep(0.008)
    stream.close()
    taken.sort()
    return {"p50": taken[len(taken) // 2], "p99": taken[len(taken) * 99 // 100], "max": taken[-1]}


def _until(reader, mark: bytes):
    while mark not in (line := reader.readline()):
        if not line:
            raise RuntimeError("the stream ended")


def _resume(relay: Relay, position: str) -> dict:
    """A reader that comes back near the beginning: when its first event comes, and how fast the next ones do."""
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=60)
    cpu, began = relay.cpu_seconds(), time.monotonic()
    connection.request("GET", f"/api/v1/stream?from={position}")
    reader = connection.getresponse()
    _until(reader, b'"seq":')
    first_ms = (time.monotonic() - began) * 1000
    for _ in range(RESUMED - 1):
        reader.readline()
    seconds, cpu = time.monotonic() - began, relay.cpu_seconds() - cpu
    connection.close()
    return {"first_ms": first_ms, "per_second": RESUMED / seconds, "per_cpu_second": RESUMED / max(cpu, 0.01)}


def _peak_mb(relay: Relay) -> float:
    status = (relay.proc / "status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def history_ten() -> dict:
    with big_relay() as relay:
        empty_start = relay.start()
        empty = _ping(relay)
        filled = fill(relay, EVENTS)
        large = _ping(relay)
        relay.stop()
        start = relay.start()
        started_mb = relay.rss_bytes() / 1e6
        total = int(relay.metrics()["tailrace_log_head"])
        epoch = json.loads(ask(relay, "status")["lines"][0])["log"]["epoch"]
        resumed = _resume(relay, f"{epoch}:{total // 1000}")
        found = search(relay, total)
        return {
            **filled,
            **found,
            "resume_first_ms": resumed["first_ms"],
            "resume_per_cpu_second": resumed["per_cpu_second"],
            "empty_ping_p50_ms": empty["p50"],
            "empty_ping_max_ms": empty["max"],
            "ping_p50_ms": large["p50"],
            "ping_p99_ms": large["p99"],
            "ping_max_ms": large["max"],
            "empty_start_ms": empty_start * 1000,
            "start_ms": start * 1000,
            "started_mb": started_mb,
            "peak_mb": _peak_mb(relay),
        }
