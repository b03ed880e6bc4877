"""A journal that is read into the log: what a busy server's services leave in it."""

import os
import random
import re
import subprocess
import time
from pathlib import Path

from .process import REPOSITORY, TICKS_PER_SECOND, Relay, wait_until

ENTRIES = 500_000
WRITER = "/lib/systemd/systemd-journal-remote"
CACHE = REPOSITORY / "Benchmarks" / ".build" / f"journal-{ENTRIES}"
INPUT = """
[[input]]
name = "journal"
type = "journald"
directory = "{journal}"
since = "3650d"
"""
UNITS = {"nginx": 811, "api": 902, "sshd": 77, "postgresql": 400, "cron": 33}


def build_journal() -> Path:
    """Twenty fields per entry, as journald writes them; made once, the same each time."""
    if (CACHE / "done").exists():
        return CACHE
    if not os.access(WRITER, os.X_OK):
        raise RuntimeError(f"{WRITER} is missing; install systemd-journal-remote")
    CACHE.mkdir(parents=True, exist_ok=True)
    for old in CACHE.glob("*.journal"):
        old.unlink()
    chance = random.Random(7)
    boot, machine = (f"{chance.getrandbits(128):032x}" for _ in range(2))
    streams = {unit: f"{chance.getrandbits(128):032x}" for unit in UNITS}
    with subprocess.Popen(
        [WRITER, "-o", CACHE / "bench.journal", "--split-mode=none", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as writer:
        for number in range(ENTRIES):
            unit = chance.choice(list(UNITS))
            writer.stdin.write(_entry(number, unit, streams[unit], boot, machine, chance))
    if writer.returncode != 0:
        raise RuntimeError(f"{WRITER} ended with {writer.returncode}")
    (CACHE / "done").touch()
    return CACHE


def _entry(number: int, unit: str, stream: str, boot: str, machine: str, chance: random.Random) -> str:
    message = (
        f"request {chance.getrandbits(64):016x} from 10.0.{chance.randrange(256)}.{chance.randrange(256)} "
        f"took {chance.randrange(5000)} ms status {chance.choice([200, 200, 200, 404, 500])}"
    )
    fields = {
        "__REALTIME_TIMESTAMP": 1_700_000_000_000_000 + number * 1000,
        "__MONOTONIC_TIMESTAMP": 1_000_000 + number * 1000,
        "_BOOT_ID": boot,
        "MESSAGE": message,
        "PRIORITY": chance.choice([3, 4, 6, 6, 6, 6]),
        "SYSLOG_FACILITY": 3,
        "SYSLOG_IDENTIFIER": unit,
        "_TRANSPORT": "stdout",
        "_PID": UNITS[unit],
        "_UID": 33,
        "_GID": 33,
        "_COMM": unit,
        "_EXE": f"/usr/sbin/{unit}",
        "_CMDLINE": f"/usr/sbin/{unit} --config /etc/{unit}.conf",
        "_CAP_EFFECTIVE": 0,
        "_SYSTEMD_CGROUP": f"/system.slice/{unit}.service",
        "_SYSTEMD_UNIT": f"{unit}.service",
        "_SYSTEMD_SLICE": "system.slice",
        "_SYSTEMD_INVOCATION_ID": stream,
        "_STREAM_ID": stream,
        "_MACHINE_ID": machine,
        "_HOSTNAME": "web-1",
    }
    return "".join(f"{name}={value}\n" for name, value in fields.items()) + "\n"


def intake_journal() -> dict:
    """A journal into the log without subscribers: entries per CPU-second of relay and reader together."""
    journal = build_journal()
    with Relay(start=False) as relay:
        config = relay.home / "tailrace.toml"
        config.write_text(config.read_text() + INPUT.format(journal=journal))
        began = time.monotonic()
        relay.start()
        # Asking costs the relay more than an entry does.
        wait_until(lambda: relay.metrics()["tailrace_log_head"] >= ENTRIES, 120, "all entries in the log", pause=0.5)
        wall = time.monotonic() - began
        reader = sum(_cpu_seconds(pid) for pid in _children(relay.process.pid))
        own = relay.cpu_seconds()
    return {
        "entries_per_cpu_second": ENTRIES / (own + reader),
        "relay_per_million": own / ENTRIES * 1e6,
        "reader_per_million": reader / ENTRIES * 1e6,
        "entries_per_second": ENTRIES / wall,
    }


def _children(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(child) for task in tasks for child in (task / "children").read_text().split()}


def _cpu_seconds(pid: int) -> float:
    fields = re.sub(r".*\) ", "", Path(f"/proc/{pid}/stat").read_text()).split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
