"""The protocol on `/ws` as a client sees it."""

import json

from harness.inputs import append, file_input
from harness.waiting import eventually

LEVELS = ["debug", "info", "warn", "error"]
ROUTE = '[[route]]\nname = "errors"\nwhere = "level>=error"\n'


def write_levels(one, count: int, start: int = 0):
    append(one.path("app.log"), *[f"{LEVELS[n % 4].upper()} line {n}" for n in range(start, start + count)])


def test_a_client_that_only_listens_gets_history_and_then_what_comes(relay):
    one = relay(file_input())
    write_levels(one, 40)
    one.wait_head(40)
    with one.ws({"stream": "all", "filter": "level>=warn", "last": 5}) as reader:
        hello, opened = reader.next(), reader.next()
        reader.live()
        write_levels(one, 4, start=40)
        events = reader.events(7)
    assert hello["type"] == "hello" and hello["head"] == 40 and hello["oldest"] == 1
    assert hello["epoch"] == opened["epoch"] == one.epoch
    assert hello["streams"] == ["all"] and hello["host"] and hello["version"] and hello["limits"]
    assert opened["type"] == "opened" and opened["complete"] is True and opened["filter"] == "level>=warn"
    assert [event["seq"] for event in events] == [32, 35, 36, 39, 40, 43, 44]
    assert {event["level"] for event in events} == {"warn", "error"}


def test_an_event_has_the_members_that_the_design_names(relay):
    one = relay(file_input())
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        append(one.path("app.log"), "2020-01-02T03:04:05.678901234Z ERROR it broke")
        event = reader.events(1)[0]
        batch = next(message for message in reader.messages if message["type"] == "events")
    assert list(event) == ["seq", "time", "level", "received", "source", "host", "message", "fields"]
    assert event["time"] == "2020-01-02T03:04:05.678901234Z"
    assert event["source"] == "app" and event["level"] == "error"
    assert batch["first"] == batch["last"] == 1 and batch["matched"] == batch["seen"] == 1
    assert batch["position"] == f"{one.epoch}:1"


def test_frames_name_every_seq_they_considered_and_count_what_passed(relay):
    one = relay(file_input())
    with one.ws({"stream": "all", "filter": "level=error"}) as reader:
        reader.live()
        for turn in range(10):
            write_levels(one, 400, start=turn * 400)
        reader.events(1000)
        batches = [message for message in reader.messages if message["type"] == "events"]
    assert sum(batch["matched"] for batch in batches) == 1000
    assert batches[0]["first"] == 1
    for earlier, later in zip(batches, batches[1:]):
        assert later["first"] > earlier["last"]
    assert sum(batch["seen"] for batch in batches) <= 4000
    assert all(batch["first"] <= event["seq"] <= batch["last"] for batch in batches for event in batch["events"])


def test_a_wrong_filter_names_its_column_and_leaves_the_lens(relay):
    one = relay(file_input())
    with one.ws({"stream": "all", "filter": "line"}) as reader:
        reader.live()
        error = reader.open(stream="all", filter="level>=warn (oops")
        assert error["type"] == "error" and error["code"] == "filter"
        assert 13 <= error["at"] <= 18 and error["message"]
        write_levels(one, 1)
        assert reader.events(1)[0]["message"] == "DEBUG line 0"


def test_a_wrong_filter_in_the_address_is_told_on_an_open_connection(relay):
    one = relay(file_input())
    with one.ws({"stream": "all", "filter": "a | b"}) as reader:
        error = reader.until("error")
        assert error["code"] == "filter" and error["at"] == 3
        assert reader.open(stream="all", filter="a")["type"] == "opened"


def test_requests_that_make_no_sense_are_answered_with_an_error(relay):
    one = relay(file_input())
    with one.ws() as reader:
        reader.until("hello")
        cases = [
            ("not json", "request"),
            ("[]", "request"),
            ('{"type":"dance"}', "request"),
            ('{"no":"type"}', "request"),
            ('{"type":"open","stream":"nowhere"}', "stream"),
            ('{"type":"open","from":"rubbish"}', "position"),
            ('{"type":"open","last":-1}', "request"),
            ('{"type":"open","last":"ten"}', "request"),
            ('{"type":"open","max_rate":0}', "request"),
            ('{"type":"fetch","from":1,"to":2}', "request"),
            ('{"type":"rate","events_per_second":0}', "request"),
            ('{"type":"open","from":"x:1","last":5}', "request"),
        ]
        for text, code in cases:
            reader.socket.send(text)
            error = reader.until(lambda message: message["type"] in ("error", "opened"))
            assert error.get("code") == code and error["message"], (text, error)
        assert reader.open(stream="all")["type"] == "opened"


def test_a_second_open_replaces_the_lens(relay):
    one = relay(file_input() + ROUTE)
    with one.ws({"stream": "all", "filter": "level=debug"}) as reader:
        assert reader.until("hello")["streams"] == ["all", "errors"]
        reader.live()
        write_levels(one, 8)
        assert {event["level"] for event in reader.events(2)} == {"debug"}
        assert reader.open(stream="errors", last=1)["stream"] == "errors"
        reader.live()
        write_levels(one, 8, start=8)
        assert [event["seq"] for event in reader.events(5)[2:]] == [8, 12, 16]


def test_a_route_takes_only_its_inputs_and_sets_its_fields(relay):
    route = '[[route]]\nname = "b"\nfrom = ["b"]\nset = { team = "web" }\n'
    one = relay(file_input("a", "{dir}/a.log") + file_input("b", "{dir}/b.log") + route)
    with one.ws({"stream": "b"}) as reader, one.ws({"stream": "all"}) as everything:
        reader.live()
        everything.live()
        append(one.path("a.log"), "from a")
        everything.events(1)
        append(one.path("b.log"), "from b")
        event = reader.events(1)[0]
        everything.events(2)
    assert event["message"] == "from b" and event["fields"]["team"] == "web"
    assert reader.texts() == ["from b"] and everything.texts() == ["from a", "from b"]
    assert [stream["name"] for stream in one.get_json("/api/v1/streams")["streams"]] == ["all", "b"]


def test_a_projection_sends_only_the_named_fields(relay):
    one = relay(file_input(more='format = "json"'))
    with one.ws() as reader:
        reader.until("hello")
        reader.open(stream="all", fields=["status", "nothing"])
        reader.live()
        append(one.path("app.log"), '{"msg":"x","status":200,"path":"/a\\"b"}')
        assert reader.events(1)[0]["fields"] == {"status": 200}


def test_a_bounded_rate_leaves_out_the_rest_with_an_exact_gap(relay):
    one = relay(file_input())
    with one.ws({"stream": "all", "max_rate": 50}) as reader:
        reader.live()
        append(one.path("app.log"), *[f"line {number}" for number in range(2000)])
        one.wait_head(2000)
        # The gap is told before the next message.
        append(one.path("app.log"), "ERROR the end")
        reader.until(lambda message: message["type"] == "events" and message["events"][-1]["seq"] == 2001)
    gaps = [message for message in reader.messages if message["type"] == "gap"]
    assert {gap["reason"] for gap in gaps} == {"sampled"}
    assert len(reader.seen) + sum(gap["count"] for gap in gaps) == 2001
    assert 50 <= len(reader.seen) <= 300


def test_a_rate_can_be_set_and_lifted_later(relay):
    one = relay(file_input())
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        reader.send("rate", events_per_second=10)
        reader.live()
        append(one.path("app.log"), *[f"line {number}" for number in range(500)])
        one.wait_head(500)
        reader.send("rate", events_per_second=None)
        reader.live()
        append(one.path("app.log"), "the end")
        reader.until(lambda message: message["type"] == "events" and message["events"][-1]["seq"] == 501)
    told = sum(message["count"] for message in reader.messages if message["type"] == "gap")
    assert len(reader.seen) + told == 501


def test_a_held_reader_gets_nothing_and_is_told_the_exact_count_when_released(relay):
    one = relay(file_input())
    with one.ws({"stream": "all", "filter": "level>=warn"}) as reader:
        reader.live()
        write_levels(one, 4)
        reader.events(2)
        reader.send("hold")
        eventually(lambda: one.metrics()["tailrace_readers_live"] <= 1)
        # An answer to a later request shows that the hold has been taken.
        reader.send("fetch", **{"from": 1, "to": 1})
        reader.until("fetched")
        write_levels(one, 1000, start=4)
        one.wait_head(1004)
        counted = reader.until(lambda message: message["type"] == "stats" and message["seen"] >= 1004)
        assert counted["matched"] == 502
        assert len(reader.seen) == 2
        reader.send("release")
        gap = reader.until("gap")
        assert gap["reason"] == "paused" and gap["count"] == 500
        assert gap["from"] >= 4 and gap["to"] == 1004
        reader.live()
        write_levels(one, 4, start=1004)
        assert [event["seq"] for event in reader.events(4)[2:]] == [1007, 1008]


def test_a_held_reader_can_play_what_it_missed(relay):
    one = relay(file_input())
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        write_levels(one, 4)
        reader.events(4)
        reader.send("hold")
        reader.send("fetch", **{"from": 1, "to": 1})
        reader.until("fetched")
        write_levels(one, 996, start=4)
        one.wait_head(1000)
        reader.send("release", play=True)
        reader.events(1000)
        write_levels(one, 4, start=1000)
        reader.events(1004)
    assert reader.numbers() == list(range(1, 1005))
    assert not [message for message in reader.messages if message["type"] == "gap"]


def test_a_hold_before_any_event_counts_from_there(relay):
    one = relay(file_input())
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        reader.send("hold")
        reader.send("fetch", **{"from": 1, "to": 1})
        reader.until("fetched")
        write_levels(one, 10)
        one.wait_head(10)
        reader.until(lambda message: message["type"] == "stats" and message["seen"] == 10)
        reader.send("release")
        gap = reader.until("gap")
    assert (gap["from"], gap["to"], gap["count"]) == (1, 10, 10)


def test_a_range_can_be_fetched_beside_the_live_stream(relay):
    one = relay(file_input())
    write_levels(one, 3000)
    one.wait_head(3000)
    with one.ws({"stream": "all", "filter": "level=error"}) as reader:
        reader.live()
        reader.send("fetch", **{"from": 100, "to": 2900})
        done = reader.until("fetched")
        parts = [message for message in reader.messages if message.get("fetched")]
        fetched = [event["seq"] for part in parts for event in part["events"]]
        write_levels(one, 4, start=3000)
        assert [event["seq"] for event in reader.events(1)] == [3004]
    assert fetched == list(range(100, 2901, 4))
    assert done == {"type": "fetched", "from": 100, "to": 2900, "count": 701, "complete": True}


def test_a_backlog_ends_with_live_and_nothing_is_missed_at_the_seam(relay):
    one = relay(file_input())
    write_levels(one, 2000)
    one.wait_head(2000)
    readers, written = [], 2000
    for _ in range(12):
        one.wait_head(written - 700)
        # Comes while the reader is on its way, in blocks larger than a message.
        readers.append(one.ws({"stream": "all", "from": f"{one.epoch}:{written - 700}"}))
        write_levels(one, 1500, start=written)
        written += 1500
    for reader in readers:
        reader.until(lambda message: message["type"] == "events" and message["last"] == written, timeout=30)
        assert reader.numbers() == list(range(reader.numbers()[0], written + 1))
        batches = [message for message in reader.messages if message["type"] == "events"]
        assert all(len(batch["events"]) == batch["matched"] for batch in batches)
        reader.abort()


def test_a_filter_may_name_a_time_to_begin(relay):
    one = relay(file_input())
    append(one.path("app.log"), "2020-01-02T03:04:05Z old")
    write_levels(one, 4)
    one.wait_head(5)
    with one.ws({"stream": "all", "since": "1h"}) as reader:
        reader.live()
        assert reader.numbers() == [2, 3, 4, 5]


def test_stats_come_every_second_and_hold_the_counts(relay):
    one = relay(file_input())
    with one.ws({"stream": "all", "filter": "level=error"}) as reader:
        reader.live()
        write_levels(one, 400)
        reader.events(100)
        stats = reader.until(lambda message: message["type"] == "stats" and message["seen"] == 400)
    assert stats["head"] == 400 and stats["matched"] == 100
    assert stats["levels"]["matched"] == {"error": 100}
    assert stats["levels"]["seen"] == {"debug": 100, "info": 100, "warn": 100, "error": 100}
    assert stats["wire"]["raw"] > stats["wire"]["bytes"] > 0
    assert stats["sources"]["app"]["state"] in ("reading", "waiting")


def test_a_quiet_connection_hears_a_beat(relay):
    one = relay(file_input())
    with one.ws({"stream": "all"}) as reader:
        beat = reader.until("beat", timeout=16)
    assert beat["position"] == f"{one.epoch}:0" and beat["time"].endswith("Z")


def test_text_that_json_must_escape_arrives_as_it_was(relay):
    one = relay(file_input(more='format = "plain"'))
    texts = ['quote " backslash \\ slash /', "tab\tand \x01 control \x7f", "ünïcödé 🦊 \u2028", "</script><b>", "{}"]
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        append(one.path("app.log"), *texts)
        assert [event["message"] for event in reader.events(len(texts))] == texts


def test_the_subprotocol_is_agreed_to_when_offered(relay):
    one = relay()
    with one.ws(subprotocols=["tailrace.v1"]) as reader:
        assert reader.socket.subprotocol == "tailrace.v1"
    with one.ws() as reader:
        assert reader.socket.subprotocol is None


def test_messages_are_valid_json_whatever_the_fields_hold(relay):
    one = relay(file_input(more='format = "json"'))
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        append(
            one.path("app.log"),
            json.dumps({"msg": "a\u0000b", 'k"ey': "v\\", "n": 1e300, "deep": [[[{"x": None}]]]}),
            '{"msg":"twice","a":1,"a":2}',
            '{"broken":',
            "[1,2]",
            '"text"',
            "null",
            "",
        )
        append(one.path("app.log"), "the end")
        reader.until(lambda message: message["type"] == "events" and message["events"][-1]["message"] == "the end")
    assert reader.seen[0]["fields"]['k"ey'] == "v\\"
    assert any("broken" in text for text in reader.texts())
