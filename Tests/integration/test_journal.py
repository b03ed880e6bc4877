"""The journal's faults, on the real binary and with a real journald."""

import os
import random
import signal
import threading
import time
import zlib
from pathlib import Path

import pytest

from harness.inputs import journal_input
from harness.journald import PrivateJournald
from harness.waiting import eventually

LOCAL = '[[input]]\nname = "journal"\ntype = "journald"\nsince = "1d"\n'


@pytest.fixture
def journald(tmp_path, mounts):
    """`journald(**settings)` starts one; it ends with the test."""
    started: list[PrivateJournald] = []

    def start(**settings) -> PrivateJournald:
        started.append(PrivateJournald(tmp_path / f"journald{len(started)}", **settings))
        return started[-1]

    yield start
    for one in started:
        one.close()


def events(relay):
    """All that are in the log, in its order."""
    epoch, last = relay.epoch, 0
    while found := relay.get_json(f"/api/v1/events?from={epoch}:{last}&limit=1000&order=asc")["events"]:
        yield from found
        last = found[-1]["seq"]


def messages(relay, prefix: str) -> list[str]:
    return [event["message"] for event in events(relay) if event["message"].startswith(prefix)]


def newest(relay) -> str | None:
    found = relay.get_json("/api/v1/events?limit=20&order=desc")["events"]
    return next((event["message"] for event in found if event["message"].startswith("entry ")), None)


def reader_of(relay) -> int:
    return int(eventually(lambda: relay.input("journal")["positions"].get("reader"), what="a reader"))


def test_j10_without_permission_the_input_says_which_group_to_join(relay, journald, tmp_path):
    one = journald()
    one.write("secret")
    # pytest's own folders are closed to others.
    for folder in [tmp_path, *tmp_path.parents[:2]]:
        folder.chmod(0o755)
    folder = eventually(lambda: next(one.volatile.iterdir(), None), what="journal files")
    for file in folder.iterdir():
        file.chmod(0o640)
    home = tmp_path / "nobody"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    prefix = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    config = journal_input(one.volatile)
    started = relay(config, home=home, prefix=prefix)
    status = eventually(
        lambda: (found := started.input("journal"))["state"] == "degraded" and found, what="a degraded input"
    )
    assert "systemd-journal" in status["reason"] and "usermod -aG" in status["reason"]


def test_j11_a_flush_from_volatile_to_persistent_storage_doubles_nothing(relay, journald):
    one = journald(Storage="auto")
    for number in range(100):
        one.write(f"entry {number}")
    started = relay(LOCAL, prefix=one.inside)
    eventually(lambda: len(messages(started, "entry ")) == 100, what="100 entries")
    one.flush()
    for number in range(100, 200):
        one.write(f"entry {number}")
    eventually(lambda: any(one.persistent.rglob("*.journal")), what="persistent files")
    eventually(lambda: len(messages(started, "entry ")) >= 200, what="200 entries")
    started.restart()
    one.write("entry 200")
    eventually(lambda: newest(started) == "entry 200", what="the last entry")
    assert messages(started, "entry ") == [f"entry {number}" for number in range(201)]


@pytest.mark.parametrize("namespace, expected", [("web", "b"), ("+web", "ab"), ("*", "abc")])
def test_j11_namespaces_are_read_as_journalctl_does(relay, journald, namespace, expected):
    one = journald()
    for name in ["web", "db"]:
        one.start_namespace(name)
    config = LOCAL + f'namespace = "{namespace}"\n'
    for number in range(20):
        one.write(f"entry a{number}")
        one.write(f"entry b{number}", namespace="web")
        one.write(f"entry c{number}", namespace="db")
    started = relay(config, prefix=one.inside)
    for number in range(20, 40):
        one.write(f"entry a{number}")
        one.write(f"entry b{number}", namespace="web")
        one.write(f"entry c{number}", namespace="db")
    wanted = sorted(f"entry {name}{number}" for name in expected for number in range(40))
    eventually(lambda: len(messages(started, "entry ")) >= len(wanted), what="all entries")
    started.restart()
    one.write(f"entry {expected[-1]}40", namespace={"a": "", "b": "web", "c": "db"}[expected[-1]])
    wanted.append(f"entry {expected[-1]}40")
    eventually(lambda: len(messages(started, "entry ")) >= len(wanted), what="the last entry")
    assert sorted(messages(started, "entry ")) == sorted(wanted)
    assert started.input("journal")["lost"] == 0


def test_j13_a_journald_that_is_away_is_told_and_read_on_when_it_is_back(relay, journald):
    one = journald()
    one.write("entry 0")
    started = relay(LOCAL, prefix=one.inside)
    eventually(lambda: messages(started, "entry ") == ["entry 0"], what="the first entry")
    one.stop()
    status = eventually(lambda: (found := started.input("journal"))["state"] == "waiting" and found, what="a wait")
    assert "journald does not run" in status["reason"]
    one.start()
    one.write("entry 1")
    eventually(lambda: messages(started, "entry ") == ["entry 0", "entry 1"], what="the second entry")
    eventually(lambda: started.input("journal")["state"] == "reading", what="an input that reads")


def test_j6_a_killed_reader_is_replaced_within_a_second(relay, journal):
    journal.write(MESSAGE="entry 0")
    one = relay(journal_input(journal.directory))
    eventually(lambda: messages(one, "entry "), what="the first entry")
    before = reader_of(one)
    began = time.monotonic()
    os.kill(before, signal.SIGBUS)
    eventually(lambda: (now := one.input("journal")["positions"].get("reader")) and int(now) != before, what="another")
    # The pause is 100 ms; the rest is for a busy machine.
    assert time.monotonic() - began < 5
    journal.write(MESSAGE="entry 1")
    eventually(lambda: messages(one, "entry ") == ["entry 0", "entry 1"], what="the second entry")


def test_a_trace_that_a_service_prints_is_one_event(relay, journald):
    one = journald()
    started = relay(LOCAL + 'multiline = { rule = "python", timeout = "200ms" }\n', prefix=one.inside)
    calls = ['  File "shop.py", line 3, in pay', "    bank.call()"]
    trace = ["Traceback (most recent call last):", *calls, "OSError: closed"]
    with one.stdout() as stream:
        stream.sendall(("\n".join(trace) + "\nentry after\n").encode())
        eventually(lambda: messages(started, "entry after"), what="the line behind the trace")
    assert messages(started, "Traceback") == ["\n".join(trace)]


class Vandal:
    """Kills the reader, cuts archived files short and turns bits over in them, as long as it lives."""

    def __init__(self, relay, folder: Path, seed: int):
        self.relay, self.folder, self.random = relay, folder, random.Random(seed)
        self.deeds = {"killed": 0, "cut": 0, "flipped": 0}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def stop(self) -> dict:
        self.stopping.set()
        self.thread.join(30)
        return self.deeds

    def _run(self):
        while not self.stopping.wait(self.random.uniform(0.1, 0.4)):
            try:
                self._strike(self.random.choice(list(self.deeds)))
            except (OSError, ValueError, LookupError, AssertionError):
                pass  # Gone meanwhile.

    def _strike(self, deed: str):
        if deed == "killed":
            os.kill(int(self.relay.input("journal")["positions"]["reader"]), signal.SIGKILL)
        else:
            file = self.random.choice(sorted(self.folder.rglob("*@*.journal")))
            size = file.stat().st_size
            if deed == "cut":
                os.truncate(file, self.random.randrange(4096, size))
            else:
                with open(file, "r+b") as content:
                    for _ in range(8):
                        content.seek(self.random.randrange(300, size))
                        content.write(self.random.randbytes(8))
        self.deeds[deed] += 1


def stormy(relay, journald, total: int, seed: int):
    """Writes numbered entries while journald deletes, the reader is slowed and killed, and files are damaged."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    one = journald(RuntimeMaxFileSize="1M", RuntimeMaxFiles="4", RuntimeMaxUse="64M")
    one.write(numbered(0))
    started = relay(journal_input(one.volatile), log='path = "{dir}/log"\nmax_size = "2GiB"')
    eventually(lambda: messages(started, "entry "), what="the first entry")
    vandal = Vandal(started, one.volatile, seed)
    written = 1
    with one.stdout() as stream:
        while written < total:
            count = min(total - written, chance.randrange(200, 2000))
            stream.sendall("".join(f"{numbered(number)}\n" for number in range(written, written + count)).encode())
            written += count
            if chance.random() < 0.3:
                _pause(started, chance.uniform(0.2, 0.6))
        deeds = vandal.stop()
        # Entries at the end let the relay see that all before them are gone or read.
        stream.sendall("".join(f"{numbered(number)}\n" for number in range(total, total + 1000)).encode())
    eventually(lambda: newest(started) == numbered(total + 999), 60, "the last entry")
    print(deeds)
    expect_accounted(started, total + 1000)


def _pause(relay, seconds: float):
    """A reader that does not get on."""
    try:
        pid = int(relay.input("journal")["positions"]["reader"])
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)
    except (KeyError, ProcessLookupError):
        pass


def expect_accounted(relay, total: int):
    """Every number is there once and in order, or missing where a gap says so."""
    last, told, altered, missing = -1, 0, 0, 0
    for event in events(relay):
        if gap := event["fields"].get("gap"):
            told += gap.get("count", 0)
        elif (number := entry_number(event)) is None:
            # What was overwritten may read as something else: it is there, but nobody can tell which it was.
            altered += event["fields"].get("transport") in ("stdout", None)
        else:
            assert number > last, f"entry {number} comes behind {last}"
            missing += number - last - 1
            what = f"entries before {number}: {missing} missing, {told} told, {altered} altered"
            assert missing <= told + altered, what
            last = number
    assert last == total - 1
    assert altered < 100, "so few bytes were turned over"
    print(f"{total} written, {missing} missing, {told} told, {altered} altered")


def numbered(number: int) -> str:
    """With a checksum: damage makes other numbers, too."""
    return f"entry {number} {zlib.crc32(b'%d' % number):08x}"


def entry_number(event) -> int | None:
    words = event["message"].split(" ")
    if len(words) != 3 or not words[1].isdecimal() or len(words[1]) > 9:
        return None
    return int(words[1]) if event["message"] == numbered(int(words[1])) else None


def test_j5_every_entry_that_is_missing_after_a_storm_lies_in_a_gap(relay, journald):
    stormy(relay, journald, 12_000, random.randrange(1 << 32))


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_j5_a_storm_of_sixty_thousand_entries(relay, journald, seed):
    stormy(relay, journald, 60_000, seed)
