"""The sums of every stage, with every kind of input at work at once."""

import re
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.command import Command
from harness.inputs import (
    connect_unix,
    exec_input,
    file_input,
    journal_input,
    syslog_input,
    syslog_port,
    unix_input,
)
from harness.ledger import Pace, RotatingFile, SocketWriter
from harness.waiting import eventually

RULE = 'multiline = { start = "^n", timeout = "100ms", max_lines = 4 }'
ROUTES = """
[[redact]]
match = "builtin:email"
replace = "[email]"
[[route]]
name = "noise"
where = "noise"
drop = true
[[route]]
name = "few"
from = ["file", "stream"]
sample = "1:10"
[[route]]
name = "slow"
rate_limit = "50/s"
"""
STAGES = ["file", "stream", "grams", "net", "cmd", "journal"]


def verify(binary, one) -> str:
    with Command(binary, "verify", one.url) as command:
        assert command.wait() == 0, command.out.text() + command.err.text()
    return command.out.text()


def lines_of(one) -> dict[str, dict]:
    return {each["name"]: each for each in one.status()["flow"]["inputs"] if "lines" in each}


class GramWriter:
    """Datagrams, two lines in each, the second of which belongs to the first."""

    def __init__(self, path):
        self.path = path
        self.connection = None

    def write(self, first: int, count: int) -> int:
        self.connection = self.connection or connect_unix(self.path, socket.SOCK_DGRAM)
        for number in range(first, first + count):
            self.connection.send(b"n=%d noise of bob@example.com\n  more of %d" % (number, number))
        return count


class JournalWriter:
    """Entries, every second of which belongs to the one before."""

    def __init__(self, journal):
        self.journal = journal

    def write(self, first: int, count: int) -> int:
        numbers = range(first, first + count)
        self.journal.write_all([{"MESSAGE": text} for number in numbers for text in (f"n={number + 1}", "  more")])
        return count


class UDPWriter:
    def __init__(self, number: int):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", number))

    def write(self, first: int, count: int) -> int:
        for number in range(first, first + count):
            self.socket.send(b"<30>app: n=%d" % number if number % 5 else b"\n")
        return count


def test_every_sum_holds_while_every_kind_of_input_is_read(binary, relay, journal, tmp_path):
    file = RotatingFile(tmp_path / "app.log", every=2000)
    journal.write(MESSAGE="n=0")
    eventually(lambda: any(journal.directory.iterdir()), what="the journal file")
    command = "i=0; while [ $i -lt 40000 ]; do echo n=$i; echo '  and more'; echo n=$i >&2; i=$((i+1)); done"
    one = relay(
        file_input("file", more=RULE)
        + unix_input("stream", "{dir}/in.sock", more=RULE)
        + unix_input("grams", "{dir}/grams.sock", "datagram", more=RULE)
        + syslog_input("udp:127.0.0.1:0", more="max_rate = 100")
        + exec_input(command, more=RULE + '\nrestart = "never"')
        + journal_input(journal.directory, more=RULE)
        + ROUTES
    )
    writers = [
        Pace(2000, file.write),
        Pace(1500, SocketWriter(tmp_path / "in.sock").write),
        Pace(700, GramWriter(tmp_path / "grams.sock").write),
        Pace(400, UDPWriter(syslog_port(one, "udp")).write),
        Pace(300, JournalWriter(journal).write),
    ]
    for writer in writers:
        writer.start()
    for _ in range(5):
        said = verify(binary, one)
        for name in STAGES:
            assert re.search(rf"^ok  lines {name}: \d+ in = \d+ out", said, re.M), said
    file_count, stream_count, gram_count, _, journal_count = [writer.stop() for writer in writers]

    expected = {"file": file_count, "stream": stream_count, "grams": 2 * gram_count, "journal": 2 * journal_count + 1,
                "cmd": 120_000}
    for name, count in expected.items():
        eventually(lambda: lines_of(one)[name]["lines"] == count, 30, f"{count} lines of {name}")
    eventually(lambda: all(each["waiting"] == 0 for each in lines_of(one).values()), 10, "no event that waits")
    eventually(lambda: one.metrics()["tailrace_intake_waiting"] == 0)
    verify(binary, one)

    flow, lines = one.status()["flow"], lines_of(one)
    assert 0 < lines["journal"]["joined"] <= journal_count
    # An event of the command that had to wait for its second line too long is two.
    assert lines["grams"]["joined"] == gram_count and 30_000 < lines["cmd"]["joined"] <= 40_000
    assert lines["net"]["dropped"]["empty"] > 0 and lines["net"]["dropped"]["rate_limit"] > 0
    # Each refused datagram is told in a gap, and every gap is an event of the input's own.
    # They are told once a second.
    eventually(lambda: one.input("net")["lost"] == lines["net"]["dropped"]["rate_limit"])
    assert lines_of(one)["net"]["told"] > 0
    assert flow["router"]["dropped"]["rule"] == gram_count
    assert {stream["name"]: stream["left_out"]["sampled"] > 0 for stream in flow["streams"]} == {
        "few": True, "slow": False}
    samples = one.metrics()
    for name in STAGES:
        kind = one.input(name)["type"]
        label = f'{{input="{name}",type="{kind}"}}'
        assert samples[f"tailrace_input_lines_total{label}"] == lines[name]["lines"]
        assert samples[f"tailrace_input_joined_lines_total{label}"] == lines[name]["joined"]
        assert one.input(name)["lag_seconds"] == 0


def test_the_sums_of_standard_input_hold(binary, relay):
    feed = "i=0; while [ $i -lt 3000 ]; do echo n=$i; echo '  more'; i=$((i+1)); done; echo last; exec sleep 1000"
    one = relay(
        f'[[input]]\nname = "in"\ntype = "stdin"\n{RULE}\n',
        prefix=["sh", "-c", f'sh -c "$1" | {{ shift; "$@"; }}', "sh", feed],
    )
    eventually(lambda: lines_of(one)["in"]["lines"] == 6001, 20, "all lines")
    said = verify(binary, one)
    eventually(lambda: lines_of(one)["in"]["made"] == 3000, 10, "the last event")
    assert lines_of(one)["in"]["joined"] == 3001
    assert re.search(r"^ok  lines in: 6001 in = ", said, re.M)


@pytest.fixture
def small_disk(relay, mounts, tmp_path):
    """Starts a relay whose log is on a small disk of its own; the second value fills it, the third makes room again."""
    log = tmp_path / "log"
    log.mkdir()
    mount = f'mount -t tmpfs -o size=64m,mode=700 tmpfs {log} && exec "$@"'

    def start(config: str):
        one = relay(config, prefix=["unshare", "-m", "sh", "-c", mount, "sh"])
        filler = Path(f"/proc/{one.pid}/root{log}/filler")

        def fill():
            with open(filler, "wb", buffering=0) as file, pytest.raises(OSError):
                while True:
                    file.write(bytes(4096))

        return one, fill, filler.unlink

    return start


def test_an_input_that_the_log_holds_up_says_for_how_long(small_disk):
    """A full disk: nothing is committed, so the input can't go on, and the seconds count."""
    one, fill, _ = small_disk(
        exec_input("while [ ! -e go ]; do sleep 0.05; done; yes; exit 0", more='directory = "{dir}"')
    )
    fill()
    one.path("go").touch()
    first = eventually(lambda: one.input("cmd")["lag_seconds"], 30, "seconds of lag")
    later = eventually(lambda: (lag := one.input("cmd")["lag_seconds"]) > first + 0.5 and lag, 10, "more of them")
    assert one.metrics()['tailrace_input_lag_seconds{input="cmd",type="exec"}'] >= later
    assert one.status()["state"] == "degraded"


@contextmanager
def watched(one, name: str):
    """All that the input says of itself meanwhile."""
    seen = []
    done = threading.Event()

    def watch():
        while not done.is_set():
            seen.append(one.input(name))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield seen
    done.set()
    watcher.join(10)


def test_an_input_that_is_behind_its_files_says_by_how_much(relay):
    total = 1_000_000
    one = relay(file_input("file", "{dir}/app.log"))
    one.wait_reading("file")
    with open(one.path("new"), "wb") as file:
        file.writelines(b"n=%d one of very many lines\n" % number for number in range(total))
    with watched(one, "file") as seen:
        one.path("new").rename(one.path("app.log"))
        one.wait_head(total, timeout=120)
    behind = [each for each in seen if each["lag_seconds"] > 0]
    assert behind and max(each["lag_bytes"] for each in behind) > 1 << 20
    eventually(lambda: one.input("file")["lag_seconds"] == 0 and one.input("file")["lag_bytes"] == 0)


def test_an_input_that_is_behind_its_journal_says_for_how_long(small_disk, journal):
    """Held up by a full disk, since reading them all takes a moment that may go by unseen; more than may wait in memory."""
    total = 20_000
    one, fill, make_room = small_disk(journal_input(journal.directory))
    one.wait_reading("journal")
    fill()
    for start in range(0, total, 1000):
        journal.write_all([{"MESSAGE": f"n={number} {'.' * 1000}"} for number in range(start, start + 1000)])
    journal.close()
    eventually(lambda: one.input("journal")["lag_seconds"] > 0, 60, "seconds of lag")
    make_room()
    one.wait_head(total, timeout=120)
    eventually(lambda: one.input("journal")["lag_seconds"] == 0)
