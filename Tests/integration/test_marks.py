"""Notes on events: sent by viewers and scripts, seen by all, kept in the log."""

import json
import subprocess

import pytest

from harness.inputs import append, file_input
from harness.http import request

ROUTES = (
    '[[route]]\nname = "errors"\nwhere = "level>=error"\nset = { team = "web" }\n'
    '[[route]]\nname = "quiet"\nwhere = "level<error"\n'
)
JSON = {"Content-Type": "application/json"}


def start(relay, **options):
    one = relay(file_input() + ROUTES, **options)
    append(one.path("app.log"), "ERROR it broke", "INFO it goes on")
    one.wait_head(2)
    return one


def post(one, body, headers=JSON):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return request(one.port, "/api/v1/marks", method="POST", headers=headers, body=data)


def called(reader) -> dict:
    """The first mark that was called out."""
    return next((message for message in reader.messages if message["type"] == "mark"), None) or reader.until("mark")


def test_a_note_reaches_every_viewer_of_the_stream_and_its_author(relay):
    one = start(relay)
    author, other, deaf = (one.ws({"stream": name}) for name in ("errors", "all", "quiet"))
    with author, other, deaf:
        for reader in (author, other, deaf):
            reader.live()
        author.send("mark", seq=1, text="<b>rolled back</b> \"now\"")
        receipt = author.until("marked")
        calls = [called(reader) for reader in (author, other)]
        append(one.path("app.log"), "INFO end")
        deaf.events(1)
    assert receipt == {"type": "marked", "position": f"{one.epoch}:3", "seq": 3, "of": 1}
    assert calls[0] == calls[1]
    call = calls[0]
    assert call["seq"] == 3 and call["of"] == 1 and call["position"] == f"{one.epoch}:3"
    assert call["text"] == "<b>rolled back</b> \"now\"" and call["user"] == "anonymous" and call["peer"] == "127.0.0.1"
    assert other.numbers()[0] == 3
    event = other.seen[0]
    assert event["source"] == "tailrace" and event["level"] == "notice" and event["message"] == call["text"]
    assert event["fields"] == {
        "mark": {"seq": 1, "position": f"{one.epoch}:1", "user": "anonymous", "peer": "127.0.0.1"}
    }
    assert [event["message"] for event in deaf.seen] == ["INFO end"]
    assert not any(message["type"] == "mark" for message in deaf.messages)


def test_notes_survive_kill_9_and_are_listed(relay):
    one = start(relay)
    for number in range(5):
        answer = post(one, {"seq": 1 + number % 2, "text": f"note {number}"})
        assert answer.status == 201, answer
        assert answer.json() == {"position": f"{one.epoch}:{3 + number}", "seq": 3 + number, "of": 1 + number % 2}
    one.kill9()
    one.start()
    listed = one.get_json("/api/v1/marks")
    assert [mark["message"] for mark in listed["marks"]] == [f"note {number}" for number in range(5)]
    assert listed["next"] is None and listed["epoch"] == one.epoch
    part = one.get_json("/api/v1/marks?limit=2")
    assert [mark["seq"] for mark in part["marks"]] == [3, 4] and part["next"] == f"{one.epoch}:4"
    rest = one.get_json(f"/api/v1/marks?limit=2&from={part['next']}")
    assert [mark["seq"] for mark in rest["marks"]] == [5, 6]
    assert post(one, {"position": f"{one.epoch}:2", "text": "after"}).status == 201
    assert [mark["fields"]["mark"]["seq"] for mark in one.get_json("/api/v1/marks")["marks"]] == [1, 2, 1, 2, 1, 2]


def test_a_search_that_passes_blocks_by_finds_notes(relay):
    one = start(relay)
    append(one.path("app.log"), *(f"line {number}" for number in range(5000)))
    one.wait_head(5002)
    assert post(one, {"seq": 17, "text": "here it began"}).status == 201
    one.wait_head(5003)
    append(one.path("app.log"), *(f"line {number}" for number in range(5000, 8000)))
    one.wait_head(8003)
    # After a restart all of it is read from the disk.
    one.kill9()
    one.restart()
    found = one.get_json("/api/v1/events?filter=nothing-like-this")["events"]
    assert [(event["seq"], event["message"]) for event in found] == [(5003, "here it began")]
    assert one.get_json("/api/v1/events?filter=nothing-like-this+-mark:*")["events"] == []


def test_a_filter_shows_notes_and_hides_them_when_asked(relay):
    one = start(relay)
    assert post(one, {"seq": 2, "text": "noted"}).status == 201
    for query, seqs in [("nothing", [3]), ("broke -mark:*", [1]), ("mark.seq=2", [3]), ("mark.seq=1", [])]:
        with one.ws({"filter": query, "last": 10}) as reader:
            reader.live()
            assert reader.numbers() == seqs, query


@pytest.mark.parametrize(
    "body, status, words",
    [
        ({"seq": 99, "text": "x"}, 404, "1 to 2"),
        ({"seq": 0, "text": "x"}, 404, "no event 0"),
        ({"seq": 2, "text": "x", "stream": "errors"}, 404, "stream"),
        ({"seq": 1, "text": "x", "stream": "nosuch"}, 404, "stream"),
        ({"seq": 1, "text": " \n"}, 400, "empty"),
        ({"seq": 1, "text": "x" * 4097}, 400, "4096"),
        ({"seq": 1}, 400, "text"),
        ({"text": "x"}, 400, "seq"),
        ({"seq": "1", "text": "x"}, 400, "seq"),
        ({"position": "nowhere", "text": "x"}, 400, "position"),
        ({"position": "otherlog:1", "text": "x"}, 400, "another log"),
        ({"position": "otherlog:1", "seq": 1, "text": "x"}, 400, "either"),
        (b"[]", 400, "JSON object"),
        (b"{", 400, "JSON object"),
        (b"\xff", 400, "JSON object"),
    ],
)
def test_what_is_wrong_with_a_note_is_said(relay, body, status, words):
    one = start(relay)
    answer = post(one, body)
    assert answer.status == status and answer.headers["Content-Type"] == "application/problem+json", answer
    assert words in answer.json()["detail"], answer
    assert one.head == 2
    for query in ("limit=0", "from=x", "from=otherlog:1"):
        assert one.get(f"/api/v1/marks?{query}").status == 400, query


def test_a_position_of_another_log_is_no_event_of_this_one(relay):
    one = start(relay)
    with one.ws({"stream": "all"}) as reader:
        reader.send("mark", seq="otherlog:1", text="x")
        assert "another log" in reader.until("error")["message"]
    assert post(one, {"position": f"{one.epoch}:1", "text": "x"}).status == 201


def test_a_page_of_another_site_cannot_write(relay):
    one = start(relay)
    good = {"seq": 1, "text": "x"}
    own = f"http://127.0.0.1:{one.port}"
    assert post(one, good, {"Content-Type": "text/plain"}).status == 415
    assert post(one, good, {}).status == 415
    assert post(one, good, {"Content-Type": "application/x-www-form-urlencoded"}).status == 415
    assert post(one, good, {**JSON, "Origin": "https://evil.example"}).status == 403
    assert post(one, good, {**JSON, "Origin": "null"}).status == 403
    assert post(one, good, {**JSON, "Sec-Fetch-Site": "cross-site"}).status == 403
    assert post(one, good, {**JSON, "Host": "evil.example"}).status == 403
    assert one.head == 2
    assert post(one, good, {"Content-Type": "application/json; charset=utf-8", "Origin": own}).status == 201


def test_a_connection_that_notes_too_fast_is_told_and_counted(relay):
    one = start(relay)
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        for number in range(30):
            reader.send("mark", seq=1, text=f"note {number}")
        answers = [reader.until(lambda message: message["type"] in ("marked", "error")) for _ in range(30)]
        errors = [answer for answer in answers if answer["type"] == "error"]
        assert 15 <= len(errors) <= 20
        assert {error["code"] for error in errors} == {"mark"} and "too many" in errors[0]["message"]
        assert reader.open(stream="all")["type"] == "opened"
        reader.send("mark", text="x")
        assert reader.until("error")["code"] == "request"
    assert one.metrics()["tailrace_marks_total"] == 30 - len(errors)
    assert one.metrics()["tailrace_marks_refused_total"] == len(errors)


def test_a_log_line_cannot_forge_a_note(relay):
    one = relay(file_input())
    append(one.path("app.log"), '{"level":"notice","message":"fake","mark":{"seq":1,"user":"root"}}')
    one.wait_head(1)
    with one.ws({"filter": "nothing", "last": 10}) as reader:
        reader.live()
        assert reader.numbers() == []
    assert one.get_json("/api/v1/marks")["marks"] == []


def test_no_input_can_be_called_like_the_relay(binary, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text(file_input(name="tailrace", path=f"{tmp_path}/*.log"))
    done = subprocess.run([str(binary), "check", "--config", str(config)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and "relay itself" in done.stderr
