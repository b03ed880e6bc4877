"""What is measured, one function each: it puts on the load and returns what came out."""

import json
import random
import resource
import time
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .process import BareSender, Crowd, Relay, wait_until

# Joins the group, its shared compression and warm caches before counting begins.
WARM_SECONDS = 3


def _wait_live(relay: Relay, count: int):
    wait_until(lambda: relay.metrics()["tailrace_readers_live"] >= count, 30, f"{count} readers at the live edge")


def _delivered(metrics: dict) -> float:
    return metrics["tailrace_events_delivered_total"] + metrics["tailrace_backfill_events_total"]


def _drain(relay: Relay, lines: int, readers: int, seconds: float = 30) -> float:
    """Waits until every reader was sent every line; how long that took."""
    began = time.monotonic()
    wait_until(lambda: _delivered(relay.metrics()) >= lines * readers, seconds, "all events delivered")
    return time.monotonic() - began


def _fan_out(readers: int, rate: float, seconds: float, stream: str = "fifty") -> dict:
    """CPU of the whole relay per million delivered events, tailing included; and of a bare loop that sends as many
    frames of the same size."""
    with Relay() as relay, Crowd(relay, readers, stream=stream) as crowd:
        _wait_live(relay, readers)
        relay.write(rate, WARM_SECONDS).wait()
        _drain(relay, int(rate * WARM_SECONDS), readers)
        before, cpu = relay.metrics(), relay.cpu_seconds()
        crowd.report(reset=True)
        relay.write(rate, seconds).wait()
        _drain(relay, int(rate * WARM_SECONDS) + int(rate * seconds), readers)
        after, cpu = relay.metrics(), relay.cpu_seconds() - cpu
        report = crowd.report()
    delivered = _delivered(after) - _delivered(before)
    frames = after["tailrace_frames_written_total"] - before["tailrace_frames_written_total"]
    sample = report["samples"][0]
    per_million = cpu / delivered * 1e6
    bare = _bare(readers, report["bytes"] / frames, frames / readers / seconds, seconds / 2) / (delivered / frames)
    return {
        "cpu_per_million": per_million,
        "bare_per_million": bare,
        "times_bare": per_million / bare,
        "events_per_frame": delivered / frames,
        "bytes_per_event": report["bytes"] / delivered,
        "lost": sum(one["breaks"] for one in report["samples"]),
        "cores": cpu / seconds,
        "sample_events": sample["events"],
    }


def _bare(readers: int, frame_bytes: float, frames_per_second: float, seconds: float) -> float:
    """CPU-seconds per million frames."""
    with BareSender(readers, round(frame_bytes), frames_per_second, seconds) as sender:
        with Crowd(sender, readers, samples=0):
            sent = sender.run()
    return sent["cpu_seconds"] / sent["frames"] * 1e6


def thousand() -> dict:
    return _fan_out(1000, 2500, 10)


def hundred() -> dict:
    return _fan_out(100, 5000, 10)


def hundred_default() -> dict:
    return _fan_out(100, 5000, 10, stream="all")


def wire() -> dict:
    """Bytes on the wire, and what one connection of a server with its own window would have needed for the same text.

    The stand-in for node's `ws` with context takeover is zlib at level 6 with one window over all messages, which is
    what `ws` does; its frames have the same headers.
    """
    with Relay() as relay:
        messages = relay.home / "messages"
        with Crowd(relay, 12, samples=1, messages=messages) as crowd:
            _wait_live(relay, 12)
            relay.write(2500, WARM_SECONDS, 50).wait()
            _drain(relay, 2500 * WARM_SECONDS, 12)
            crowd.report(reset=True)
            relay.write(2500, 8, 50).wait()
            _drain(relay, 2500 * WARM_SECONDS + 2500 * 8, 12)
            sample = crowd.report()["samples"][0]
            texts = messages.read_bytes().splitlines()
    peer = _own_window(texts)
    events = sample["compressed_events"]
    ours = sample["compressed_bytes"] / events
    return {
        "bytes_per_event": ours,
        "peer_bytes_per_event": peer,
        "ratio": ours / peer,
        "events_per_frame": sample["events"] / sample["frames"],
        "compressed_share": sample["compressed_frames"] / sample["frames"],
    }


def _own_window(texts: list[bytes]) -> float:
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15, 8)
    total = events = 0
    for text in texts:
        packed = compressor.compress(text) + compressor.flush(zlib.Z_SYNC_FLUSH)
        size = len(packed) - 4
        total += size + (2 if size < 126 else 4 if size < 65536 else 10)
        events += len(json.loads(text)["events"])
    return total / events


def latency() -> dict:
    """From the write to the file to the received event, 10 subscribers at 1,000 lines/s."""
    with Relay() as relay, Crowd(relay, 10, stream="all", samples=10) as crowd:
        _wait_live(relay, 10)
        relay.write(1000, WARM_SECONDS).wait()
        crowd.report(reset=True)
        before, cpu = relay.metrics(), relay.cpu_seconds()
        relay.write(1000, 10).wait()
        cpu = relay.cpu_seconds() - cpu
        _drain(relay, 1000 * (WARM_SECONDS + 10), 10)
        report = crowd.report()
        commits = relay.metrics()["tailrace_log_commits_total"] - before["tailrace_log_commits_total"]
    found = report["latency_us"]
    return {
        "p50_ms": found["p50"] / 1000,
        "p99_ms": found["p99"] / 1000,
        "max_ms": found["max"] / 1000,
        "cores": cpu / 10,
        "commits_per_second": commits / 10,
    }


def _held(readers: int, rate: float, seconds: float) -> dict:
    """Whether every reader gets every line at this rate, and how far behind the last one is when the writer stops."""
    lines = int(rate * seconds)
    with Relay() as relay, Crowd(relay, readers, stream="all", samples=2) as crowd:
        _wait_live(relay, readers)
        cpu = relay.cpu_seconds()
        written = json.loads(relay.write(rate, seconds).communicate()[0])
        late = _drain(relay, lines, readers, 60)
        cpu = relay.cpu_seconds() - cpu
        samples = lambda: crowd.report()["samples"]
        wait_until(lambda: all(one["last"] >= lines for one in samples()), 30, "the last event at the subscribers")
        report = crowd.report()
        metrics = relay.metrics()
    complete = all(one["events"] == lines and one["breaks"] == 0 for one in report["samples"])
    return {
        "held": complete and metrics["tailrace_gaps_total"] == 0 and report["closed"] == 0 and late < 2,
        "late_seconds": late,
        "rate": lines / written["seconds"],
        "cores": cpu / seconds,
        "fell_behind": metrics["tailrace_readers_behind_total"],
        "p99_ms": report["latency_us"]["p99"] / 1000,
    }


def held_thousand() -> dict:
    return _held(1000, 10_000, 8)


def held_ten() -> dict:
    return _held(10, 60_000, 8)


def idle() -> dict:
    """Resident memory per idle connection, deflate negotiated, lens open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(10_000, (hard if hard != resource.RLIM_INFINITY else 1 << 20) - 500)
    with Relay() as relay:
        with Crowd(relay, 100):
            _wait_live(relay, 100)
        wait_until(lambda: relay.metrics()["tailrace_readers"] == 0, 10, "the first readers gone")
        before = relay.rss_bytes()
        with Crowd(relay, count, samples=0):
            _wait_live(relay, count)
            # Two seconds of `stats` show what an idle connection needs to be told something.
            time.sleep(2)
            cpu = relay.cpu_seconds()
            time.sleep(3)
            cpu = relay.cpu_seconds() - cpu
            after = relay.rss_bytes()
    return {"connections": count, "bytes_per_connection": (after - before) / count, "cores": cpu / 3}


def intake() -> dict:
    """A file into the log without subscribers, lines per CPU-second."""
    lines = 1_000_000
    with Relay(start=False) as relay:
        relay.write(0, lines).wait()
        began = time.monotonic()
        relay.start()
        wait_until(lambda: relay.metrics()["tailrace_log_head"] >= lines, 60, "all lines in the log")
        wall = time.monotonic() - began
        cpu = relay.cpu_seconds()
        used = relay.metrics()["tailrace_log_used_bytes"]
    return {"lines_per_cpu_second": lines / cpu, "lines_per_second": lines / wall, "log_bytes_per_line": used / lines}


def intake_json() -> dict:
    """The same for JSON lines of nine members, two of them nested; the format is recognised."""
    lines = 500_000
    with Relay(start=False) as relay:
        _write_json(relay.file, lines)
        relay.start()
        wait_until(lambda: relay.metrics()["tailrace_log_head"] >= lines, 60, "all lines in the log", pause=0.2)
        cpu = relay.cpu_seconds()
    return {"lines_per_cpu_second": lines / cpu}


def _write_json(path: Path, lines: int):
    chance = random.Random(11)
    begin = datetime(2026, 1, 1, tzinfo=timezone.utc)
    with open(path, "w") as file:
        for number in range(lines):
            status = chance.choice([200, 200, 200, 204, 301, 404, 500])
            line = {
                "time": (begin + timedelta(milliseconds=number)).isoformat(timespec="milliseconds"),
                "level": "error" if status == 500 else "warn" if status == 404 else "info",
                "msg": f"request {chance.getrandbits(64):016x} done",
                "status": status,
                "duration_ms": chance.randrange(5000) / 10,
                "http": {"method": chance.choice(["GET", "POST"]), "path": f"/api/v1/orders/{chance.randrange(10**5)}"},
                "user": {"id": chance.randrange(10**6), "agent": "Mozilla/5.0 (X11; Linux x86_64)"},
                "cached": status == 304,
                "trace_id": f"{chance.getrandbits(128):032x}",
            }
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def stalled() -> dict:
    """1,000 readers that stop reading beside 100 healthy ones at 5,000 lines/s."""
    with Relay(memory="16MiB") as relay, Crowd(relay, 100, stream="all", samples=4) as healthy:
        _wait_live(relay, 100)
        # Fills the memory of the log, so that its growth is not counted as the readers'.
        relay.write(0, 100_000).wait()
        _drain(relay, 100_000, 100)
        relay.write(5000, WARM_SECONDS).wait()
        before, kernel = relay.rss_bytes(), _kernel_bytes()
        with Crowd(relay, 1000, stream="all", stalled=1):
            writing = relay.write(5000, 12)
            time.sleep(4)
            healthy.report(reset=True)
            cpu = relay.cpu_seconds()
            writing.wait()
            cpu = relay.cpu_seconds() - cpu
            report = healthy.report()
            after, kernel = relay.rss_bytes(), _kernel_bytes() - kernel
            behind = relay.metrics()["tailrace_readers_behind_total"]
    return {
        "rss_growth_mib": (after - before) / (1 << 20),
        "healthy_p99_ms": report["latency_us"]["p99"] / 1000,
        "fell_behind": behind,
        "lost": sum(one["breaks"] for one in report["samples"]),
        "cores": cpu / 8,
        "kernel_mib": kernel / (1 << 20),
    }


def _kernel_bytes() -> int:
    """What all TCP sockets of this host hold in the kernel: too much of it slows every connection down."""
    line = next(line for line in Path("/proc/net/sockstat").read_text().splitlines() if line.startswith("TCP:"))
    return int(line.split()[-1]) * resource.getpagesize()
