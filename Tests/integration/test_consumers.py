"""Readers with a name: what they have not committed comes again, what they have committed never does."""

import json
import random
import signal
import sqlite3
import subprocess
import urllib.parse

import pytest

from harness.command import Command
from harness.http import JSONLines, request
from harness.inputs import append, file_input
from harness.waiting import eventually

JSON = {"Content-Type": "application/json"}
SMALL = ['path = "memory"\nmemory = "1MiB"', 'path = "{dir}/log"\nmax_size = "1MiB"\nmemory = "1MiB"']


def start(relay, count: int = 0, **options):
    one = relay(file_input() + options.pop("config", ""), **options)
    if count:
        write(one, 1, count)
        one.wait_head(count)
    return one


def write(one, first: int, count: int):
    append(one.path("app.log"), *[f"line {n}" for n in range(first, first + count)])


def commit(one, name: str, seq: int | str, headers: dict = JSON, **more):
    position = seq if isinstance(seq, str) else f"{one.epoch}:{seq}"
    body = json.dumps({"position": position, **more}).encode()
    return request(one.port, f"/api/v1/consumers/{name}/commit", method="POST", headers=headers, body=body)


def consumer(one, name: str) -> dict:
    return one.get_json(f"/api/v1/consumers/{name}")


def page(one, name: str, **query) -> dict:
    return one.get_json("/api/v1/events?" + urllib.parse.urlencode({"consumer": name, **query}))


def seqs(answer: dict) -> list[int]:
    return [event["seq"] for event in answer["events"]]


# At least once


def test_what_was_delivered_and_not_committed_comes_again_after_kill_9(relay):
    one = start(relay, 10)
    with one.lines(consumer="mail", **{"from": f"{one.epoch}:0"}) as stream:
        assert stream.next()["consumer"] == {"name": "mail", "position": f"{one.epoch}:0", "new": True}
        assert [event["seq"] for event in stream.events(10)] == list(range(1, 11))
        assert commit(one, "mail", 6).json()["position"] == f"{one.epoch}:6"
        one.kill9()
    write(one, 11, 5)
    one.start()
    one.wait_head(15)
    for _ in range(2):
        with one.lines(consumer="mail") as stream:
            opened = stream.next()
            assert opened["complete"]
            assert opened["consumer"] == {"name": "mail", "position": f"{one.epoch}:6", "new": False}
            assert [event["seq"] for event in stream.events(9)] == list(range(7, 16))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_however_readers_and_relay_die_each_event_comes_and_committed_ones_never_again(relay, seed):
    one = start(relay)
    chance = random.Random(seed)
    written, committed, seen = 0, 0, set()
    page(one, "job")  # begins here
    while len(seen) < 1500:
        step = min(chance.choice([1, 40, 200]), 1500 - written)
        write(one, written + 1, step)
        written += step
        eventually(lambda: one.head == written)
        if chance.random() < 0.5:
            got = seqs(page(one, "job", limit=chance.choice([1, 100, 1000])))
        elif chance.random() < 0.5:
            with one.lines(consumer="job") as stream:
                got = [event["seq"] for event in stream.events(chance.randint(0, written - committed))]
        else:
            with one.ws({"consumer": "job"}) as reader:
                reader.events(chance.randint(0, written - committed))
                got = reader.numbers()
                reader.abort()
        assert got == list(range(committed + 1, committed + 1 + len(got)))
        seen |= set(got)
        if got and chance.random() < 0.7:
            committed = chance.choice([got[-1], chance.choice(got)])
            assert commit(one, "job", committed).status == 200
        if chance.random() < 0.15:
            one.kill9()
            one.start()
    assert seen == set(range(1, 1501))


def test_the_position_stays_over_a_clean_restart_and_is_gone_with_a_log_in_memory(relay):
    one = start(relay, 5)
    page(one, "a", last=3)
    commit(one, "a", 4)
    before = consumer(one, "a")
    one.restart()
    after = consumer(one, "a")
    assert {name: after[name] for name in ("position", "created", "last_commit", "last_seen")} == {
        name: before[name] for name in ("position", "created", "last_commit", "last_seen")
    }
    memory = start(relay, 5, log='path = "memory"')
    page(memory, "a", last=3)
    assert commit(memory, "a", 4).status == 200
    memory.restart()
    assert memory.get("/api/v1/consumers/a").status == 404
    with memory.lines(consumer="a") as stream:
        assert stream.next()["consumer"]["new"] is True


# Where reading begins


def test_a_new_name_begins_now_or_where_the_query_says_and_that_is_kept_at_once(relay):
    one = start(relay, 20)
    starts = {"now": ({}, 20), "last": ({"last": 3}, 17), "from": ({"from": f"{one.epoch}:5"}, 5), "since": ({"since": "1d"}, 0)}
    for name, (query, seq) in starts.items():
        with one.lines(consumer=name, **query) as stream:
            opened = stream.next()
            assert opened["from"] == opened["consumer"]["position"] == f"{one.epoch}:{seq}"
            assert consumer(one, name)["position"] == f"{one.epoch}:{seq}"
            assert consumer(one, name)["last_commit"] is None
            # Who comes next finds it there, whatever it asks for.
            with one.lines(consumer=name, last=1) as again:
                assert again.next()["from"] == f"{one.epoch}:{seq}"


def test_from_leads_forward_and_never_back_behind_what_is_committed(relay):
    one = start(relay, 10)
    page(one, "a", **{"from": f"{one.epoch}:4"})
    assert seqs(page(one, "a", **{"from": f"{one.epoch}:2"})) == [5, 6, 7, 8, 9, 10]
    assert seqs(page(one, "a", **{"from": f"{one.epoch}:8"})) == [9, 10]
    # An EventSource that was cut off sends what it has.
    headers = {"Accept": "text/event-stream", "Last-Event-ID": f"{one.epoch}:9"}
    with JSONLines(one.port, "/api/v1/stream?consumer=a&from=" + f"{one.epoch}:1", headers) as stream:
        text = b""
        while b"live" not in text:
            text += stream.response.readline()
    assert text.count(b"\nid: ") == 1 and f"id: {one.epoch}:10".encode() in text
    assert consumer(one, "a")["position"] == f"{one.epoch}:4"


def test_filter_and_stream_belong_to_the_request(relay):
    one = start(relay, 10, config='[[route]]\nname = "even"\nwhere = "/[02468]$/"\n')
    page(one, "a", **{"from": f"{one.epoch}:0"})
    assert seqs(page(one, "a", stream="even")) == [2, 4, 6, 8, 10]
    assert seqs(page(one, "a", filter='"line 1"')) == [1, 10]
    answer = page(one, "a", filter='"line 1"', limit=1)
    assert commit(one, "a", answer["position"]).status == 200
    assert seqs(page(one, "a")) == list(range(2, 11))


def test_a_script_pulls_page_by_page(relay):
    one = start(relay, 25)
    page(one, "pull", **{"from": f"{one.epoch}:0"})
    got = []
    while True:
        answer = page(one, "pull", limit=10)
        got += seqs(answer)
        assert commit(one, "pull", answer["position"]).status == 200
        if answer["complete"]:
            break
    assert got == list(range(1, 26)) and consumer(one, "pull")["lag_events"] == 0


@pytest.mark.parametrize("query", [{"order": "desc"}, {"to": "x:1"}, {"until": "1h"}])
def test_a_page_for_a_consumer_leaves_nothing_out(relay, query):
    one = start(relay, 3)
    answer = one.get("/api/v1/events?" + urllib.parse.urlencode({"consumer": "a", **query}))
    assert answer.status == 400 and answer.json()["code"] == "request"
    assert one.get_json("/api/v1/consumers")["consumers"] == []


# Commits


def test_commits_that_cannot_be_are_refused_and_change_nothing(relay):
    one = start(relay, 10)
    page(one, "a", last=2)
    path = "/api/v1/consumers/a/commit"
    refusals = [
        (commit(one, "a", 11), 400, "position"),
        (commit(one, "a", "elsewhere:3"), 400, "position"),
        (commit(one, "a", "elsewhere:3", rewind=True), 400, "position"),
        (commit(one, "a", "nonsense"), 400, "position"),
        (commit(one, "a", 7), 409, "consumer"),
        (commit(one, "a", 7, rewind=False), 409, "consumer"),
        (commit(one, "nobody", 9), 404, "consumer"),
        (commit(one, "-", 9), 400, "consumer"),
        (request(one.port, path, method="POST", headers=JSON, body=b"{}"), 400, "request"),
        (request(one.port, path, method="POST", headers=JSON, body=b'{"position":7}'), 400, "request"),
    ]
    for answer, status, code in refusals:
        problem = answer.json()
        assert (answer.status, problem["status"], problem.get("code")) == (status, status, code), problem
    # Not by a form of another site's page, which can't say that it is JSON, and not by its scripts.
    assert commit(one, "a", 9, headers={"Content-Type": "text/plain"}).status == 415
    assert commit(one, "a", 9, headers={**JSON, "Origin": "http://evil.example"}).status == 403
    assert request(one.port, path, method="GET").status == 405
    assert consumer(one, "a")["position"] == f"{one.epoch}:8"
    assert commit(one, "a", 8).status == 200
    assert commit(one, "a", 2, rewind=True).json()["lag_events"] == 8
    assert seqs(page(one, "a")) == list(range(3, 11))
    metrics = one.metrics()
    assert metrics["tailrace_consumer_commits_total"] == 2 and metrics["tailrace_consumer_rewinds_total"] == 1
    assert metrics["tailrace_consumer_commits_refused_total"] == 6


def test_a_commit_that_cannot_be_stored_is_not_answered_as_if(relay):
    one = start(relay, 10)
    page(one, "a", last=5)
    with sqlite3.connect(one.log_dir / "tailrace.db") as database:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON consumer BEGIN SELECT RAISE(ABORT, 'full'); END")
    refused = commit(one, "a", 9)
    assert refused.status == 503 and refused.headers["Retry-After"] and refused.json()["code"] == "log"
    assert one.get("/api/v1/stream?consumer=new").status == 503
    assert [view["position"] for view in one.get_json("/api/v1/consumers")["consumers"]] == [f"{one.epoch}:5"]
    with sqlite3.connect(one.log_dir / "tailrace.db") as database:
        database.execute("DROP TRIGGER full")
    assert commit(one, "a", 9).json()["position"] == f"{one.epoch}:9"


# What is lost is told


@pytest.mark.parametrize("log", SMALL)
def test_events_that_retention_took_uncommitted_are_named_exactly_and_counted(relay, log):
    one = start(relay, 20, log=log)
    page(one, "slow", **{"from": f"{one.epoch}:10"})
    written = 20

    def evicted():
        nonlocal written
        append(one.path("app.log"), *[f"line {n} {random.Random(n).randbytes(90).hex()}" for n in range(2000)])
        written += 2000
        one.wait_head(written)
        return one.status()["log"]["oldest"] > 1000

    eventually(evicted, 60, "eviction")

    def settled():
        view = consumer(one, "slow")
        return view["missing"] and view["evicted_events"] == view["missing"]["count"] and view

    view = eventually(settled, what="every evicted event counted")
    oldest = one.status()["log"]["oldest"]
    gone = {"from": 11, "to": oldest - 1, "count": oldest - 11, "reason": "evicted"}
    assert view["missing"] == gone and view["lag_events"] == written - oldest + 1
    assert eventually(lambda: consumer(one, "slow")["lag_seconds"]) > 0
    assert one.metrics()['tailrace_consumer_evicted_events_total{consumer="slow"}'] == gone["count"]
    with one.lines(consumer="slow") as stream:
        opened = stream.next()
        assert opened["complete"] is False and opened["missing"] == gone
    assert page(one, "slow", limit=1)["missing"] == [gone]
    assert commit(one, "slow", written).json()["missing"] is None
    assert commit(one, "slow", 15, rewind=True).json()["missing"] == {**gone, "from": 16, "count": oldest - 16}


def power_loss(one, survives: int):
    """The machine goes down: what was written behind `survives` is gone, and so is the boot it was written in."""
    one.kill9()
    with sqlite3.connect(one.log_dir / "tailrace.db") as database:
        database.execute("DELETE FROM block WHERE first > ?", (survives,))
        database.execute("UPDATE state SET value = 'another boot' WHERE key = 'boot'")
    one.start()


def test_after_an_epoch_change_a_consumer_is_told_exactly_what_is_missing(relay):
    one = start(relay)
    for n in range(1, 16):
        write(one, n, 1)
        one.wait_head(n)
    old = one.epoch
    page(one, "kept", last=10)
    page(one, "lost", last=2)
    for name in ("kept", "lost"):
        assert commit(one, name, 9 if name == "kept" else 13).status == 200
    power_loss(one, 10)
    assert one.epoch != old and one.status()["log"]["head"] == 10
    gone = {"from": 11, "to": 13, "count": 3, "reason": "power-loss"}
    assert consumer(one, "kept")["missing"] is None and consumer(one, "kept")["lag_events"] == 1
    assert consumer(one, "lost")["missing"] == gone and consumer(one, "lost")["position"] == f"{old}:13"
    append(one.path("app.log"), "later")
    one.wait_head(11)
    with one.ws({"consumer": "lost"}) as reader:
        opened = reader.until("opened")
        assert opened["missing"] == gone and opened["from"] == f"{one.epoch}:10"
        assert reader.events(1)[0]["seq"] == 11
    assert page(one, "lost")["missing"] == [gone]
    assert seqs(page(one, "kept")) == [10, 11]
    # A position of the ended epoch is still one, and the new epoch's are further.
    assert commit(one, "kept", f"{old}:10").status == 200
    assert commit(one, "lost", 11).json()["missing"] is None
    assert commit(one, "lost", f"{old}:13").status == 409


def test_a_consumer_that_begins_at_a_position_of_another_log_is_told_so_until_it_commits(relay):
    one = start(relay, 3)
    gone = {"from": 8, "to": 8, "count": None, "reason": "unknown-epoch"}
    for _ in range(2):
        with one.lines(consumer="a", **{"from": "elsewhere:7"}) as stream:
            assert stream.next()["missing"] == gone
            assert [event["seq"] for event in stream.events(3)] == [1, 2, 3]
    assert page(one, "a")["missing"] == [gone] and seqs(page(one, "a")) == [1, 2, 3]
    assert commit(one, "a", 2).json()["missing"] is None


# What there is


def test_lag_is_in_status_list_and_metrics(relay):
    one = start(relay, 4)
    page(one, "a", last=1)
    page(one, "b", last=4)
    with one.lines(consumer="b") as stream:
        stream.until("live")
        listed = one.get_json("/api/v1/consumers")
        assert listed["max_count"] == 256
        told = {view["name"]: view for view in listed["consumers"]}
        assert [(view["lag_events"], view["connected"]) for view in told.values()] == [(1, 0), (4, 1)]
        assert [view["name"] for view in one.status()["consumers"]] == ["a", "b"]
        metrics = one.metrics()
        assert metrics['tailrace_consumer_lag_events{consumer="b"}'] == 4
        assert metrics['tailrace_consumer_connected{consumer="b"}'] == 1
        assert metrics["tailrace_consumers"] == 2 and metrics["tailrace_consumers_created_total"] == 2
        first = metrics['tailrace_consumer_lag_seconds{consumer="b"}']
        assert eventually(lambda: one.metrics()['tailrace_consumer_lag_seconds{consumer="b"}'] > first)
    commit(one, "b", 4)
    assert one.metrics()['tailrace_consumer_lag_seconds{consumer="b"}'] == 0
    assert one.metrics()['tailrace_consumer_last_commit_timestamp_seconds{consumer="b"}'] > 1e9
    eventually(lambda: consumer(one, "b")["connected"] == 0)
    assert consumer(one, "b")["last_seen"] > told["b"]["last_seen"]


def test_a_deleted_consumer_is_gone_and_its_name_free(relay):
    one = start(relay, 4)
    page(one, "a", last=4)
    last = request(one.port, "/api/v1/consumers/a", method="DELETE")
    assert last.status == 200 and last.json()["position"] == f"{one.epoch}:0"
    for method in ("GET", "HEAD", "DELETE"):
        assert request(one.port, "/api/v1/consumers/a", method=method).status == 404
    assert commit(one, "a", 4).status == 404
    one.kill9()
    one.start()
    assert one.get_json("/api/v1/consumers")["consumers"] == []
    with one.lines(consumer="a") as stream:
        assert stream.next()["consumer"] == {"name": "a", "position": f"{one.epoch}:4", "new": True}


def test_the_limit_is_told_on_every_way_and_counted(relay):
    one = start(relay, 2, config="[consumers]\nmax_count = 1\n")
    page(one, "a")
    for path in ("/api/v1/stream?consumer=b", "/api/v1/events?consumer=b"):
        answer = one.get(path)
        assert answer.status == 409 and "max_count" in answer.json()["detail"], path
        assert request(one.port, path, method="HEAD").status == 409
    with one.ws({"consumer": "b"}) as reader:
        error = reader.until("error")
        assert error["code"] == "consumer" and "max_count" in error["message"]
        assert reader.open(consumer="a")["consumer"]["name"] == "a"
    assert one.metrics()["tailrace_consumers_refused_total"] == 3
    assert one.metrics()["tailrace_consumers_max"] == 1


def test_a_consumer_that_nobody_uses_is_forgotten(relay):
    one = start(relay, 2, config='[consumers]\nmax_idle = "1s"\n')
    with one.lines(consumer="read") as stream:
        stream.until("live")
        page(one, "idle")
        eventually(lambda: one.get("/api/v1/consumers/idle").status == 404)
        assert consumer(one, "read")["connected"] == 1
        assert one.metrics()["tailrace_consumers_expired_total"] == 1


def test_looking_makes_no_consumer(relay):
    one = start(relay, 2)
    for path in ("/api/v1/stream?consumer=a", "/api/v1/events?consumer=a"):
        assert request(one.port, path, method="HEAD").status == 200
        link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        assert one.get(path, headers=link).status == 403
    for path in ("/api/v1/stream?consumer=", "/api/v1/events?consumer=a%2Fb", "/api/v1/stream?consumer=a&filter=x:%3E"):
        assert one.get(path).status == 400, path
    assert one.get_json("/api/v1/consumers")["consumers"] == []


# Other people's clients


def test_curl_reads_commits_and_goes_on(relay):
    one = start(relay, 3)

    def curl(*arguments) -> str:
        command = ["curl", "-sS", "--fail-with-body", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout

    first = json.loads(curl(f"{one.url}/api/v1/events?consumer=cron&last=3&limit=2"))
    assert seqs(first) == [1, 2]
    body = json.dumps({"position": first["position"]})
    curl("-H", "Content-Type: application/json", "-d", body, f"{one.url}/api/v1/consumers/cron/commit")
    assert seqs(json.loads(curl(f"{one.url}/api/v1/events?consumer=cron"))) == [3]
    assert json.loads(curl("-X", "DELETE", f"{one.url}/api/v1/consumers/cron"))["lag_events"] == 1


def test_a_websocket_reads_under_a_name_and_an_open_can_change_it(relay):
    one = start(relay, 6)
    with one.ws({"consumer": "a", "last": 2}) as reader:
        assert reader.until("opened")["consumer"]["new"] is True
        assert [event["seq"] for event in reader.events(2)] == [5, 6]
        assert commit(one, "a", reader.position).status == 200
        assert reader.open(consumer="b", last=4)["consumer"] == {"name": "b", "position": f"{one.epoch}:2", "new": True}
        assert consumer(one, "a")["connected"] == 0 and consumer(one, "b")["connected"] == 1
        assert reader.open(consumer="no/name")["code"] == "consumer"
        assert "consumer" not in reader.open(last=1)
        eventually(lambda: consumer(one, "b")["connected"] == 0)
    with one.ws({"consumer": "a"}) as reader:
        assert reader.until("opened")["from"] == f"{one.epoch}:6"


def test_two_readers_of_one_consumer_both_get_everything(relay):
    one = start(relay, 3)
    with one.ws({"consumer": "a", "last": 3}) as first:
        # Who comes first says where the consumer begins.
        first.events(3)
        with one.lines(consumer="a") as second:
            assert [event["seq"] for event in second.events(3)] == [1, 2, 3]
            assert commit(one, "a", 3).status == 200 and commit(one, "a", 2).status == 409
            write(one, 4, 1)
            assert first.events(4)[-1]["seq"] == 4
            assert second.events(1)[0]["seq"] == 4
            assert consumer(one, "a")["connected"] == 2


# The command


def test_tail_goes_on_where_the_last_one_was_and_repeats_only_what_it_had_not_committed(binary, relay):
    one = start(relay, 30)
    with Command(binary, "tail", one.url, "--consumer", "ship", "--from", "start", "-o", "json", "-c", "10") as tail:
        assert tail.wait() == 0 and tail.messages() == [f"line {n}" for n in range(1, 11)]
        assert f"the consumer is new, it begins behind {one.epoch}:0" in tail.err.text()
    assert consumer(one, "ship")["position"] == f"{one.epoch}:10"
    with Command(binary, "tail", one.url, "--consumer", "ship", "-o", "json") as tail:
        eventually(lambda: len(tail.events()) == 20)
        eventually(lambda: consumer(one, "ship")["lag_events"] == 0)
        write(one, 31, 5)
        eventually(lambda: len(tail.events()) == 25)
        tail.process.kill()
        tail.wait()
    at = int(consumer(one, "ship")["position"].split(":")[1])
    assert 30 <= at <= 35
    with Command(binary, "tail", one.url, "--consumer", "ship", "--no-follow", "-o", "json") as tail:
        assert tail.wait() == 0 and tail.messages() == [f"line {n}" for n in range(at + 1, 36)]
        assert tail.err.bytes() == b""
    assert consumer(one, "ship")["lag_events"] == 0


def test_tail_commits_at_ctrl_c_and_repeats_nothing_over_a_restart_of_the_relay(binary, relay):
    one = start(relay, 5)
    one.configure(one.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{one.port}"))
    with Command(binary, "tail", one.url, "--consumer", "ship", "-n", "5", "-o", "json") as tail:
        eventually(lambda: len(tail.events()) == 5)
        one.kill9()
        write(one, 6, 5)
        one.start()
        eventually(lambda: len(tail.events()) == 10, 20)
        assert tail.messages() == [f"line {n}" for n in range(1, 11)]
        assert tail.signal(signal.SIGINT) == 130
    assert consumer(one, "ship")["position"] == f"{one.epoch}:10"


def test_tail_tells_that_its_position_is_not_kept(binary, relay):
    one = start(relay, 5)
    with Command(binary, "tail", one.url, "--consumer", "ship", "-o", "json") as tail:
        eventually(lambda: one.get("/api/v1/consumers/ship").status == 200)
        eventually(lambda: consumer(one, "ship")["connected"] == 1)
        request(one.port, "/api/v1/consumers/ship", method="DELETE")
        write(one, 6, 1)
        eventually(lambda: tail.events())
        tail.signal(signal.SIGINT)
        assert f"{one.epoch}:6 is not committed" in tail.err.text()
        assert "there is no consumer" in tail.err.text()


@pytest.mark.parametrize("wrong", [["--state", "x"], ["--until", "1h"], ["until:1h"]])
def test_tail_refuses_what_a_consumer_excludes(binary, relay, wrong):
    one = start(relay)
    with Command(binary, "tail", one.url, "--consumer", "ship", *wrong) as tail:
        assert tail.wait() in (2, 64)


def test_consumers_are_listed_shown_reset_and_deleted(binary, relay):
    one = start(relay, 5)
    page(one, "ship", last=2)

    def run(*arguments, code: int = 0) -> str:
        with Command(binary, "consumers", *arguments) as command:
            assert command.wait() == code, command.err.text()
            return command.out.text() if code == 0 else command.err.text()

    assert "ship" in run(one.url) and f"{one.epoch}:3" in run("list", one.url)
    assert json.loads(run("show", "ship", one.url))["lag_events"] == 2
    assert json.loads(run("reset", "ship", "--to", "start", one.url))["position"] == f"{one.epoch}:0"
    assert json.loads(run("reset", "ship", "--to", "now", one.url))["lag_events"] == 0
    assert json.loads(run("reset", "ship", "--to", f"{one.epoch}:2", one.url))["lag_events"] == 3
    assert "no position" in run("reset", "ship", "--to", "yesterday", one.url, code=2)
    assert json.loads(run("delete", "ship", one.url))["name"] == "ship"
    assert "there is no consumer" in run("show", "ship", one.url, code=1)
    assert json.loads(run("-o", "json", one.url)) == {"max_count": 256, "consumers": []}
