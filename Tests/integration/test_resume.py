"""Resuming by position: each event once, or what is missing is named."""

import random

import pytest

from harness.inputs import append, file_input
from harness.waiting import eventually


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_reader_that_dies_at_random_frames_sees_every_event_once(relay, seed):
    one = relay(file_input())
    chance = random.Random(seed)
    written, seen, position = 0, [], None
    compression = [None, "deflate"]
    while len(seen) < 6000 or position is None:
        query = {"stream": "all", "from": position or f"{one.epoch}:0"}
        with one.ws(query, compression=chance.choice(compression)) as reader:
            for _ in range(chance.randrange(12)):
                if written < 6000 and chance.random() < 0.7:
                    count = min(chance.choice([1, 7, 300, 900]), 6000 - written)
                    append(one.path("app.log"), *[f"line {n}" for n in range(written, written + count)])
                    written += count
                try:
                    reader.next(timeout=0.05)
                except TimeoutError:
                    pass
            opened = [message for message in reader.messages if message["type"] == "opened"]
            assert all(message["complete"] for message in opened)
            seen += reader.numbers()
            position = reader.position or position
            reader.abort()
    assert seen == list(range(1, 6001))


def test_a_position_survives_a_restart_of_the_relay(relay):
    one = relay(file_input())
    append(one.path("app.log"), *[f"line {n}" for n in range(1, 101)])
    one.wait_head(100)
    with one.ws({"stream": "all", "last": 40}) as reader:
        reader.events(40)
        position = reader.position
    epoch = one.epoch
    one.kill9()
    append(one.path("app.log"), *[f"line {n}" for n in range(101, 201)])
    one.start()
    one.wait_head(200)
    assert one.epoch == epoch
    with one.ws({"stream": "all", "from": position}) as reader:
        assert [event["message"] for event in reader.events(100)] == [f"line {n}" for n in range(101, 201)]
        assert reader.messages[1]["complete"] is True


def fill_until_evicted(one) -> int:
    """Writes until the relay has let go of the oldest events; the number of lines."""
    written = 0

    def evicted():
        nonlocal written
        append(
            one.path("app.log"),
            *[f"line {n} {random.Random(n).randbytes(90).hex()}" for n in range(written, written + 2000)],
        )
        written += 2000
        one.wait_head(written)
        return one.status()["log"]["oldest"] > 1000

    eventually(evicted, 60, "eviction")
    return written


@pytest.mark.parametrize(
    "log", ['path = "memory"\nmemory = "1MiB"', 'path = "{dir}/log"\nmax_size = "1MiB"\nmemory = "1MiB"']
)
def test_an_evicted_position_is_answered_with_exactly_what_is_missing(relay, log):
    one = relay(file_input(), log=log)
    written = fill_until_evicted(one)
    with one.ws({"stream": "all", "from": f"{one.epoch}:10"}) as reader:
        opened = reader.until("opened")
        reader.until(lambda message: message["type"] == "events" and message["last"] >= written)
    missing = opened["missing"]
    assert opened["complete"] is False
    assert missing["reason"] == "evicted" and missing["from"] == 11
    assert missing["count"] == missing["to"] - missing["from"] + 1
    gaps = [message for message in reader.messages if message["type"] == "gap"]
    told = sum(gap["count"] for gap in gaps)
    # What was missing, told as a gap on the way, and what came: together every number, each once.
    assert reader.numbers()[-1] == written
    assert len(set(reader.numbers())) == len(reader.numbers()) == written - 10 - missing["count"] - told
    if not gaps:
        assert reader.numbers() == list(range(missing["to"] + 1, written + 1))


def test_headless_readers_are_told_what_is_missing_too(relay):
    one = relay(file_input(), log='path = "memory"\nmemory = "1MiB"')
    fill_until_evicted(one)
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        opened = lines.next()
        assert opened["complete"] is False and opened["missing"]["from"] == 1
        first = lines.next()
        assert first.get("type") == "gap" or first["seq"] == opened["missing"]["to"] + 1


def test_a_position_of_the_future_is_refused(relay):
    one = relay(file_input())
    append(one.path("app.log"), "one")
    one.wait_head(1)
    with one.ws({"stream": "all", "from": f"{one.epoch}:2"}) as reader:
        error = reader.until("error")
        assert error["code"] == "position" and f"{one.epoch}:1" in error["message"]
        assert reader.open(stream="all", **{"from": f"{one.epoch}:1"})["complete"] is True


def test_a_position_of_an_unknown_epoch_begins_at_the_oldest_and_says_so(relay):
    one = relay(file_input())
    append(one.path("app.log"), "one", "two")
    one.wait_head(2)
    with one.ws({"stream": "all", "from": "abcdefghij:77"}) as reader:
        opened = reader.until("opened")
        assert opened["complete"] is False and opened["missing"]["count"] is None
        assert opened["epoch"] == one.epoch
        assert [event["seq"] for event in reader.events(2)] == [1, 2]


@pytest.mark.parametrize(
    "position", ["", ":", "x", "x:", ":1", "x:-1", "x:1:2", "x:99999999999999999999999", "é:1", "x:1 "]
)
def test_a_malformed_position_is_an_error_and_never_a_place(relay, position):
    one = relay(file_input())
    with one.ws({"stream": "all", "from": position}) as reader:
        answer = reader.until(lambda message: message["type"] in ("error", "opened"))
    assert answer["type"] == "error" and answer["code"] == "position"


def test_a_memory_log_has_a_new_epoch_after_a_restart(relay):
    one = relay(file_input(), log='path = "memory"')
    append(one.path("app.log"), "one")
    one.wait_head(1)
    position = f"{one.epoch}:1"
    one.restart()
    assert one.epoch != position.split(":")[0]
    with one.ws({"stream": "all", "from": position}) as reader:
        assert reader.until("opened")["complete"] is False
