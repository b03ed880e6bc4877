"""The books must balance: whatever happens to the relay, every number is in the log once and reaches readers once."""

import os
import random
import time

import pytest

from harness.inputs import file_input, journal_input, unix_input
from harness.ledger import Bookkeeper, Pace, RotatingFile, SocketWriter
from harness.waiting import eventually


def numbers_by_source(one) -> tuple[dict[str, list[int]], list[int]]:
    """Reads the whole log as a headless reader does."""
    numbers: dict[str, list[int]] = {}
    seqs = []
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        for event in lines.until("live"):
            if "type" in event:
                assert event["type"] in ("opened", "live"), event
                continue
            seqs.append(event["seq"])
            assert "gap" not in event["fields"], event
            numbers.setdefault(event["source"], []).append(int(event["message"].split()[0].removeprefix("n=")))
    return numbers, seqs


def run_ledger(relay, journal, tmp_path, *, kills: int, seed: int, pauses=(0.2, 2.6)):
    chance = random.Random(seed)
    file = RotatingFile(tmp_path / "app.log", every=5000)
    journal.write(MESSAGE="n=0")
    eventually(lambda: any(journal.directory.iterdir()), what="the journal file")
    one = relay(file_input("file") + journal_input(journal.directory) + unix_input("socket"))
    writers = {
        "file": Pace(1000, file.write),
        "journal": Pace(
            600,
            lambda first, count: (
                journal.write_all([{"MESSAGE": f"n={n + 1}", "PRIORITY": "6"} for n in range(first, first + count)])
                or count
            ),
        ),
        "socket": Pace(700, SocketWriter(tmp_path / "in.sock").write),
    }
    keeper = Bookkeeper(one, f"{one.epoch}:0")
    keeper.start()
    for writer in writers.values():
        writer.start()
    for _ in range(kills):
        # The moment of the kill is what is random here; nothing is waited for.
        time.sleep(chance.uniform(*pauses))
        one.kill9()
        one.start()
    counts = {name: writer.stop() for name, writer in writers.items()}
    counts["journal"] += 1

    eventually(lambda: one.input("file").get("lag_bytes", 0) == 0 and _settled(one), 30, "all that was written")
    head = one.head
    eventually(lambda: keeper.position.endswith(f":{head}") or keeper.failure, 30, f"the reader at {head}")
    keeper.stop()
    return one, counts, file, keeper


def _settled(one) -> bool:
    """Nothing has come for a second."""
    before = one.head
    time.sleep(1)
    return one.head == before


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_the_relay_is_killed_thirty_times(relay, journal, tmp_path):
    one, counts, file, keeper = run_ledger(relay, journal, tmp_path, kills=30, seed=20261122)
    numbers, seqs = numbers_by_source(one)

    assert seqs == list(range(1, one.head + 1))
    assert numbers["file"] == list(range(counts["file"]))
    assert numbers["journal"] == list(range(counts["journal"]))
    # Nobody can read a socket twice: what was under way is lost, but nothing comes twice or out of order.
    assert all(earlier < later for earlier, later in zip(numbers["socket"], numbers["socket"][1:]))
    assert len(numbers["socket"]) > counts["socket"] / 3
    assert file.rotations >= 5 and keeper.connections > 15
    told = {number for gap in keeper.gaps for number in range(gap["from"], gap["to"] + 1)}
    assert len(keeper.seqs) == len(set(keeper.seqs))
    assert sorted(set(keeper.seqs) | told) == seqs and keeper.seqs == sorted(keeper.seqs)
    assert not [pid for pid in _relays(one) if pid not in (one.pid, *_children(one.pid))]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_lost_or_doubled_in_a_hundred_quick_kills(relay, journal, tmp_path, seed):
    one, counts, _, keeper = run_ledger(relay, journal, tmp_path, kills=100, seed=seed, pauses=(0.0, 1.0))
    numbers, seqs = numbers_by_source(one)
    assert numbers["file"] == list(range(counts["file"]))
    assert numbers["journal"] == list(range(counts["journal"]))
    assert keeper.seqs == seqs


def _relays(one) -> list[int]:
    """Processes of this relay's program whose command line names the test's folder: none may outlive it."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                command = file.read()
        except OSError:
            continue
        if str(one.home).encode() in command and b"tailrace" in command.split(b"\0")[0]:
            found.append(int(name))
    return found


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        listed = file.read().split()
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/children") as file:
            listed += file.read().split()
    return [int(child) for child in listed]


def test_the_process_that_reads_the_journal_ends_with_the_relay(relay, journal):
    journal.write(MESSAGE="n=0")
    eventually(lambda: any(journal.directory.iterdir()))
    one = relay(journal_input(journal.directory))
    one.wait_head(1)
    readers = _children(one.pid)
    assert readers
    one.kill9()
    eventually(lambda: not any(os.path.exists(f"/proc/{pid}") and _is_alive(pid) for pid in readers), 10)


def _is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_journal_is_read_on_when_its_reader_is_killed(relay, journal):
    journal.write_all([{"MESSAGE": f"n={n}"} for n in range(100)])
    eventually(lambda: any(journal.directory.iterdir()))
    one = relay(journal_input(journal.directory))
    one.wait_head(100)
    for turn in range(3):
        for pid in _children(one.pid):
            os.kill(pid, 9)
        journal.write_all([{"MESSAGE": f"n={n}"} for n in range(100 + turn * 50, 150 + turn * 50)])
        one.wait_head(150 + turn * 50, timeout=20)
    numbers, _ = numbers_by_source(one)
    assert numbers["journal"] == list(range(250))
