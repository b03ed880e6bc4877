"""The past over HTTP: events, counts and exports."""

import csv
import gzip
import io
import json
import shutil
import sqlite3
import subprocess
import urllib.parse
import urllib.request

import pytest

from harness.http import JSONLines, request
from harness.inputs import append, file_input
from harness.waiting import eventually

COUNT = 3000
ERRORS = '[[route]]\nname = "errors"\nwhere = "level>=error"\n'


def line(n: int) -> str:
    """The first is the oldest; one a second from 2026-11-22T00:00:01Z."""
    level = "error" if n % 10 == 0 else "info"
    stamp = f"2026-11-22T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z"
    message = "needle" if n == 1234 else f"line {n}"
    return json.dumps(
        {"time": stamp, "level": level, "message": message, "status": 200 + n % 4, "path": f"/p{n % 7}"},
        separators=(",", ":"),
    )


@pytest.fixture
def filled(relay):
    one = relay(file_input(more='format = "json"') + ERRORS)
    append(one.path("app.log"), *[line(n) for n in range(1, COUNT + 1)])
    one.wait_head(COUNT)
    return one


def ask(relay, name: str, headers: dict = {}, **query):
    answer = relay.get(f"/api/v1/{name}?" + urllib.parse.urlencode(query), headers=headers)
    assert answer.status == 200, answer
    return answer


def events(relay, **query) -> dict:
    return ask(relay, "events", **query).json()


def seqs(answer: dict) -> list[int]:
    return [event["seq"] for event in answer["events"]]


# Events


def test_without_parameters_the_oldest_events_come_first(filled):
    answer = events(filled)
    assert seqs(answer) == list(range(1, 1001))
    assert answer["next"] == f"{filled.epoch}:1000" and answer["complete"] is False and answer["cut"] == "limit"
    assert answer["epoch"] == filled.epoch and answer["order"] == "asc" and answer["missing"] == []


def test_desc_is_the_last_so_many_newest_first(filled):
    answer = events(filled, order="desc", limit=3)
    assert seqs(answer) == [COUNT, COUNT - 1, COUNT - 2]
    assert answer["events"][0]["message"] == f"line {COUNT}" and answer["events"][0]["fields"]["status"] == 200


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_by_next_are_everything_once(filled, order):
    found, query = [], {"order": order, "limit": 170, "filter": "level:error"}
    while True:
        answer = events(filled, **query)
        found += seqs(answer)
        if answer["next"] is None:
            break
        query["from"] = answer["next"]
    wanted = [n for n in range(1, COUNT + 1) if n % 10 == 0]
    assert found == (wanted if order == "asc" else wanted[::-1]) and answer["complete"] is True


def test_the_position_of_a_complete_answer_goes_on_live(filled):
    answer = events(filled, filter="needle")
    assert seqs(answer) == [1234] and answer["next"] is None
    append(filled.path("app.log"), line(COUNT + 1))
    with filled.lines(**{"from": answer["position"]}) as stream:
        assert [event["seq"] for event in stream.events(1)] == [COUNT + 1]


def test_range_time_stream_fields_and_filter_narrow_it_down(filled):
    epoch = filled.epoch
    assert seqs(events(filled, **{"from": f"{epoch}:10", "to": f"{epoch}:13"})) == [11, 12, 13]
    assert seqs(events(filled, **{"from": f"{epoch}:13", "to": f"{epoch}:10", "order": "desc"})) == [12, 11, 10]
    assert seqs(events(filled, since="2026-11-22T00:00:05Z", until="2026-11-22T00:00:08Z")) == [5, 6, 7]
    assert seqs(events(filled, filter="since:2026-11-22T00:00:05Z until:2026-11-22T00:00:08Z")) == [5, 6, 7]
    assert seqs(events(filled, filter="around:#100±2")) == [98, 99, 100, 101, 102]
    assert seqs(events(filled, stream="errors", limit=2)) == [10, 20]
    assert events(filled, limit=1, fields="path")["events"][0]["fields"] == {"path": "/p1"}
    assert seqs(events(filled, since="36500d", limit=1)) == [1]


def test_ndjson_ends_with_where_to_go_on(filled):
    answer = ask(filled, "events", {"Accept": "application/x-ndjson"}, filter="level:error", limit=5)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(text) for text in answer.body.splitlines()]
    assert [one["seq"] for one in lines[:-1]] == [10, 20, 30, 40, 50]
    end = lines[-1]
    assert end["type"] == "end" and end["next"] == f"{filled.epoch}:50" and end["matched"] == 5


def test_answers_are_compressed_when_asked_for_and_head_has_no_body(filled):
    plain = ask(filled, "events", limit=500)
    packed = ask(filled, "events", {"Accept-Encoding": "gzip"}, limit=500)
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.body) < len(plain.body) / 3
    assert gzip.decompress(packed.body) == plain.body
    for name in ("events", "histogram", "facets", "fields", "export"):
        head = request(filled.port, f"/api/v1/{name}", method="HEAD")
        assert head.status == 200 and head.body == b""
        assert head.headers["Content-Type"] == ask(filled, name).headers["Content-Type"]
    assert filled.metrics()["tailrace_history_open"] == 0


@pytest.mark.parametrize(
    "query, code",
    [
        ("filter=level%3E%3Dwran", "filter"),
        ("stream=nowhere", "stream"),
        ("from=rubbish", "position"),
        ("from=otherepoch:5", "position"),
        ("to=otherepoch:5&order=desc", "position"),
        ("from=EPOCH:99999", "position"),
        ("to=EPOCH:99999", "position"),
        ("since=whenever", "request"),
        ("until=", "request"),
        ("order=up", "request"),
        ("limit=0", "request"),
        ("limit=100001", "request"),
    ],
)
def test_wrong_parameters_are_problems_with_a_reason(filled, query, code):
    answer = filled.get("/api/v1/events?" + query.replace("EPOCH", filled.epoch))
    assert answer.status == 400 and answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code and problem["detail"]
    assert (problem["at"] == 8) if code == "filter" else ("at" not in problem)


def test_what_retention_took_is_named(relay):
    one = relay(file_input(), log='path = "memory"\nmemory = "1MiB"')
    append(one.path("app.log"), *[f"{n} {'x' * 300}" for n in range(8000)])
    one.wait_head(8000)
    oldest = one.status()["log"]["oldest"]
    assert oldest > 10
    answer = events(one, **{"from": f"{one.epoch}:5", "limit": 1})
    assert seqs(answer) == [oldest]
    assert answer["missing"] == [{"from": 6, "to": oldest - 1, "count": oldest - 6, "reason": "evicted"}]
    lines = ask(one, "events", {"Accept": "application/x-ndjson"}, **{"from": f"{one.epoch}:5", "limit": 1}).body
    assert json.loads(lines.splitlines()[0]) == {"type": "gap", **answer["missing"][0]}


def test_a_damaged_block_is_a_hole_and_the_rest_is_there(relay):
    one = relay(file_input(more='format = "json"'))
    append(one.path("app.log"), *[line(n) for n in range(1, COUNT + 1)])
    one.wait_head(COUNT)
    one.stop()
    with sqlite3.connect(one.log_dir / "tailrace.db") as database:
        first, last = database.execute("SELECT first, last FROM block ORDER BY first LIMIT 1 OFFSET 1").fetchone()
        database.execute("UPDATE block SET body = zeroblob(length(body)) WHERE first = ?", (first,))
    database.close()
    one.start()
    wanted = [n for n in range(1, COUNT + 1) if not first <= n <= last]
    for order in ("asc", "desc"):
        answer = events(one, limit=COUNT, order=order)
        assert seqs(answer) == (wanted if order == "asc" else wanted[::-1]) and answer["complete"] is True
        assert answer["missing"] == [{"from": first, "to": last, "count": last - first + 1, "reason": "damaged"}]


def test_limits_of_a_search_are_kept_counted_and_leave_where_to_go_on(relay):
    one = relay(file_input(more='format = "json"') + "[history]\nmax_searched = 500\nmax_results = 2000\n")
    append(one.path("app.log"), *[line(n) for n in range(1, COUNT + 1)])
    one.wait_head(COUNT)
    # A regex can't be ruled out by what is known of blocks.
    found, query, pages = [], {"filter": "/ne{2}dle/"}, 0
    while True:
        answer = events(one, **query)
        found += seqs(answer)
        pages += 1
        if answer["next"] is None:
            break
        assert answer["complete"] is False and answer["cut"] == "searched"
        query["from"] = answer["next"]
    assert found == [1234] and pages > 1
    assert one.metrics()["tailrace_history_cut_total"] == pages - 1
    assert one.get("/api/v1/events?limit=2001").status == 400


def test_a_client_that_leaves_ends_its_search(relay):
    one = relay(file_input())
    append(one.path("app.log"), *[f"{n} {'y' * 400}" for n in range(40_000)])
    one.wait_head(40_000)
    with JSONLines(one.port, "/api/v1/export?format=ndjson") as lines:
        assert lines.next()["seq"] == 1
        assert one.metrics()["tailrace_history_open"] == 1
        lines.response.close()
    eventually(lambda: one.metrics()["tailrace_history_open"] == 0, 10, "the end of the search")
    metrics = one.metrics()
    assert metrics["tailrace_history_cancelled_total"] == 1
    # It was not read to the end: writing waits for the reader.
    assert metrics["tailrace_history_matched_total"] < 40_000


def test_too_many_open_searches_are_refused(relay):
    one = relay(file_input() + "[history]\nmax_open = 1\n")
    append(one.path("app.log"), *[f"{n} {'y' * 400}" for n in range(40_000)])
    one.wait_head(40_000)
    with JSONLines(one.port, "/api/v1/export") as lines:
        assert lines.next()["seq"] == 1
        answer = one.get("/api/v1/events")
        assert answer.status == 503 and answer.headers["Retry-After"] == "1" and "max_open" in answer.json()["detail"]
        lines.response.close()
    eventually(lambda: one.get("/api/v1/events?limit=1").status == 200, 10, "room for a search")


# Counts


def test_the_histogram_counts_by_level_in_aligned_buckets(filled):
    answer = ask(filled, "histogram", since="2026-11-22T00:00:00Z", until="2026-11-22T00:10:00Z", width="1m").json()
    assert answer["since"] == "2026-11-22T00:00:00Z" and answer["width_ms"] == 60000 and answer["total"] == 599
    assert [one["count"] for one in answer["buckets"]] == [59] + [60] * 9
    assert answer["buckets"][1] == {"time": "2026-11-22T00:01:00Z", "count": 60}
    series = {one["value"]: one for one in answer["series"]}
    assert series["error"]["counts"] == [5] + [6] * 9 and series["info"]["count"] == 599 - 59
    assert answer["complete"] is True and answer["next"] is None
    whole = ask(filled, "histogram", buckets=20).json()
    assert whole["total"] == COUNT and 10 <= len(whole["buckets"]) <= 21 and whole["outside"] == 0


def test_the_histogram_divides_by_any_field(filled):
    answer = ask(filled, "histogram", by="path", filter="level:error", width="1h").json()
    assert sum(one["count"] for one in answer["series"]) == answer["total"] == COUNT // 10
    assert {one["value"] for one in answer["series"]} == {f"/p{n}" for n in range(7)}
    by_status = ask(filled, "histogram", by="status").json()
    assert {one["value"]: one["count"] for one in by_status["series"]} == {200 + n: COUNT // 4 for n in range(4)}


def test_facets_are_exact_and_choose_frequent_fields_themselves(filled):
    answer = ask(filled, "facets", fields="level,status", limit=2).json()
    level, status = answer["facets"]
    assert level["values"] == [{"value": "info", "count": 2700}, {"value": "error", "count": 300}]
    assert status["distinct"] == 4 and len(status["values"]) == 2 and status["other"] == 1500
    assert not level["approximate"] and level["present"] == COUNT and level["absent"] == 0
    names = [one["field"] for one in ask(filled, "facets").json()["facets"]]
    assert names[:6] == ["level", "source", "host", "unit", "file", "identifier"] and {"status", "path"} <= set(names)


def test_fields_are_listed(filled):
    answer = ask(filled, "fields", filter="level:error").json()
    fields = {one["name"]: one for one in answer["fields"]}
    assert answer["total"] == 300 and fields["status"]["presence"] == 1 and fields["status"]["types"] == {"number": 300}
    assert fields["path"]["distinct"] == 7 and fields["path"]["types"] == {"string": 300}


@pytest.mark.parametrize(
    "path",
    [
        "histogram?width=0s", "histogram?width=1m&buckets=3", "histogram?buckets=0", "histogram?buckets=2001",
        "histogram?since=1d&width=1ms", "facets?limit=0", "facets?fields=", "export?format=xml", "export?limit=no",
        "fields?filter=(",
    ],
)  # fmt: skip
def test_wrong_questions_are_problems(filled, path):
    answer = filled.get(f"/api/v1/{path}")
    assert answer.status == 400 and answer.headers["Content-Type"] == "application/problem+json", path
    assert answer.json()["detail"]


# Exports


def test_exports_have_a_name_and_everything_that_matches(filled):
    answer = ask(filled, "export", format="csv", stream="errors", fields="path")
    name = answer.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="tailrace-errors-2') and name.endswith('Z.csv"')
    assert answer.headers["Content-Type"].startswith("text/csv") and answer.headers["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    assert [int(row["seq"]) for row in rows] == list(range(10, COUNT + 1, 10))
    assert rows[0]["path"] == "/p3" and rows[0]["level"] == "error"
    text = ask(filled, "export", format="text", filter="needle").body.decode()
    assert text.startswith("2026-11-22T00:20:34Z info app ") and text.endswith(": needle\n")
    lines = ask(filled, "export", {"Accept-Encoding": "gzip"})
    assert len(gzip.decompress(lines.body).splitlines()) == COUNT + 1


def test_cells_that_spreadsheets_would_run_are_text(relay):
    one = relay(file_input(more='format = "plain"'))
    append(one.path("app.log"), "=cmd|' /C calc'!A0", "+1", "-1", "@x", "fine")
    one.wait_head(5)
    rows = list(csv.DictReader(io.StringIO(ask(one, "export", format="csv").body.decode(), newline="")))
    assert [row["message"] for row in rows] == ["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@x", "fine"]


# Other clients


def test_curl_reads_it(filled):
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("needs curl")
    url = f"{filled.url}/api/v1/events"
    command = [curl, "-sS", "--fail", "--compressed", "-G", url, "--data-urlencode", "filter=level>=error needle OR /line 30$/"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert seqs(answer) == [30]
    refused = subprocess.run([curl, "-sS", "--fail", f"{url}?filter=("], capture_output=True)
    assert refused.returncode == 22


def test_a_plain_library_reads_it(filled):
    with urllib.request.urlopen(f"{filled.url}/api/v1/events?order=desc&limit=2") as answer:
        assert seqs(json.load(answer)) == [COUNT, COUNT - 1]
