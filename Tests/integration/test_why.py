"""Why a line is not seen: every station on the real binary, with and without a running relay."""

import json
import os
import subprocess

import pytest

from harness.http import request
from harness.inputs import append, file_input, unix_input
from harness.waiting import eventually

ROUTES = '[[route]]\nname = "errors"\nwhere = "level>=error"\n[[route]]\nname = "other"\nfrom = ["socket"]\n'
LINE = "2026-11-22T07:35:12Z INFO order 17 placed"


def why(binary, *arguments):
    done = subprocess.run(
        [str(binary), "why", *arguments, "--output", "json"], capture_output=True, text=True, timeout=30)
    assert done.returncode in (0, 1) and done.stdout, done
    report = json.loads(done.stdout)
    assert report["seen"] == (done.returncode == 0)
    return report


def stage(report, station):
    return next(one for one in report["stages"] if one["station"] == station)


@pytest.fixture
def config(tmp_path):
    """A configuration that nobody runs."""
    file = tmp_path / "tailrace.toml"
    file.write_text(
        '[log]\npath = "memory"\n' + file_input(path=f"{tmp_path}/*.log", more='exclude = ["old*"]')
        + unix_input(path=f"{tmp_path}/in.sock") + ROUTES
    )
    return file


# Without a relay


def test_a_line_in_a_followed_file_would_be_seen(binary, tmp_path, config):
    append(tmp_path / "app.log", "first", LINE)
    report = why(binary, LINE, "--config", str(config))
    assert report["seen"] and stage(report, "source")["summary"].endswith(f"{tmp_path}/app.log at byte 6")
    assert "level info" in stage(report, "format")["summary"]
    assert "2026-11-22T07:35:12Z" in stage(report, "format")["summary"]
    assert stage(report, "route")["summary"] == "it is in all"


def test_the_filter_and_the_route_stop_it_and_say_by_what(binary, tmp_path, config):
    append(tmp_path / "app.log", LINE)
    by_route = why(binary, LINE, "--config", str(config), "--stream", "errors")
    assert by_route["stopped_by"] == "route" and "level>=error (is info)" in stage(by_route, "route")["summary"]
    by_input = why(binary, LINE, "--config", str(config), "--stream", "other")
    assert by_input["stopped_by"] == "route" and "takes only socket" in stage(by_input, "route")["summary"]
    by_filter = why(binary, LINE, "--config", str(config), "--filter", "order -placed")
    assert by_filter["stopped_by"] == "filter" and "NOT placed" in stage(by_filter, "filter")["summary"]
    assert [clause["holds"] for clause in by_filter["clauses"]] == [True, False]
    rate = why(binary, LINE, "--config", str(config), "--max-rate", "5")
    assert rate["seen"] and stage(rate, "rate")["verdict"] == "unknown"


def test_a_file_that_nobody_reads_stops_at_the_source(binary, tmp_path, config):
    (tmp_path / "app.txt").write_text(LINE + "\n")
    (tmp_path / "old.log").write_text(LINE + "\n")
    for file, words in [("app.txt", "do not match"), ("old.log", "exclude"), ("new.log", "does not exist")]:
        report = why(binary, f"file:{tmp_path}/{file}", "--config", str(config))
        assert report["stopped_by"] == "source" and words in stage(report, "source")["summary"], report
    append(tmp_path / "app.log", "x")
    assert stage(why(binary, f"file:{tmp_path}/app.log", "--config", str(config)), "source")["verdict"] == "passes"


def test_without_a_socket_a_line_in_no_file_stops_at_the_source(binary, tmp_path):
    file = tmp_path / "c.toml"
    file.write_text('[log]\npath = "memory"\n' + file_input(path=f"{tmp_path}/*.log"))
    report = why(binary, LINE, "--config", str(file))
    assert report["stopped_by"] == "source" and "no file matches" in stage(report, "source")["summary"]
    append(tmp_path / "app.log", "x")
    report = why(binary, LINE, "--config", str(file))
    assert report["stopped_by"] == "source" and "1 newest files" in stage(report, "source")["summary"]


def test_a_file_without_permission_stops_there_and_says_what_to_do(binary, tmp_path, config, as_root):
    append(tmp_path / "app.log", LINE)
    os.chmod(tmp_path / "app.log", 0o600)
    folder = tmp_path
    while folder != folder.parent and folder.stat().st_mode & 0o5 != 0o5:
        os.chmod(folder, 0o755)
        folder = folder.parent
    command = [str(binary), "why", f"file:{tmp_path}/app.log", "--config", str(config), "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, user=65534, group=65534)
    if not done.stdout:
        pytest.skip(f"another user cannot run the binary here: {done.stderr}")
    report = json.loads(done.stdout)
    assert report["stopped_by"] == "permission" and "app.log" in stage(report, "permission")["hint"], report


def test_text_output_names_the_first_stop(binary, tmp_path, config):
    append(tmp_path / "app.log", LINE)
    done = subprocess.run(
        [str(binary), "why", LINE, "--config", str(config), "--stream", "errors", "--filter", "nothing"],
        capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("stopped by route: where of stream errors")
    assert "  route       STOP  " in done.stdout and "  filter      STOP  " in done.stdout


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["x", "--filter", "a | b"], "column 3"),
        (["x", "--stream", "nosuch"], "there are all, errors, other"),
        ([" "], "nothing to look for"),
        (["x" * 40000], "longer than"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(binary, tmp_path, config, arguments, words):
    done = subprocess.run(
        [str(binary), "why", *arguments, "--config", str(config)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and words in done.stderr and not done.stdout, done


# With a relay


def test_a_relay_finds_the_line_in_its_log(binary, relay):
    one = relay(file_input() + unix_input() + ROUTES)
    append(one.path("app.log"), '{"level":"info","msg":"ok","n":1}', '{"level":"info","msg":"ok","n":2}', LINE)
    one.wait_head(3)
    for line, seq in [('{"level":"info","msg":"ok","n":1}', 1), ('{"level":"info","msg":"ok","n":2}', 2), (LINE, 3),
                      ("order 17", 3), ("file:" + str(one.path("app.log")), 3)]:
        report = why(binary, line, one.url)
        assert report["seen"] and report["position"] == f"{one.epoch}:{seq}", (line, report)
    stopped = why(binary, LINE, one.url, "--stream", "errors")
    assert stopped["stopped_by"] == "route" and stopped["position"] == f"{one.epoch}:3"
    assert why(binary, LINE, one.url, "--filter", "level>=warn")["stopped_by"] == "filter"


def test_redaction_dropping_and_sampling_are_told(binary, relay):
    one = relay(
        file_input() + '[[redact]]\nmatch = "builtin:email"\n'
        '[[route]]\nname = "noise"\nwhere = "healthcheck"\ndrop = true\n'
        '[[route]]\nname = "few"\nsample = "1:1000"\n'
    )
    mail, check = "from bob@example.com", "healthcheck passed"
    append(one.path("app.log"), mail, check, *(f"order {number}" for number in range(50)))
    one.wait_head(51)
    kept = why(binary, mail, one.url)
    assert kept["seen"] and kept["position"] == f"{one.epoch}:1"
    assert "changed by email" in stage(kept, "redaction")["summary"]
    assert stage(why(binary, "order 7", one.url), "redaction")["summary"] == "no rule changes it"
    dropped = why(binary, check, one.url)
    assert dropped["stopped_by"] == "route" and '"noise" has drop' in stage(dropped, "route")["summary"]
    with one.lines(stream="few", **{"from": f"{one.epoch}:0"}) as reader:
        few = [event["message"] for event in reader.until("live") if event.get("source") == "app"]
    left_out = next(f"order {number}" for number in range(50) if f"order {number}" not in few)
    sampled = why(binary, left_out, one.url, "--stream", "few")
    assert sampled["stopped_by"] == "route" and "sample or rate_limit" in stage(sampled, "route")["summary"]


def test_a_relay_says_what_it_has_not_read(binary, relay):
    one = relay(file_input())
    append(one.path("app.log"), "first")
    one.wait_head(1)
    with open(one.path("app.log"), "ab", buffering=0) as file:
        file.write(b"a line without its end")
        report = eventually(
            lambda: (r := why(binary, "a line without its end", one.url))["stopped_by"] == "source" and r, 10)
        assert "has read to byte 6" in stage(report, "source")["summary"]
        file.write(b"\n")
    one.wait_head(2)
    assert why(binary, "a line without its end", one.url)["seen"]
    missing = why(binary, "never written", one.url)
    assert missing["stopped_by"] == "source" and missing["inputs"][0]["state"] in ("reading", "waiting")


def test_a_relay_with_a_socket_says_that_the_line_never_came(binary, relay):
    one = relay(unix_input())
    report = why(binary, "never sent", one.url)
    assert report["stopped_by"] == "log" and stage(report, "source")["verdict"] == "unknown"


def test_questions_over_http_are_checked(relay):
    one = relay(file_input())

    def ask(body, headers={"Content-Type": "application/json"}):
        return request(one.port, "/api/v1/why", method="POST", headers=headers, body=json.dumps(body).encode())

    assert ask({"line": "x"}).status == 200 and ask({"line": "x", "max_rate": 5.0}).status == 200
    assert ask({"line": "x"}, {}).status == 415
    for body, member in [({}, None), ({"line": " "}, None), ({"line": "x", "filter": "a | b"}, "at"),
                         ({"line": "x", "stream": "nosuch"}, "code"), ({"line": "x", "max_rate": "5"}, None),
                         ({"line": "x", "max_rate": 0}, None), ({"line": "x", "filter": ["a"]}, None),
                         ({"line": "x", "stream": {}}, None)]:
        answer = ask(body)
        assert answer.status == 400 and answer.json()["detail"], answer
        assert member is None or member in answer.json()


def test_a_wrong_address_is_told(binary):
    for url, words, codes in [("ftp://x", "http://HOST:PORT", (2,)), ("http://127.0.0.1:1", "cannot reach", (1,))]:
        done = subprocess.run([str(binary), "why", "x", url], capture_output=True, text=True, timeout=30)
        assert done.returncode in codes and words in done.stderr, done
