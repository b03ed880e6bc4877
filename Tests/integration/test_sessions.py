"""The conversation of the WebSocket over plain requests: `/api/v1/session`, in a stream and by polls."""

import gzip
import json
import random
import socket
import threading
import zlib
from contextlib import ExitStack

import pytest

from harness.http import request
from harness.inputs import append, file_input
from harness.ledger import Pace, RotatingFile
from harness.session import JSON, SESSION, Over, Session
from harness.waiting import eventually

MODES = ["stream", "poll"]
MAX_SESSIONS = 1000


def start(relay, lines: int = 0, **options):
    one = relay(file_input(), **options)
    append(one.path("app.log"), *(f"line {number}" for number in range(1, lines + 1)))
    one.wait_head(lines) if lines else one.wait_reading("app")
    return one


@pytest.mark.parametrize("mode", MODES)
def test_the_conversation_is_that_of_the_websocket(relay, mode):
    one = start(relay, 30)
    with Session(one.port, mode) as session, one.ws() as socket_reader:
        hello = session.until("hello")
        assert hello == socket_reader.until("hello")
        opened = session.open(filter="line", last=20)
        assert opened == socket_reader.open(filter="line", last=20)
        assert session.events(20) == socket_reader.events(20)
        assert session.until("live")["position"] == f"{one.epoch}:30"
        append(one.path("app.log"), "line 31")
        assert session.events(21)[-1] == socket_reader.events(21)[-1]
        assert session.until("stats")["matched"] >= 1
        assert len(session.id) == 32 and set(session.id) <= set("0123456789abcdef")
    eventually(lambda: one.metrics()["tailrace_http_sessions"] == 0, what="the end of the session")
    assert one.metrics()["tailrace_http_sessions_total"] == 1


@pytest.mark.parametrize("mode", MODES)
def test_hold_fetch_watch_rate_and_marks_work(relay, mode):
    one = start(relay, 30)
    with Session(one.port, mode, stream="all") as session:
        session.until("live")
        session.send("hold")
        session.send("fetch", **{"from": 3, "to": 9})
        fetched = session.until("fetched")
        assert fetched["count"] == 7 and fetched["complete"]
        append(one.path("app.log"), "line 31", "line 32")
        one.wait_head(32)
        session.send("release")
        gap = session.until("gap")
        assert (gap["from"], gap["to"], gap["count"], gap["reason"]) == (31, 32, 2, "paused")
        session.send("watch", panels=[{"kind": "stat"}])
        assert len(session.until("watching")["panels"]) == 1
        assert session.until("panel")["total"] >= 0
        session.until("live") if not any(one["type"] == "live" for one in session.messages[-4:]) else None
        session.send("mark", seq=5, text="seen over plain HTTP")
        # Author and viewers hear of it in either order.
        session.until(lambda _: {"mark", "marked"} <= {message["type"] for message in session.messages})
        mark = next(message for message in session.messages if message["type"] == "mark")
        assert mark["of"] == 5 and mark["text"] == "seen over plain HTTP" and mark["peer"] == "127.0.0.1"
        session.send("rate", events_per_second=None)
        session.send("nonsense")
        assert session.until("error")["code"] == "request"


@pytest.mark.parametrize("mode", MODES)
def test_what_comes_is_compressed_when_asked(relay, mode):
    one = start(relay, 100)
    if mode == "poll":
        headers = {"Accept-Encoding": "gzip"}
        answer = request(one.port, f"{SESSION}?mode=poll&last=100", method="POST", headers=headers)
        assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Cache-Control"] == "no-store, no-transform"
        assert gzip.decompress(answer.body).startswith(b"event: session\ndata: {")
        return
    with socket.create_connection(("127.0.0.1", one.port), timeout=10) as connection:
        connection.sendall(f"POST {SESSION}?last=100 HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        received = b""
        while b'"live"' not in _inflated(received):
            received += connection.recv(65536)
        head = received.split(b"\r\n\r\n")[0]
        assert b"Content-Encoding: gzip" in head and b"X-Accel-Buffering: no" in head
        assert _inflated(received).count(b'"seq":') >= 100


def _inflated(received: bytes) -> bytes:
    _, _, body = received.partition(b"\r\n\r\n")
    return zlib.decompressobj(31).decompress(body) if body else b""


class LossyViewer(threading.Thread):
    """Comes back with its position whenever its session is gone, and now and then loses an answer."""

    def __init__(self, one, mode: str, seed: int):
        super().__init__(daemon=True)
        self.one, self.mode, self.chance = one, mode, random.Random(seed)
        self.position = f"{one.epoch}:0"
        self.seqs: list[int] = []
        self.sessions = self.lost = 0
        self.failure: BaseException | None = None
        self.stopping = threading.Event()

    def run(self):
        try:
            while not self.stopping.is_set():
                try:
                    self._session()
                except (OSError, Over, EOFError):
                    self.stopping.wait(0.02)
                except Exception as failure:  # an answer that was cut off
                    if type(failure).__name__ not in ("IncompleteRead", "BadStatusLine", "RemoteDisconnected"):
                        raise
        except BaseException as failure:
            self.failure = failure

    def _session(self):
        with Session(self.one.port, self.mode, **{"from": self.position}) as session:
            self.sessions += 1
            while not self.stopping.is_set():
                if self.chance.random() < 0.05:
                    if not self._lose(session):
                        return
                message = session.next()
                assert message["type"] not in ("error", "gap"), message
                assert message["type"] != "opened" or message["complete"], message
                if message["type"] == "events":
                    self.seqs += [event["seq"] for event in message["events"]]
                    self.position = message["position"]

    def _lose(self, session: Session) -> bool:
        """A poll whose answer never came is asked again, as a browser does by itself; a stream is cut."""
        self.lost += 1
        if self.mode == "stream":
            return False
        session.poll()
        session.answers -= 1
        assert session.poll().status == 409
        return False

    def stop(self):
        self.stopping.set()
        self.join(25)
        assert self.failure is None, self.failure


@pytest.mark.parametrize("mode, kills", [("stream", 3), ("poll", 3)])
def test_every_event_comes_once_though_answers_get_lost_and_the_relay_is_killed(relay, tmp_path, mode, kills):
    seed = 20261122
    print("seed", seed)
    file = RotatingFile(tmp_path / "app.log", every=2000)
    one = relay(file_input())
    viewer = LossyViewer(one, mode, seed)
    viewer.start()
    writer = Pace(500, file.write).start()
    for number in range(1, kills + 1):
        eventually(lambda: len(viewer.seqs) > 600 * number or viewer.failure, 60, "events")
        one.kill9()
        one.start()
    eventually(lambda: viewer.lost >= 3 or viewer.failure, 60, "answers that got lost")
    count = writer.stop()
    head = one.wait_head(count, 30)
    eventually(lambda: viewer.position.endswith(f":{head}") or viewer.failure, 60, f"the viewer at {head}")
    viewer.stop()
    assert viewer.seqs == list(range(1, head + 1))
    assert viewer.sessions > kills and viewer.lost >= 3


def test_a_viewer_that_polls_seldom_reads_on_from_the_log(relay):
    one = start(relay)
    with Session(one.port, "poll", stream="all") as session:
        session.until("live")
        for part in range(20):
            append(one.path("app.log"), *(f"line {part * 500 + n} {'x' * 80}" for n in range(500)))
            one.wait_head((part + 1) * 500)
        sizes = []
        while len(session.seen) < 10_000:
            before = sum(len(json.dumps(message)) for message in session.messages)
            session.until("events")
            sizes.append(sum(len(json.dumps(message)) for message in session.messages) - before)
        assert [event["seq"] for event in session.seen] == list(range(1, 10_001))
        assert not any(message["type"] == "gap" for message in session.messages)


def test_polls_are_answered_once_and_one_at_a_time(relay):
    one = start(relay, 5)
    with Session(one.port, "poll") as session:
        session.until("hello")
        statuses = []
        ask = lambda: statuses.append(request(one.port, f"{session.path}?answer=1", timeout=30).status)
        polls = [threading.Thread(target=ask) for _ in range(2)]
        for poll in polls:
            poll.start()
        # Whichever comes second takes the place; the other one is told.
        eventually(lambda: statuses == [409], what="the end of the first poll")
        session.send("nonsense")
        for poll in polls:
            poll.join()
        assert statuses == [409, 200]
        head = request(one.port, f"{session.path}?answer=2", method="HEAD")
        assert head.status == 200
        again = request(one.port, f"{session.path}?answer=1")
        assert again.status == 409 and "resume from your position" in again.json()["detail"]
        assert request(one.port, f"{session.path}?answer=2").status == 404
    for query in ("", "?answer=", "?answer=x", "?answer=-1"):
        assert request(one.port, f"{SESSION}/{'0' * 32}{query}").status == 400


def test_what_is_no_message_or_no_session_is_refused(relay):
    one = start(relay)
    with Session(one.port, "stream") as session:
        session.until("hello")
        assert session.post(b'{"type":"hold"}', {"Content-Type": "text/plain"}).status == 415
        assert session.post(b'{"type":"hold"}', {}).status == 415
        assert session.post(b" " * 65_537).status == 413
        assert session.post(b"no json").status == 204
        assert session.until("error")["code"] == "request"
        assert request(one.port, f"{session.path}?answer=1").status == 409
        assert request(one.port, SESSION + "?mode=pigeon", method="POST").status == 400
        assert request(one.port, f"{SESSION}/{session.id[:-1]}", method="POST", body=b"{}", headers=JSON).status == 404
        assert request(one.port, f"{session.path}", method="DELETE").status == 204
        with pytest.raises(Over):
            session.until("never")
    assert session.post(b'{"type":"hold"}').status == 404


@pytest.mark.parametrize("path", [SESSION, SESSION + "?mode=poll"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_pages_of_other_sites_get_no_session(relay, path, headers):
    one = start(relay)
    assert request(one.port, path, method="POST", headers=headers).status == 403
    with Session(one.port, "poll") as session:
        for method in ("GET", "POST", "DELETE"):
            answer = request(one.port, session.path + "?answer=1", method=method, headers={**JSON, **headers}, body=b"{}")
            assert answer.status == 403
        assert session.until("hello")
    assert one.metrics()["tailrace_http_sessions_total"] == 1


def test_sessions_are_limited(relay):
    one = start(relay)
    ids = []
    for _ in range(MAX_SESSIONS):
        answer = request(one.port, SESSION + "?mode=poll", method="POST")
        assert answer.status == 200
        ids.append(answer.body.split(b'"')[3].decode())
    assert len(set(ids)) == MAX_SESSIONS
    for mode in MODES:
        refused = request(one.port, f"{SESSION}?mode={mode}", method="POST")
        assert refused.status == 503 and refused.headers["Retry-After"] == "5"
    assert one.metrics()["tailrace_http_sessions_refused_total"] == 2
    assert request(one.port, f"{SESSION}/{ids[1]}", method="DELETE").status == 204
    assert request(one.port, SESSION + "?mode=poll", method="POST").status == 200


def test_a_viewer_that_reads_nothing_may_not_ask_on(relay):
    one = start(relay)
    with Session(one.port, "poll") as session:
        # Each of these is answered with as much as it asks.
        statuses = [session.send("x" * 50_000).status for _ in range(10)]
        assert statuses[0] == 204 and statuses[-1] == 429
        for _ in range(statuses.count(204)):
            assert session.until("error")["code"] == "request"
        assert session.send("hold").status == 204


@pytest.mark.slow
def test_a_viewer_that_polls_no_more_is_gone_after_half_a_minute(relay):
    one = start(relay)
    session = Session(one.port, "poll")
    eventually(lambda: one.metrics()["tailrace_http_sessions"] == 0, 45, "the end of the session")
    assert session.send("hold").status == 404


@pytest.mark.parametrize("mode", MODES)
def test_a_relay_that_stops_says_so(relay, mode):
    one = start(relay)
    # Without a lens nothing comes every second, so that a poll surely waits.
    with Session(one.port, mode) as session:
        session.until("hello")
        ended = threading.Thread(target=lambda: one.stop(20))
        ended.start()
        with pytest.raises(Over) as over:
            session.until("never", timeout=30)
        ended.join()
    assert over.value.args[0] == {
        "code": 1012, "reason": "relay restarts; reconnect and resume from your position",
    }


def test_requests_find_their_session_on_any_thread(relay):
    one = start(relay)
    with ExitStack() as stack:
        sessions = [stack.enter_context(Session(one.port, mode, stream="all")) for mode in MODES * 6]
        for session in sessions:
            session.until("live")
            for _ in range(3):
                assert session.send("hold").status == 204
                assert session.send("release").status == 204
        append(one.path("app.log"), "one", "two")
        for session in sessions:
            assert [event["message"] for event in session.events(2)] == ["one", "two"]
