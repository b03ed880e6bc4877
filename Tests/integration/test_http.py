"""HTTP: the headless stream, the page's files, what is refused."""

import gzip
import json
import re
import zlib
from pathlib import Path

import pytest

from harness.http import raw
from harness.inputs import append, file_input
from harness.waiting import eventually

PUBLIC = Path(__file__).resolve().parents[2] / "public"


@pytest.fixture
def filled(relay):
    one = relay(file_input())
    append(one.path("app.log"), *[f"{'ERROR' if n % 10 == 0 else 'INFO'} line {n}" for n in range(1, 101)])
    one.wait_head(100)
    return one


# The headless stream


def test_ndjson_is_one_event_per_line_behind_opened(filled):
    with filled.lines(last=3) as lines:
        assert lines.response.headers["Content-Type"] == "application/x-ndjson"
        opened = lines.next()
        assert opened["type"] == "opened" and opened["epoch"] == filled.epoch and opened["complete"] is True
        events = lines.events(3)
        assert [event["seq"] for event in events] == [98, 99, 100]
        live = lines.until("live")[-1]
        assert live["position"] == f"{filled.epoch}:100"
        append(filled.path("app.log"), "INFO more")
        assert lines.next()["message"] == "INFO more"


def test_ndjson_resumes_behind_a_position_and_filters(filled):
    with filled.lines(**{"from": f"{filled.epoch}:50", "filter": "level>=error"}) as lines:
        assert [event["seq"] for event in lines.events(5)] == [60, 70, 80, 90, 100]


def test_the_whole_log_can_be_read_from_position_zero(filled):
    with filled.lines(**{"from": f"{filled.epoch}:0"}) as lines:
        assert [event["seq"] for event in lines.events(100)] == list(range(1, 101))


def test_server_sent_events_carry_their_position_as_id(filled):
    headers = {"Accept": "text/event-stream"}
    with filled.lines(headers, last=2) as stream:
        assert stream.response.headers["Content-Type"].startswith("text/event-stream")
        text = b""
        while b"event: live" not in text:
            text += stream.line() + b"\n"
    epoch = filled.epoch
    messages = [block for block in text.decode().split("\n\n") if block.startswith("id:")]
    assert [block.split("\n")[0] for block in messages] == [f"id: {epoch}:99", f"id: {epoch}:100"]
    assert [json.loads(block.split("data: ", 1)[1])["seq"] for block in messages] == [99, 100]
    assert text.startswith(b"event: opened\ndata: {")


def test_server_sent_events_resume_by_last_event_id(filled):
    headers = {"Accept": "text/event-stream", "Last-Event-ID": f"{filled.epoch}:97"}
    with filled.lines(headers, last=50) as stream:
        ids = []
        while len(ids) < 3:
            line = stream.line()
            if line.startswith(b"id: "):
                ids.append(line.decode())
    assert ids == [f"id: {filled.epoch}:{seq}" for seq in (98, 99, 100)]


def test_a_wrong_filter_is_a_problem_that_names_the_column(filled):
    answer = filled.get("/api/v1/stream?filter=level%3E%3Dwarn%20(oops")
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 400 and problem["code"] == "filter" and 13 <= problem["at"] <= 18
    assert problem["detail"] and problem["title"]


@pytest.mark.parametrize(
    "query, code",
    [
        ("stream=nowhere", "stream"),
        ("from=rubbish", "position"),
        ("last=many", "request"),
        ("last=-1", "request"),
        ("since=whenever", "request"),
        ("max_rate=0", "request"),
        ("last=1&since=1m", "request"),
    ],
)
def test_wrong_parameters_are_refused_before_the_stream_begins(filled, query, code):
    answer = filled.get(f"/api/v1/stream?{query}")
    assert answer.status == 400 and answer.json()["code"] == code


def test_the_stream_is_compressed_when_asked_for(filled):
    with filled.lines({"Accept-Encoding": "gzip"}, last=100) as lines:
        assert lines.response.headers["Content-Encoding"] == "gzip"
        inflate = zlib.decompressobj(31)
        text = b""
        while b'"type":"live"' not in text:
            text += inflate.decompress(lines.response.read1(65536))
    assert text.count(b'"seq"') == 100


def test_a_stream_ends_with_the_word_when_the_relay_stops(filled):
    with filled.lines() as lines:
        lines.until("live")
        assert filled.stop() == 0
        end = lines.until("end")[-1]
        assert end["position"].endswith(":100")
        assert lines.next() is None


# What the relay tells about itself


def test_health_readiness_and_metrics_answer(filled):
    assert filled.get("/healthz").status == 200
    assert filled.get("/readyz").status == 200
    metrics = filled.get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    samples = filled.metrics()
    assert samples["tailrace_log_head"] == 100
    assert samples['tailrace_input_events_total{input="app",type="file"}'] == 100
    for line in metrics.body.decode().splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) \S+ .+|[a-z_:]+(\{[^}]*\})? [-+0-9.eE]+", line), line


def test_status_streams_and_inputs_are_json(filled):
    status = filled.status()
    assert status["state"] == "ok" and status["log"]["head"] == 100 and status["log"]["persistent"] is True
    assert status["log"]["position"] == f"{filled.epoch}:100"
    assert filled.get_json("/api/v1/streams")["streams"][0]["name"] == "all"
    eventually(lambda: filled.input("app")["positions"])


# Files of the page


def test_the_page_and_every_file_of_it_is_served(filled):
    assert b"<html" in filled.get("/").body
    assert filled.get("/").body == filled.get("/index.html").body
    files = [path for path in PUBLIC.rglob("*") if path.is_file() and not path.name.startswith(".")]
    assert len(files) > 10
    for path in files:
        answer = filled.get("/" + str(path.relative_to(PUBLIC)))
        assert answer.status == 200 and answer.body == path.read_bytes(), path
    assert filled.get("/js/session/session.js").headers["Content-Type"].startswith("text/javascript")


def test_files_have_a_strong_tag_and_are_not_sent_twice(filled):
    first = filled.get("/index.html")
    tag = first.headers["ETag"]
    assert tag.startswith('"') and first.headers["Cache-Control"]
    again = filled.get("/index.html", headers={"If-None-Match": f'"other", {tag}'})
    assert again.status == 304 and again.body == b"" and again.headers["ETag"] == tag
    assert filled.get("/index.html", headers={"If-None-Match": '"other"'}).status == 200


def test_files_come_compressed_with_a_tag_of_their_own(filled):
    plain, packed = filled.get("/index.html"), filled.get("/index.html", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    refused = filled.get("/index.html", headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.headers["Content-Encoding"] is None


def test_head_answers_as_get_without_the_body(filled):
    for path in ["/", "/index.html", "/api/v1/status", "/healthz"]:
        got, head = filled.get(path), filled.get(path, method="HEAD")
        assert head.status == 200 and head.body == b""
        assert head.headers["Content-Type"] == got.headers["Content-Type"]
        assert head.headers["Content-Length"] is not None


def test_every_answer_carries_the_security_headers(filled):
    for path in ["/", "/nothing", "/api/v1/status"]:
        headers = filled.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'self'" in policy
        assert "require-trusted-types-for 'script'; trusted-types tailrace" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/js/../../Package.swift",
        "//etc/passwd",
        "/js/",
        "/js",
        "/index.html%00",
        "/index.html/",
        "/.git/config",
        "/\\..\\x",
        "/%",
        "/index.html%2f..",
    ],
)
def test_nothing_outside_the_page_can_be_reached(filled, path):
    received = raw(filled.port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    status = int(received.split(b" ", 2)[1])
    assert status in (400, 404), received[:200]
    assert b"root:" not in received and b"swift-tools-version" not in received


# What is refused


def test_unknown_paths_and_wrong_methods_are_problems(filled):
    missing = filled.get("/api/v1/nothing")
    assert missing.status == 404 and missing.headers["Content-Type"] == "application/problem+json"
    wrong = filled.get("/api/v1/status", method="POST")
    assert wrong.status == 405 and "GET" in wrong.headers["Allow"]
    assert filled.get("/", method="DELETE").status == 405
    assert filled.get("/ws", method="POST").status == 405
    assert filled.get("/ws").status in (400, 426)


def test_a_name_that_is_not_ours_is_refused(filled):
    for path in ["/", "/api/v1/stream", "/metrics"]:
        assert filled.get(path, headers={"Host": f"evil.example:{filled.port}"}).status == 403
    for host in ["localhost", f"localhost:{filled.port}", "127.0.0.1", "[::1]"]:
        assert filled.get("/healthz", headers={"Host": host}).status == 200
    assert raw(filled.port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_pages_of_other_origins_may_not_connect(filled):
    from websockets.exceptions import InvalidStatus

    for origin in [
        "http://evil.example",
        "null",
        f"http://127.0.0.1:{filled.port + 1}",
        f"http://localhost:{filled.port}",
    ]:
        with pytest.raises(InvalidStatus) as refused:
            filled.ws(origin=origin)
        assert refused.value.response.status_code == 403
    with filled.ws(origin=f"http://127.0.0.1:{filled.port}") as reader:
        assert reader.until("hello")
    assert filled.get("/api/v1/status", headers={"Origin": "http://evil.example"}).status == 403


def test_origins_of_the_configuration_may_connect(relay):
    one = relay(server='allowed_origins = ["https://logs.example.com"]\nallowed_hosts = ["relay.internal"]')
    with one.ws(origin="https://logs.example.com") as reader:
        assert reader.until("hello")
    assert one.get("/healthz", headers={"Host": "relay.internal"}).status == 200


@pytest.mark.parametrize(
    "request_text, status",
    [
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", (431, 400)),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", (414, 431, 400)),
        (b"POST /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n", (405, 413)),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", (400,)),
        (b"rubbish\r\n\r\n", (400,)),
        (
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            (400,),
        ),
    ],
)
def test_malformed_and_oversized_requests_are_refused(filled, request_text, status):
    answer = raw(filled.port, request_text)
    assert int(answer.split(b" ", 2)[1]) in status, answer[:200]
    assert filled.get("/healthz").status == 200


def test_limits_of_a_connection_are_those_of_the_configuration(relay):
    one = relay(file_input(), server='limits = { max_head = "1KiB", max_header_fields = 16, request_timeout = "1s" }')
    head = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    assert raw(one.port, head + b"A: b\r\n" * 10 + b"\r\n").startswith(b"HTTP/1.1 200 ")
    assert raw(one.port, head + b"A: b\r\n" * 20 + b"\r\n").startswith(b"HTTP/1.1 431 ")
    assert raw(one.port, head + b"A: " + b"b" * 1100 + b"\r\n\r\n").startswith(b"HTTP/1.1 431 ")
    late = raw(one.port, b"POST /api/v1/explain HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n")
    assert late.startswith(b"HTTP/1.1 408 ") and b"was not complete after 1 s" in late
    assert one.metrics()["tailrace_http_requests_timed_out_total"] == 1


def test_a_request_that_drips_is_cut_off(filled):
    import socket
    import time

    with socket.create_connection(("127.0.0.1", filled.port), timeout=15) as drip:
        drip.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        began = time.monotonic()
        try:
            while drip.recv(4096):
                pass
        except ConnectionResetError:
            pass
        assert time.monotonic() - began < 12


def test_connections_beyond_the_limit_are_refused_and_room_comes_back(relay):
    import socket

    one = relay(server="max_connections = 20")
    held = [socket.create_connection(("127.0.0.1", one.port), timeout=5) for _ in range(20)]
    extra = socket.create_connection(("127.0.0.1", one.port), timeout=5)
    extra.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    try:
        answer = extra.recv(4096)
    except ConnectionResetError:
        answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.1 503")
    for connection in held + [extra]:
        connection.close()

    def healthy():
        try:
            return one.get("/healthz").status == 200
        except OSError:
            return False

    eventually(healthy)


def test_the_relay_can_listen_on_a_unix_socket(relay):
    import socket

    one = relay()
    text = one.config.read_text().replace(
        'listen = ["127.0.0.1:0"]', f'listen = ["127.0.0.1:0", "unix:{one.path("http.sock")}"]'
    )
    one.configure(text)
    one.restart()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(one.path("http.sock")))
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
