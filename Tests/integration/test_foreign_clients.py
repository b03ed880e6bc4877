"""Clients that are not ours read the stream, are killed at every boundary, and go on: each event once."""

import itertools
import json
import shutil
import subprocess

import pytest
import requests
import sseclient
from harness.inputs import append, file_input

COUNT = 60


@pytest.fixture
def one(relay):
    """A relay whose log holds `COUNT` events, in frames of at most seven once they are live."""
    small = '[[route]]\nname = "small"\nbatch = { max_events = 7, max_delay = "1ms" }\n'
    relay = relay(file_input() + small)
    append(relay.path("app.log"), *[f"line {n}" for n in range(1, COUNT + 1)])
    relay.wait_head(COUNT)
    return relay


@pytest.mark.parametrize("compression", [None, "deflate"])
def test_a_websocket_reader_killed_behind_every_frame_goes_on_in_the_next_life(one, compression):
    """Each life reads one frame of events; backlog first, then what is written between lives."""
    seen, position, lives = [], f"{one.epoch}:0", 0
    while len(seen) < 2 * COUNT:
        if len(seen) == one.head:
            append(one.path("app.log"), *[f"line {n}" for n in range(one.head + 1, one.head + 12)])
        with one.ws({"stream": "small", "from": position}, compression=compression) as reader:
            reader.until("events")
            seen += reader.numbers()
            position = reader.position
            reader.abort()
        lives += 1
    assert seen == list(range(1, len(seen) + 1))
    assert lives > 5


def test_a_websocket_reader_killed_at_its_nth_frame_for_every_n(one):
    count = 4000
    append(one.path("app.log"), *[f"line {n}" for n in range(COUNT + 1, count + 1)])
    one.wait_head(count)
    with one.ws({"stream": "small", "from": f"{one.epoch}:0"}) as reader:
        reader.live()
        frames = len(reader.messages)
    assert frames > 8
    for frame in range(1, frames + 1):
        with one.ws({"stream": "small", "from": f"{one.epoch}:0"}) as first:
            for _ in range(frame):
                first.next()
            first.abort()
        with one.ws({"stream": "small", "from": first.position or f"{one.epoch}:0"}) as second:
            second.live()
        assert first.numbers() + second.numbers() == list(range(1, count + 1)), f"killed at frame {frame}"


def test_requests_reads_lines_and_goes_on_after_every_one(one):
    """PyPI `requests`: closed behind each line in turn."""
    seen, position = [], f"{one.epoch}:0"
    while len(seen) < COUNT:
        with requests.get(f"{one.url}/api/v1/stream", params={"from": position}, stream=True, timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("application/x-ndjson")
            for line in answer.iter_lines(chunk_size=1):
                event = json.loads(line)
                if "type" not in event:
                    seen.append(event["seq"])
                    position = f"{one.epoch}:{event['seq']}"
                    break
    assert seen == list(range(1, COUNT + 1))


def test_requests_reads_a_compressed_stream(one):
    headers = {"Accept-Encoding": "gzip"}
    params = {"from": f"{one.epoch}:0"}
    with requests.get(f"{one.url}/api/v1/stream", params=params, headers=headers, stream=True, timeout=10) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        lines = (json.loads(line) for line in answer.iter_lines(chunk_size=1))
        events = (line for line in lines if "type" not in line)
        seen = [event["seq"] for event in itertools.islice(events, COUNT)]
    assert seen == list(range(1, COUNT + 1))


def test_an_sse_client_goes_on_behind_the_last_id_it_saw(one):
    """PyPI `sseclient-py`, cut behind each message; the id is all it keeps."""
    seen, last = [], f"{one.epoch}:0"
    while len(seen) < COUNT:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": last}
        with requests.get(f"{one.url}/api/v1/stream", headers=headers, stream=True, timeout=10) as answer:
            # One byte at a time: the client must not have more in hand than it gave out.
            for message in sseclient.SSEClient(answer.iter_content(1)).events():
                if message.event == "message":
                    seen.append(json.loads(message.data)["seq"])
                    last = message.id
                    break
    assert seen == list(range(1, COUNT + 1))


def test_curl_follows_the_stream_until_the_relay_stops(one):
    curl = shutil.which("curl")
    assert curl, "scripts/setup test installs curl"
    command = [curl, "-sS", "-N", "--compressed", f"{one.url}/api/v1/stream?from={one.epoch}:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        lines = (json.loads(line) for line in process.stdout)
        assert next(lines)["type"] == "opened"
        assert [next(lines)["seq"] for _ in range(COUNT)] == list(range(1, COUNT + 1))
        assert next(lines)["type"] == "live"
        append(one.path("app.log"), "live at once")
        assert next(lines)["message"] == "live at once"
        one.stop()
        assert list(lines)[-1]["type"] == "end"
    assert process.returncode == 0


def test_answers_ask_proxies_to_leave_them_alone(one):
    for accept in ("application/x-ndjson", "text/event-stream"):
        with requests.get(f"{one.url}/api/v1/stream", headers={"Accept": accept}, stream=True, timeout=10) as answer:
            assert "no-transform" in answer.headers["Cache-Control"]
            assert answer.headers["X-Accel-Buffering"] == "no"
