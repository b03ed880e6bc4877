"""Why an event passes a filter or not: on the command line and over HTTP."""

import json
import subprocess

import pytest

from harness.http import request
from harness.inputs import append, file_input

EVENT = {
    "seq": 12, "time": "2026-11-22T07:35:12.5Z", "level": "error", "source": "nginx", "host": "web-1",
    "message": "upstream timed out", "fields": {"status": 504, "path": "/cart"},
}
JSON = {"Content-Type": "application/json"}


def explain(binary, *arguments, **options):
    return subprocess.run(
        [str(binary), "explain", *arguments], capture_output=True, text=True, timeout=20, **options)


def ask(one, body, headers=JSON):
    return request(one.port, "/api/v1/explain", method="POST", headers=headers, body=json.dumps(body).encode())


def test_each_clause_is_shown_with_what_it_found(binary, tmp_path):
    file = tmp_path / "event.json"
    file.write_text(json.dumps(EVENT, indent=2))
    done = explain(binary, "level>=warn -healthcheck status<500 unit:cron -team:x", "--event", str(file))
    assert done.returncode == 0, done
    assert done.stdout.splitlines()[2:] == [
        "event          12 2026-11-22T07:35:12.5Z error nginx: upstream timed out",
        "matches        no",
        "  true   level>=warn      level          error",
        "  true   NOT healthcheck  text           upstream timed out",
        "  false  status<500       number         504",
        "  false  unit:cron        field missing",
        "  true   NOT team:x       field missing",
    ]


def test_several_events_are_explained_in_turn_as_json(binary):
    lines = [json.dumps({"type": "live", "position": "a:1"}), json.dumps(EVENT), "", json.dumps({"message": "fine"})]
    done = explain(binary, "timed", "status:504", "--event", "-", "--output", "json", input="\n".join(lines))
    assert done.returncode == 0, done
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["matches"] is True and second["matches"] is False and first["event"] == EVENT
    assert first["filter"] == "status:504 timed" and first["bracketed"] == "(timed AND status:504)"
    assert first["clauses"][1] == {
        "text": "status:504", "at": 7, "length": 10, "negated": False, "result": "true", "holds": True,
        "type": "number", "value": "504",
    }
    assert second["clauses"][1]["result"] == "missing" and "value" not in second["clauses"][1]


@pytest.mark.parametrize(
    "text, words",
    [("nonsense", "not one JSON object"), ('{"msg":"x"}', 'no member "msg"'), ("", "holds no event"),
     ('{"message":"x"}\n{"level":"loud"}', "stdin:2: level")],
)
def test_what_is_no_event_is_said_with_its_place(binary, text, words):
    done = explain(binary, "x", "--event", "-", input=text)
    assert done.returncode == 1 and words in done.stderr and "stdin" in done.stderr, done


def test_a_missing_file_and_a_wrong_form_are_told(binary):
    assert "No such file" in explain(binary, "x", "--event", "/nowhere/x").stderr
    assert explain(binary, "x", "--output", "yaml").returncode in (2, 64)


def test_the_relay_explains_an_event_of_its_log(relay):
    one = relay(file_input() + '[[route]]\nname = "errors"\nwhere = "level>=error"\n')
    append(one.path("app.log"), "ERROR it broke", "INFO fine")
    one.wait_head(2)
    answer = ask(one, {"filter": "stream:errors broke -x:y", "position": f"{one.epoch}:1"})
    assert answer.status == 200, answer
    told = answer.json()
    assert told["matches"] is True and told["event"]["message"] == "ERROR it broke"
    assert [clause["result"] for clause in told["clauses"]] == ["true", "true", "missing"]
    assert told["clauses"][0]["value"] == "all errors" and told["clauses"][2]["holds"] is True
    other = ask(one, {"filter": "stream:errors", "position": f"{one.epoch}:2"}).json()
    assert other["matches"] is False and other["clauses"][0]["value"] == "all"
    given = ask(one, {"filter": "status>500", "event": EVENT}).json()
    assert given["matches"] is True and "event" not in given
    alone = ask(one, {"filter": "a OR b c"}).json()
    assert "matches" not in alone and "AND binds" in alone["hint"] and "result" not in alone["clauses"][0]


@pytest.mark.parametrize(
    "body, status, members",
    [
        ({"filter": "status:>5"}, 400, {"code": "filter", "at": 7, "suggestion": "status>5"}),
        ({"filter": "x", "position": "e:1"}, 404, {}),
        ({"filter": "x", "position": "nonsense"}, 400, {"code": "position"}),
        ({"filter": "x", "event": {"msg": 1}}, 400, {}),
        ({"filter": "x", "event": {}, "position": "e:1"}, 400, {}),
        ({"event": {}}, 400, {}),
        ([], 400, {}),
    ],
)
def test_what_is_wrong_with_a_question_is_said(relay, body, status, members):
    one = relay(file_input())
    answer = ask(one, body)
    assert answer.status == status and answer.headers["Content-Type"] == "application/problem+json", answer
    assert members.items() <= answer.json().items() and answer.json()["detail"]
    assert ask(one, {"filter": "x"}, {}).status == 415
