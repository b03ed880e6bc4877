"""Every input, end to end: what is written into a source comes out of the relay."""

import base64
import gzip
import os
import socket

import pytest

from harness.inputs import append, connect_unix, file_input, journal_input, unix_input
from harness.waiting import eventually


def test_lines_appended_to_a_file_reach_every_kind_of_reader(relay):
    one = relay(file_input())
    with one.ws({"stream": "all"}) as reader, one.lines() as lines:
        reader.live()
        lines.until("live")
        append(one.path("app.log"), "first line", "ERROR second line")
        assert [event["message"] for event in reader.events(2)] == ["first line", "ERROR second line"]
        assert lines.events(2) == reader.seen
        assert reader.seen[1]["level"] == "error"
    status = one.input("app")
    assert status["type"] == "file" and status["events"] == 2 and status["bytes"] == 29


def test_a_line_is_an_event_only_when_it_is_complete(relay):
    one = relay(file_input())
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        with open(one.path("app.log"), "ab", buffering=0) as file:
            file.write(b"the beginning, ")
            append(one.path("other"), "unrelated")
            reader.until("stats")
            assert reader.seen == []
            file.write(b"the middle, and the end\nnext")
            assert reader.events(1)[0]["message"] == "the beginning, the middle, and the end"


def test_files_that_appear_later_are_read_whole(relay):
    one = relay(file_input(path="{dir}/logs/**/*.log", start="end"))
    one.wait_reading("app")
    one.path("logs/deep/er").mkdir(parents=True)
    append(one.path("logs/deep/er/new.log"), *[f"line {number}" for number in range(1000)])
    one.wait_head(1000)
    with one.lines(last=1000) as lines:
        events = lines.events(1000)
    assert [event["message"] for event in events] == [f"line {number}" for number in range(1000)]
    assert events[0]["fields"]["file"] == str(one.path("logs/deep/er/new.log"))


@pytest.mark.parametrize("start, expected", [("start", ["a" * 40, "b" * 40]), ("end", []), ("-60B", ["b" * 40])])
def test_a_file_that_exists_is_read_from_where_the_configuration_says(relay, tmp_path, start, expected):
    append(tmp_path / "app.log", "a" * 40, "b" * 40)
    one = relay(file_input(start=start))
    one.wait_reading("app")
    with one.lines(last=100) as lines:
        append(one.path("app.log"), "new")
        events = lines.events(len(expected) + 1)
    assert [event["message"] for event in events] == expected + ["new"]


def test_a_file_that_is_renamed_and_made_anew_is_followed_without_loss(relay):
    one = relay(file_input(path="{dir}/app.log"))
    expected = []
    for turn in range(5):
        lines = [f"turn {turn} line {number}" for number in range(200)]
        append(one.path("app.log"), lines[0])
        one.wait_head(len(expected) + 1)
        append(one.path("app.log"), *lines[1:])
        one.path("app.log").rename(one.path(f"app.log.{turn}"))
        append(one.path(f"app.log.{turn}"), f"turn {turn} late")
        expected += lines + [f"turn {turn} late"]
    append(one.path("app.log"), "last")
    one.wait_head(len(expected) + 1)
    with one.lines(last=5000) as lines:
        texts = [event["message"] for event in lines.events(len(expected) + 1)]
    assert sorted(texts) == sorted(expected + ["last"])
    assert [text for text in texts if "line" in text] == [text for text in expected if "line" in text]


def test_a_file_that_is_copied_and_truncated_is_followed(relay):
    one = relay(file_input())
    append(one.path("app.log"), *[f"before {number}" for number in range(50)])
    one.wait_head(50)
    one.path("app.log.1").write_bytes(one.path("app.log").read_bytes())
    os.truncate(one.path("app.log"), 0)
    append(one.path("app.log"), "after")
    one.wait_head(51)
    with one.lines(last=1, filter="-gap:*") as lines:
        assert lines.events(1)[0]["message"] == "after"


def test_a_stream_socket_takes_lines_and_says_who_wrote_them(relay):
    one = relay(unix_input())
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        with connect_unix(one.path("in.sock")) as writer:
            writer.sendall(b"one\ntwo\nthree without an end")
        events = reader.events(3)
    assert [event["message"] for event in events] == ["one", "two", "three without an end"]
    assert events[0]["fields"]["pid"] == os.getpid()
    assert events[0]["fields"]["uid"] == os.getuid()


def test_a_datagram_is_an_event(relay):
    one = relay(unix_input(mode="datagram"))
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        with connect_unix(one.path("in.sock"), socket.SOCK_DGRAM) as writer:
            for number in range(100):
                writer.send(b"datagram %d" % number)
        assert [event["message"] for event in reader.events(100)] == [f"datagram {number}" for number in range(100)]


def test_a_socket_has_the_permissions_that_were_asked_for(relay):
    one = relay(unix_input(more='permissions = "0622"'))
    assert one.path("in.sock").stat().st_mode & 0o777 == 0o622


def test_a_socket_file_that_was_left_behind_is_replaced(relay, tmp_path):
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(tmp_path / "in.sock"))
    one = relay(unix_input())
    with connect_unix(one.path("in.sock")) as writer:
        writer.sendall(b"hello\n")
    one.wait_head(1)


def test_the_socket_of_a_living_process_is_not_stolen(relay, tmp_path):
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "in.sock"))
        other.listen()
        other.settimeout(5)
        one = relay(unix_input() + file_input())
        failed = eventually(lambda: (state := one.input("socket"))["state"] == "failed" and state)
        assert "in.sock" in failed["reason"]
        append(one.path("app.log"), "the other inputs run")
        one.wait_head(1)
        # Whoever connects still reaches the other process.
        with connect_unix(tmp_path / "in.sock") as writer:
            writer.sendall(b"for the other\n")
            while True:
                accepted, _ = other.accept()
                if accepted.recv(100) == b"for the other\n":
                    break


def test_s1_very_many_connections_that_say_next_to_nothing_hold_nobody_up(relay):
    """A byte from each now and then; others are read at once, and all is told in the end."""
    one = relay(unix_input(more="max_connections = 900") + file_input())
    drips = [connect_unix(one.path("in.sock")) for _ in range(800)]
    for text in [b"a", b"b", b"c"]:
        for drip in drips:
            drip.sendall(text)
        with connect_unix(one.path("in.sock")) as other:
            other.sendall(b"from another\n")
        append(one.path("app.log"), "from the file")
    one.wait_head(6)
    assert int(one.input("socket")["positions"]["connections"]) >= 800
    for drip in drips:
        drip.close()
    one.wait_head(806)
    with one.lines(last=800, filter="abc") as lines:
        assert len(lines.events(800)) == 800


def test_journal_entries_come_with_their_fields_level_and_time(relay, journal):
    journal.write(MESSAGE="before the start", PRIORITY=6)
    eventually(lambda: any(journal.directory.iterdir()), what="the journal file")
    one = relay(journal_input(journal.directory))
    with one.ws({"stream": "all", "last": 10}) as reader:
        journal.write(
            MESSAGE="upstream timed out",
            PRIORITY=3,
            _SYSTEMD_UNIT="nginx.service",
            _PID=811,
            STATUS="504",
            TAG=["a", "b"],
            BLOB=b"\x00\xff\x01",
        )
        first, second = reader.events(2)
    assert first["message"] == "before the start" and first["level"] == "info"
    assert second["message"] == "upstream timed out" and second["level"] == "error"
    fields = second["fields"]
    assert fields["unit"] == "nginx.service" and int(fields["pid"]) == 811
    assert fields["status"] in ("504", 504) and fields["tag"] == ["a", "b"]
    assert "blob" in fields
    assert one.input("journal")["events"] == 2


def test_a_journal_that_is_still_empty_is_waited_for(relay, tmp_path):
    (tmp_path / "journal").mkdir()
    one = relay(journal_input(tmp_path / "journal"))
    eventually(lambda: one.input("journal")["state"] in ("waiting", "reading"))


def test_bytes_that_are_not_utf8_can_be_had_back(relay):
    one = relay(file_input())
    with open(one.path("app.log"), "wb") as file:
        file.write(b"caf\xe9 \xff\n")
    one.wait_head(1)
    with one.lines(last=1) as lines:
        event = lines.events(1)[0]
    assert base64.b64decode(event["fields"]["raw_base64"]) == b"caf\xe9 \xff"
    assert event["message"].startswith("caf")


def test_a_line_over_the_limit_is_cut_and_marked(relay):
    one = relay(file_input(more='max_line = "4KiB"'))
    append(one.path("app.log"), "x" * 10_000, "next")
    one.wait_head(2)
    with one.lines(last=2) as lines:
        cut, following = lines.events(2)
    assert len(cut["message"]) + cut["fields"]["truncated_bytes"] == 10_000
    assert following["message"] == "next"
    assert one.input("app")["truncated"] == 1


def test_json_lines_become_fields(relay):
    one = relay(file_input(more='format = "json"'))
    append(
        one.path("app.log"),
        '{"time":"2026-11-22T07:35:12.123456789Z","level":"warning","msg":"slow","status":504,"deep":{"a":[1,2]}}',
    )
    one.wait_head(1)
    with one.lines(last=1) as lines:
        event = lines.events(1)[0]
    assert event["time"] == "2026-11-22T07:35:12.123456789Z"
    assert event["level"] == "warn" and event["message"] == "slow"
    assert event["fields"]["status"] == 504 and event["fields"]["deep"] == {"a": [1, 2]}


def test_ten_thousand_lines_written_at_once_all_arrive_in_order(relay):
    one = relay(file_input())
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        append(one.path("app.log"), *[f"line {number}" for number in range(10_000)])
        assert reader.events(10_000)[-1]["message"] == "line 9999"
        assert reader.numbers() == list(range(1, 10_001))


def test_compressed_rotations_are_not_read_as_text(relay):
    one = relay(file_input(path="{dir}/app.log*"))
    append(one.path("app.log"), "plain")
    one.wait_head(1)
    one.path("app.log.1.gz").write_bytes(gzip.compress(b"plain\n" * 100))
    append(one.path("app.log"), "plain again")
    one.wait_head(2)
    with one.lines(last=10) as lines:
        assert [event["message"] for event in lines.events(2)] == ["plain", "plain again"]
