"""Routes: whatever they drop, sample or limit, the sums hold for every reader."""

import json
import subprocess

import pytest

from harness.inputs import append, file_input
from harness.waiting import eventually

ROUTES = """
[[route]]
name = "noise"
where = "level=debug"
drop = true
[[route]]
name = "sampled"
where = "n>=0"
sample = "1:10"
[[route]]
name = "limited"
rate_limit = "40/h"
[[route]]
name = "both"
from = ["app"]
sample = "1:5"
rate_limit = "30/h"
[[route]]
name = "every"
where = "level>=info"
"""
LEVELS = ["debug", "info", "warn", "error"]


def lines(first: int, count: int) -> list[str]:
    return [
        json.dumps({"level": LEVELS[n % 4], "msg": f"request {n} took {n % 17}ms", "n": n})
        for n in range(first, first + count)
    ]


def read(one, stream: str, **query) -> tuple[list[dict], list[dict]]:
    """All of a stream so far: its events, and what it told it had left out."""
    with one.lines(stream=stream, **{"from": f"{one.epoch}:0"}, **query) as reader:
        found = [event for event in reader.until("live") if "type" not in event]
    told = [event for event in found if event["source"] == "tailrace"]
    return [event for event in found if event["source"] != "tailrace"], told


def count(told: list[dict], reason: str | None = None) -> int:
    return sum(e["fields"]["gap"]["count"] for e in told if reason in (None, e["fields"]["gap"]["reason"]))


def stream(one, name: str) -> dict:
    answer = one.get_json("/api/v1/streams")
    return next(each for each in answer["streams"] + answer["dropped"] if each["name"] == name)


def all_is_told(one) -> bool:
    """No stream has anything left to tell."""
    names = ("sampled", "limited", "both")
    return all(count(read(one, name)[1]) == sum(stream(one, name)["left_out"].values()) for name in names)


def test_kept_and_told_are_what_each_stream_has_seen(relay):
    one = relay(file_input("app", more='format = "json"') + ROUTES)
    for first in range(0, 2000, 500):
        append(one.path("app.log"), *lines(first, 500))
        one.wait_head((first + 500) * 3 // 4)
    eventually(lambda: all_is_told(one), 10, "all that was left out told")

    kept_lines, _ = read(one, "all")
    assert [event["fields"]["n"] for event in kept_lines] == [n for n in range(2000) if n % 4]
    everything = {event["seq"]: event["fields"]["n"] for event in kept_lines}
    for name, seen in {"sampled": 1500, "limited": 1500, "both": 1500, "every": 1500}.items():
        events, told = read(one, name)
        report = stream(one, name)
        assert len(events) + count(told) == seen == report["seen"]["events"], name
        assert len(events) == report["kept"]["events"] == sum(report["kept"]["levels"].values())
        assert count(told, "sampled") == report["left_out"]["sampled"]
        assert count(told, "rate_limit") == report["left_out"]["rate_limit"]
        assert len(told) == report["gap_events"] and (name == "every") == (told == [])
        missing = sorted(everything.keys() - {event["seq"] for event in events})
        if told:
            gaps = [event["fields"]["gap"] for event in told]
            assert missing[0] == min(int(gap["from"]) for gap in gaps)
            assert missing[-1] == max(int(gap["to"]) for gap in gaps)
            assert all(event["level"] == "warn" and event["fields"]["route"] == name for event in told)

    sampled, _ = read(one, "sampled")
    levels = {level: sum(event["level"] == level for event in sampled) for level in LEVELS}
    # One of each ten and the first of all; the last ten of `info` are one short, so its pick may be the one not there.
    assert levels["info"] in (50, 51)
    assert {**levels, "info": 0} == {"debug": 0, "info": 0, "warn": 50, "error": 500}
    assert stream(one, "limited")["kept"]["events"] == 40
    # What is told passes every filter, and is nowhere but in its stream.
    assert count(read(one, "limited", filter="nothing-like-this")[1]) == 1460
    assert read(one, "all")[1] == [] and read(one, "every")[1] == []
    assert count(read(one, "all", filter="stream:limited")[1]) == 1460

    # Neither do searches of all see what is told to the streams alone.
    assert one.get_json("/api/v1/histogram")["total"] == 1500
    assert one.get_json("/api/v1/facets?fields=source")["total"] == 1500

    metrics = one.metrics()
    assert metrics['tailrace_input_events_total{input="app",type="file"}'] == 2000
    assert metrics["tailrace_router_events_total"] == 2000
    assert metrics['tailrace_intake_accepted_total{input="app"}'] == 2000
    assert metrics["tailrace_router_stored_total"] == 1500 and metrics["tailrace_router_dropped_total"] == 500
    assert metrics['tailrace_dropped_events_total{route="noise"}'] == 500 == stream(one, "noise")["dropped"]["events"]
    assert metrics['tailrace_dropped_bytes_total{route="noise"}'] == stream(one, "noise")["bytes"] > 500 * 10
    told = metrics["tailrace_router_gap_events_total"]
    assert metrics["tailrace_log_committed_total"] == 1500 + told == one.head
    total = stream(one, "all")
    assert (total["taken"], total["dropped"], total["kept"]["events"]) == (2000, 500, 1500)
    # A rule makes no stream.
    assert one.get("/api/v1/stream?stream=noise").status == 400


@pytest.mark.parametrize("kills", [1, 4])
def test_what_was_not_told_when_the_relay_was_killed_is_told_after_it(relay, kills):
    one = relay(file_input("app", more='format = "json"') + ROUTES)
    for turn in range(kills):
        append(one.path("app.log"), *lines(turn * 400, 400))
        eventually(lambda: len(read(one, "all")[0]) == (turn + 1) * 300, 10, "the lines")
        one.kill9()
        one.start()
    seen = kills * 300

    def adds_up():
        return all(
            len(events) + count(told) == seen
            for events, told in (read(one, name) for name in ("sampled", "limited", "both"))
        )

    eventually(adds_up, 10, "every stream adding up")
    # It stays so: nothing is told twice.
    append(one.path("app.log"), *lines(kills * 400, 4))
    seen += 3
    eventually(adds_up, 10, "every stream adding up again")


def test_a_relay_that_stops_has_told_everything(relay):
    one = relay(file_input("app", more='format = "json"') + ROUTES)
    append(one.path("app.log"), *lines(0, 400))
    eventually(lambda: len(read(one, "all")[0]) == 300, 10, "the lines")
    assert one.stop() == 0
    one.start()
    events, told = read(one, "limited")
    assert len(events) + count(told) == 300


def test_a_reader_at_the_edge_is_told_while_nothing_comes(relay):
    one = relay(file_input("app", more='format = "json"') + ROUTES)
    with one.lines(stream="limited") as reader:
        reader.until("live")
        append(one.path("app.log"), *lines(0, 400))
        found = reader.events(41)
    assert [event["source"] for event in found] == ["app"] * 40 + ["tailrace"]
    told = "260 events left out of the stream limited by its rate_limit; the stream all has them"
    assert found[-1]["message"] == told
    assert found[-1]["fields"]["gap"] == {
        "reason": "rate_limit", "count": 260, "unit": "events", "from": "41", "to": "300",
    }  # fmt: skip


def test_captured_and_constant_fields_have_their_types(relay):
    route = r"""
[[route]]
name = "logins"
capture = ['user=(?<user>\w+)', 'from (?<address>[0-9.]+)(:(?<port>\d+))?']
set = { user = "$user", peer = "$address/$${port}", tier = 1, share = 0.5, hot = true, price = "5$$" }
"""
    one = relay(file_input("app") + route)
    append(one.path("app.log"), "login user=ana from 10.0.0.1:80", "login user=bob from 10.0.0.2", "nothing")
    one.wait_head(3)
    fields = [event["fields"] for event in read(one, "logins")[0]]
    for each in fields:
        del each["file"]
    constant = {"tier": 1, "share": 0.5, "hot": True, "price": "5$"}
    assert fields == [
        {"user": "ana", "peer": "10.0.0.1/80"} | constant,
        {"user": "bob"} | constant,
        constant,
    ]


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("roles = ['ops']", ":3:9: roles in [[route]] \"a\" need [auth]"),
        ("set = { a = '$usr' }\ncapture = '(?<user>.)'", 'did you mean "user"?'),
        ("sample = '10'", "sample in [[route]] \"a\" must be"),
        ("drop = true", "would drop every event"),
        ("drop = true\nwhere = 'stream:b'", "asks about streams, and drop rules come before them"),
    ],
)
def test_what_a_route_cannot_do_is_refused(binary, tmp_path, keys, problem):
    config = tmp_path / "tailrace.toml"
    config.write_text(f"[[route]]\nname = 'a'\n{keys}\n")
    done = subprocess.run([binary, "check", "--config", config], capture_output=True, text=True)
    assert done.returncode == 1 and problem in done.stderr + done.stdout
