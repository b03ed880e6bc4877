"""`tailrace query` on the real relay, and on a stand-in where an answer has to be slow or to fail."""

import http.server
import json
import signal
import sqlite3
import threading
import time
import urllib.parse

import pytest

from harness.command import Command, TerminalCommand
from harness.cutter import Cutter
from harness.inputs import append, file_input

COUNT = 2500
EPOCH = "abcdefghij"


class SlowHistory(http.server.BaseHTTPRequestHandler):
    """Two pages that are searched for a while, as NDJSON; the log cannot be read behind the second if wanted."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        is_first = "from" not in urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        seq = 25 if is_first else 75
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Connection", "close")
        self.end_headers()
        # The range of the second page is what the first one left: 75 of 100 events.
        searched, share = (5, 0.05) if is_first else (50, 50 / 75)
        self._say({"type": "progress", "position": f"{EPOCH}:{searched}", "searched": searched, "share": share})
        time.sleep(self.server.pause)
        self._say({"seq": seq, "time": "2026-11-22T07:35:12Z", "source": "s", "host": "h", "message": f"m {seq}", "fields": {}})
        end = {"next": f"{EPOCH}:25" if is_first else None, "complete": not is_first, "searched": 25 if is_first else 75}
        if self.server.failure and not is_first:
            end |= {"next": f"{EPOCH}:75", "error": self.server.failure}
        self._say({"type": "end", "position": f"{EPOCH}:{seq}", "matched": 1, "missing": [], **end})
        self.close_connection = True

    def _say(self, line: dict):
        self.wfile.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self.wfile.flush()

    def log_message(self, *_):
        pass


@pytest.fixture
def slow():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowHistory)
    server.pause, server.failure = 0.3, None
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def fill(relay, more: str = ""):
    one = relay(file_input(more='format = "json"') + more)
    lines = [
        {"time": "2026-11-22T07:35:12Z", "level": "error" if n % 10 == 0 else "info", "message": f"m {n}"}
        for n in range(1, COUNT + 1)
    ]
    append(one.path("app.log"), *[json.dumps(line) for line in lines])
    one.wait_head(COUNT)
    return one


def seqs(command: Command) -> list[int]:
    return [event["seq"] for event in command.events()]


def found(binary, url: str, *arguments) -> list[int]:
    with Command(binary, "query", url, *arguments, "-o", "json") as query:
        assert query.wait(30) == 0, query.err.text()
        return seqs(query)


@pytest.mark.parametrize("limits, pages", [("", 3), ("[history]\nmax_results = 300\n", 9)])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_all_pages_are_read(binary, relay, limits, pages, order):
    one = fill(relay, limits)
    everything = list(range(1, COUNT + 1))
    before = one.metrics()["tailrace_history_total"]
    assert found(binary, one.url, "--order", order) == (everything if order == "asc" else everything[::-1])
    assert one.metrics()["tailrace_history_total"] - before == pages


def test_searches_that_are_cut_go_on(binary, relay):
    one = fill(relay, "[history]\nmax_searched = 500\n")
    # A regex can't be ruled out by what is known of blocks.
    assert found(binary, one.url, "/m 1{2}2?$/ level:*") == [11, 112]
    assert found(binary, one.url, "/m 1{2}2?$/ level:*", "--order", "desc") == [112, 11]
    assert one.metrics()["tailrace_history_cut_total"] > 0


def test_so_many_in_the_order_that_was_asked_for(binary, relay):
    one = fill(relay)
    for arguments, expected in [
        (["--limit", "7"], range(1, 8)),
        (["--limit", "1700"], range(1, 1701)),
        (["--order", "desc", "--limit", "350"], range(2500, 2150, -1)),
        (["--order", "desc", "--limit", "1350"], range(2500, 1150, -1)),
        (["--last", "350"], range(2151, 2501)),
        (["--from", f"{one.epoch}:2400"], range(2401, 2501)),
        (["--to", f"{one.epoch}:3"], range(1, 4)),
        (["--from", f"{one.epoch}:2400", "--order", "desc", "--limit", "2"], [2399, 2398]),
        (["level>=error", "--limit", "3"], [10, 20, 30]),
        (["--since", "2026-11-22T07:35:13Z"], []),
        (["--until", "2026-11-22T07:35:12Z"], []),
    ]:
        assert found(binary, one.url, *arguments) == list(expected), arguments


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_answers_cut_off_are_asked_for_again_and_nothing_comes_twice(binary, relay, order):
    one = fill(relay)
    with Cutter(one.port, iter([40_000, 100, 90_000, 60_000, 4096])) as cutter:
        everything = list(range(1, COUNT + 1))
        assert found(binary, cutter.url, "--order", order) == (everything if order == "asc" else everything[::-1])
        assert cutter.connections > 5


def test_what_is_missing_is_told_and_a_position_of_another_log_refused(binary, relay):
    one = fill(relay)
    one.stop()
    with sqlite3.connect(one.log_dir / "tailrace.db") as database:
        first, last = database.execute("SELECT first, last FROM block ORDER BY first LIMIT 1 OFFSET 1").fetchone()
        database.execute("UPDATE block SET body = zeroblob(length(body)) WHERE first = ?", (first,))
    database.close()
    one.start()
    with Command(binary, "query", one.url, "-o", "json") as query:
        assert query.wait() == 0
        assert seqs(query) == [n for n in range(1, COUNT + 1) if not first <= n <= last]
        assert f"{last - first + 1} events are missing ({first} to {last}): the relay's log is damaged" in query.err.text()
    with Command(binary, "query", one.url, "--from", f"{EPOCH}:1") as query:
        assert query.wait() != 0 and "another log" in query.err.text()


def test_text_goes_to_a_pipe_without_colours_or_progress(binary, slow):
    with Command(binary, "query", slow.url, "--limit", "2") as query:
        assert query.wait() == 0
        assert query.out.text().splitlines()[-1].endswith("-     s      m 75") and query.err.bytes() == b""


def test_progress_goes_to_a_terminal_and_counts_all_pages(binary, slow):
    shown = TerminalCommand(binary, "query", slow.url)
    assert shown.wait() == 0
    assert " 5 % of 100 events, found 0".encode() in shown.text
    assert " 75 % of 100 events, found 1".encode() in shown.text


def test_a_log_that_cannot_be_read_on_is_a_failure(binary, slow):
    slow.pause, slow.failure = 0, "disk I/O error"
    with Command(binary, "query", slow.url, "-o", "json") as query:
        assert query.wait() == 1 and "disk I/O error" in query.err.text()
        assert seqs(query) == [25, 75]


def test_wrong_usage_and_no_relay(binary, slow):
    for arguments in [["--limit", "0"], ["--last", "1", "--limit", "2"], ["--to", "x"], ["--order", "up"]]:
        with Command(binary, "query", slow.url, *arguments) as query:
            assert query.wait() in (2, 64)
    with Command(binary, "query", "http://127.0.0.1:1") as query:
        assert query.wait() == 1 and "no relay answers" in query.err.text()


def test_ctrl_c_ends_it(binary, slow):
    slow.pause = 0.5
    with Command(binary, "query", slow.url, "-o", "json") as query:
        while not query.events():
            time.sleep(0.01)
        assert query.signal(signal.SIGINT) == 130
