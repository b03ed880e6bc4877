"""`docs/openapi.yaml` against the running relay: what it says is what is answered, and no route is missing in it."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from harness.http import JSONLines, request
from harness.inputs import append, file_input
from harness.relay import Relay

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENT = REPOSITORY / "docs/openapi.yaml"
DESCRIBED = yaml.safe_load(DOCUMENT.read_text())
METHODS = ("get", "head", "post", "put", "patch", "delete")
COUNT = 50
# Cases are made before there is a relay; its epoch takes the place of this one, which is in the document's examples.
EPOCH = "fb5rwzwimj"
JSON = {"Content-Type": "application/json"}
SEED = 20261122
FEW = settings(max_examples=12, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))

FILTERS = ["", "level>=error", "line status:200", "-path:/p1", "/lin[e]/ OR status>201", 'message="line 3"', "since:1h"]
TIMES = ["500ms", "15m", "999999999999999999d", "2026-11-22T00:00:05Z", "1970-01-01T00:00:00+14:00", "2200-12-31T23:59:59.123456789Z"]
for name, values in {
    "tailrace-filter": st.sampled_from(FILTERS),
    "tailrace-stream": st.sampled_from(["all", "errors"]),
    "tailrace-position": st.integers(0, COUNT).map(lambda seq: f"{EPOCH}:{seq}"),
    "tailrace-consumer": st.sampled_from(["mail", "report-2", "x"]),
    "tailrace-span": st.sampled_from(["1ms", "10s", "5m", "2h", "3d", "999999999999999999d"]),
    "tailrace-time": st.sampled_from(TIMES),
    "tailrace-instant": st.sampled_from(TIMES[3:]),
}.items():
    schemathesis.openapi.format(name, values)


@schemathesis.deserializer("application/x-ndjson")
def lines_of(_, response):
    return [json.loads(line) for line in response.content.splitlines()]


api = schemathesis.openapi.from_path(DOCUMENT, config=schemathesis.Config(seed=SEED))


@pytest.fixture(scope="module")
def filled(binary, tmp_path_factory):
    """A relay with a stream, a rule, a note and events of all levels."""
    routes = '[[route]]\nname = "errors"\nwhere = "level>=error"\n[[route]]\nname = "noise"\nwhere = "noise"\ndrop = true\n'
    relay = Relay(binary, tmp_path_factory.mktemp("openapi"), file_input(more='format = "json"') + routes)
    relay.start()
    levels = ["info", "error", "debug", None]
    for n in range(1, COUNT + 1):
        line = {"time": f"2026-11-22T00:00:{n % 60:02}Z", "level": levels[n % 4], "message": f"line {n}", "status": 200 + n % 3}
        append(relay.path("app.log"), json.dumps(line | {"path": f"/p{n % 7}", "user": {"name": f"u{n}"}}))
    relay.wait_head(COUNT)
    note = json.dumps({"seq": 3, "text": "here it began"}).encode()
    assert request(relay.port, "/api/v1/marks", method="POST", body=note, headers=JSON).status == 201
    assert request(relay.port, "/api/v1/events?consumer=mail&last=5").status == 200
    yield relay
    relay.close()


def at(relay: Relay, case: schemathesis.Case) -> schemathesis.Case:
    """The case with positions of this relay's log."""
    epoch = relay.epoch
    for part in (case.query, case.headers, case.body):
        if hasattr(part, "items"):
            for name, value in part.items():
                if isinstance(value, str):
                    part[name] = value.replace(EPOCH, epoch)
    return case


# What is answered


@api.exclude(path=["/api/v1/stream", "/api/v1/session", "/ws"]).parametrize()
@FEW
def test_answers_are_as_described(filled, case):
    # Parameters that exclude each other, or a width too small for its time, can't be described.
    excludes = {"consumer": {"order", "to", "until", "from", "since", "last"}}
    doubtful = any(name in case.query and excludes[name] & set(case.query) for name in excludes)
    without = [positive_data_acceptance] if doubtful or case.path == "/api/v1/histogram" else []
    at(filled, case).call_and_validate(base_url=filled.url, excluded_checks=without, timeout=10)


@api.include(path="/api/v1/stream", method="GET").parametrize()
@pytest.mark.parametrize("accept", ["application/x-ndjson", "text/event-stream"])
@FEW
def test_streams_begin_as_described(filled, case, accept):
    sent = at(filled, case).as_transport_kwargs(base_url=filled.url)
    sent["headers"].update({"Accept": accept, "Accept-Encoding": "identity"})
    asked = requests.Request(**{name: sent[name] for name in ("method", "url", "headers", "params")}).prepare()
    if case.method != "GET":
        assert request(filled.port, asked.path_url, method=case.method).status == 405
        return
    with JSONLines(filled.port, asked.path_url, dict(asked.headers)) as stream:
        text = to_live_edge(stream)
        headers = {name.lower(): [value] for name, value in stream.response.headers.items()}
        answer = schemathesis.Response(stream.response.status, headers, text, asked, 0, False)
    # Whether a combination of from, since and last is one that excludes itself can't be described.
    case.validate_response(answer, excluded_checks=[positive_data_acceptance, negative_data_rejection])
    if accept == "text/event-stream" and answer.status_code == 200:
        check_server_sent(text)


def to_live_edge(stream: JSONLines) -> bytes:
    """It has no end: what comes up to `live` is all that there is to look at. A problem ends by itself."""
    text = b""
    while line := stream.response.readline():
        text += line
        if b'{"type":"live"' in line:
            break
    return text


def check_server_sent(text: bytes):
    schema = {"$ref": "#/components/schemas/StreamLine", "components": DESCRIBED["components"]}
    described = jsonschema_rs.Draft202012Validator(schema)
    for block in text.strip().split(b"\n\n"):
        members = dict(one.split(b": ", 1) for one in block.splitlines())
        data = json.loads(members[b"data"])
        described.validate(data)
        assert members.get(b"event", b"").decode() == data.get("type", "")
        assert (b"id" in members) == ("seq" in data)


@api.include(path="/api/v1/session", method="POST").parametrize()
@FEW
def test_sessions_by_polls_begin_as_described(filled, case):
    case.query["mode"] = "poll"
    at(filled, case).call_and_validate(base_url=filled.url, excluded_checks=[positive_data_acceptance], timeout=10)


# No route is missing, and none is invented

# For conformance suites, and only where it is switched on; and what there is only with [auth].
NOT_DESCRIBED = {"/debug/echo", "/login", "/login-callback", "/login-oidc", "/logout", "/api/v1/routes"}


def described() -> dict[str, set[str]]:
    return {path: {one.upper() for one in item if one in METHODS} for path, item in DESCRIBED["paths"].items()}


def registered() -> dict[str, set[str]]:
    """What the sources put into the route table; a route for GET answers HEAD too."""
    found: dict[str, set[str]] = {}
    for file in sorted((REPOSITORY / "Sources").rglob("*.swift")):
        text = file.read_text()
        calls = re.findall(r'routes\.(?:on\(\.(\w+), |(webSocket)\()"([^"]+)"', text)
        assert len(calls) == len(re.findall(r"\broutes\.(?:on|webSocket)\(", text)), f"a route of {file.name} is not seen"
        names = re.findall(r'^        on\("(\w+)"\)', text, re.MULTILINE)
        for method, socket, path in calls:
            methods = {"GET"} if socket else {method, "HEAD"} if method == "GET" else {method}
            for one in [path.replace("\\(name)", name) for name in names] if "\\(name)" in path else [path]:
                found.setdefault(one, set()).update(methods)
    return found


def test_every_route_of_the_sources_is_in_the_document_and_no_other():
    expected = {path: methods for path, methods in registered().items() if path not in NOT_DESCRIBED}
    assert described() == expected


def test_the_relay_answers_what_the_document_names_and_refuses_the_rest(filled):
    for path, methods in described().items():
        path = path.replace("{name}", "mail").replace("{id}", "0" * 32)
        refused = request(filled.port, path, method="PATCH")
        assert refused.status == 405 and refused.headers["Content-Type"] == "application/problem+json", path
        assert {one.strip() for one in refused.headers["Allow"].split(",")} == methods, path
    for path in ("/api/v1/nothing", "/api/v1/events/", "/api/v1", "/API/v1/events", "/api/v1//events"):
        answer = request(filled.port, path)
        assert answer.status == 404 and answer.headers["Content-Type"] == "application/problem+json", path
