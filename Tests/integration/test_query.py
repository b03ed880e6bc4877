"""`tailrace query` on a stand-in for `/api/v1/events`: pages of a list, cut where the test wants it."""

import http.server
import json
import signal
import threading
import time
import urllib.parse

import pytest

from harness.command import Command, TerminalCommand

EPOCH = "abcdefghij"


class History(http.server.BaseHTTPRequestHandler):
    """Keeps to the contract of the route: `from to limit order`, NDJSON, `end` with `next`."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        self.server.queries.append(query)
        events, more = self._page(query)
        body = [json.dumps({"type": "progress", "searched": len(events), "total": self.server.count})]
        body += [self.server.event(seq) for seq in events]
        body.append(json.dumps({"type": "end", "next": f"{EPOCH}:{events[-1]}" if more else None}))
        text = "".join(line + "\n" for line in body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        limit = next(self.server.cuts, None)
        self.wfile.write(text if limit is None else text[:limit])
        if limit is not None:
            self.close_connection = True
        time.sleep(self.server.pause)

    def _page(self, query: dict) -> tuple[list[int], bool]:
        seqs = list(range(1, self.server.count + 1))
        if query.get("order") == "desc":
            seqs.reverse()
        if "from" in query:
            seqs = seqs[seqs.index(int(query["from"].split(":")[1])) + 1 :]
        limit = min(int(query.get("limit", 100)), self.server.page)
        return seqs[:limit], len(seqs) > limit

    def log_message(self, *_):
        pass


@pytest.fixture
def history():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), History)
    server.count, server.page, server.queries, server.cuts, server.pause = 2500, 300, [], iter([]), 0
    server.event = lambda seq: json.dumps(
        {"seq": seq, "time": "2026-11-22T07:35:12Z", "source": "s", "host": "h", "message": f"m {seq}", "fields": {}},
        separators=(",", ":"),
    )
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def seqs(command: Command) -> list[int]:
    return [event["seq"] for event in command.events()]


def test_all_pages_are_read(binary, history):
    with Command(binary, "query", history.url, "level>=warn", "--since", "2026-01-01", "-o", "json") as query:
        assert query.wait() == 0, query.err.text()
        assert seqs(query) == list(range(1, 2501))
    assert len(history.queries) == 9
    assert all(one["filter"] == "level>=warn" and one["since"] == "2026-01-01T00:00:00Z" for one in history.queries)


@pytest.mark.parametrize("arguments, expected", [
    (["--limit", "7"], range(1, 8)),
    (["--limit", "700"], range(1, 701)),
    (["--order", "desc", "--limit", "350"], range(2500, 2150, -1)),
    (["--last", "350"], range(2151, 2501)),
    (["--from", f"{EPOCH}:2400"], range(2401, 2501)),
])  # fmt: skip
def test_so_many_in_the_order_that_was_asked_for(binary, history, arguments, expected):
    with Command(binary, "query", history.url, *arguments, "-o", "json") as query:
        assert query.wait() == 0, query.err.text()
        assert seqs(query) == list(expected)


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_answers_cut_off_are_asked_for_again_and_nothing_comes_twice(binary, history, order):
    history.cuts = iter([4000, 0, 20_000, 4000, 4096, 100, 15_000])
    with Command(binary, "query", history.url, "--order", order, "-o", "json") as query:
        assert query.wait(30) == 0, query.err.text()
        found = seqs(query)
    assert found == (list(range(1, 2501)) if order == "asc" else list(range(2500, 0, -1)))


def test_text_goes_to_a_pipe_without_colours_and_progress_only_to_a_terminal(binary, history):
    history.pause = 0.15
    with Command(binary, "query", history.url, "--limit", "2") as query:
        assert query.wait() == 0
        assert query.out.text().splitlines()[-1].endswith("-     s      m 2") and query.err.bytes() == b""
    history.queries.clear()
    shown = TerminalCommand(binary, "query", history.url, "--limit", "900")
    assert shown.wait() == 0
    assert "% of 2500 events, found".encode() in shown.text


def test_wrong_usage_and_no_relay(binary, history):
    for arguments in [["--limit", "0"], ["--last", "1", "--limit", "2"], ["--to", "x"], ["--order", "up"]]:
        with Command(binary, "query", history.url, *arguments) as query:
            assert query.wait() in (2, 64)
    with Command(binary, "query", "http://127.0.0.1:1") as query:
        assert query.wait() == 1 and "no relay answers" in query.err.text()


def test_ctrl_c_ends_it(binary, history):
    history.pause = 0.5
    with Command(binary, "query", history.url, "-o", "json") as query:
        while not query.events():
            time.sleep(0.01)
        assert query.signal(signal.SIGINT) == 130
