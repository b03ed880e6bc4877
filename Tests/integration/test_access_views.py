"""What a role may not see can't be inferred: two relays whose logs differ in nothing else answer alike."""

import json
import random
import re
import urllib.parse
from datetime import datetime, timedelta, timezone

import pytest
from harness.access import Visitor, new_token, token_block
from harness.inputs import append, file_input
from harness.waiting import eventually

TOKENS = {role: new_token() for role in ("admin", "web", "streamed")}
CONFIG = (
    file_input(more='format = "json"') + '[auth]\nmode = "token"\n'
    + '[[role]]\nname = "web"\nfilter = "team:web"\n[[role]]\nname = "streamed"\nstreams = ["shop"]\n'
    + '[[route]]\nname = "shop"\nwhere = "team:web"\n[[route]]\nname = "private"\nwhere = "path:/private"\nroles = ["admin"]\n'
    + "".join(token_block(role, token, role) for role, token in TOKENS.items())
)
SEED = 20261123
VISIBLE = 120
# The same hour for both, near enough for windows of panels.
HOUR = (datetime.now(timezone.utc) - timedelta(hours=2)).strftime("%Y-%m-%dT%H")
# A page, counts, names, values, places: all that history answers, with parameters that fit and that do not.
FILTERS = ["", "level>=error", "cart", "secret", "team:secret", "team:web", "-status:500", "status>=500", "hidden_field:*",
           "path:/private", "stream:private", "stream:shop", "seq>60", "gap", "msg~'line [0-9]+'", "around:#20±5", "hidden_value"]
SAME = re.compile(rb'"from":"\d{4}-[^"]*Z"|"(received|time|host|started|until|since)":"[^"]*"|"lag_seconds":[\d.e-]+|"distinct":\d+|"(created|last_seen|last_commit)":[^,}]+')


def visible(number: int) -> str:
    fields = {"status": 200 + 100 * (number % 4), "path": f"/p{number % 5}", "team": "web", "number": number}
    level = ["info", "error", "warn", "debug"][number % 4]
    return json.dumps({"time": f"{HOUR}:{number // 60:02}:{number % 60:02}Z", "level": level, "message": f"line {number} cart", **fields})


def hidden(number: int) -> str:
    which = [{"team": "secret"}, {"team": "web", "path": "/private"}, {"other": 1}][number % 3]
    return json.dumps({"time": f"{HOUR}:00:30Z", "level": "critical", "message": f"secret {number}", "hidden_field": "hidden_value", **which})


@pytest.fixture
def two_worlds(relay, tmp_path):
    """The second log has hidden events between, before and behind those that both have, and many more of them."""
    plain, mixed = relay(CONFIG, home=tmp_path / "plain"), relay(CONFIG, home=tmp_path / "mixed")
    chance = random.Random(SEED)
    count = 0
    for number in range(VISIBLE):
        append(plain.path("app.log"), visible(number))
        between = [hidden(count + one) for one in range(chance.choice([0, 0, 1, 3, 40]))]
        count += len(between)
        append(mixed.path("app.log"), *between, visible(number))
    append(mixed.path("app.log"), *[hidden(one) for one in range(50)])
    for world in (plain, mixed):
        Visitor.bearing(world, TOKENS["web"]).wait_events(VISIBLE)
        Visitor.bearing(world, TOKENS["streamed"]).wait_events(VISIBLE)
    Visitor.bearing(mixed, TOKENS["admin"]).wait_events(VISIBLE + count + 50)
    return plain, mixed


def epoch(visitor: Visitor) -> str:
    return visitor.json("/api/v1/events", limit=1)["epoch"]


def told(visitor: Visitor, path: str, names: str, method: str = "GET", body: bytes | None = None, **headers) -> tuple:
    """What came, without what differs between any two relays: times of arrival, estimates, the name of the log."""
    answer = visitor.ask(path.replace("EPOCH", names), method, body and body.replace(b"EPOCH", names.encode()), **headers)
    text = SAME.sub(b'"x":0', answer.body).replace(names.encode(), b"EPOCH").replace(b"/mixed/", b"/plain/")
    if b'"cut":"limit"' in text:
        # How far it had looked ahead is a matter of how events were committed: of time.
        text = re.sub(rb'"searched":\d+|"(next|position)":"EPOCH:\d+"', b"", text)
    text = re.sub(rb"(not complete \(limit\); go on with from=EPOCH):\d+", rb"\1", text)
    kept = {name: value for name, value in answer.headers.items() if name != "Date"}
    if "Content-Disposition" in kept:
        kept["Content-Disposition"] = re.sub(r"\d{8}T\d{6}Z", "", kept["Content-Disposition"])
    if "Content-Length" in kept and len(text) != len(answer.body):
        del kept["Content-Length"]
    return answer.status, kept, text


def questions(chance: random.Random, count: int):
    routes = ["events", "events", "histogram", "facets", "fields", "export", "streams", "panels", "lenses", "consumers", "marks",
              "status", "inputs", "explain", "consumers/mail"]
    for _ in range(count):
        route = chance.choice(routes)
        query = {"filter": chance.choice(FILTERS)}
        if chance.random() < 0.3:
            query["stream"] = chance.choice(["all", "shop", "private", "nothing"])
        if chance.random() < 0.5:
            query["order"] = chance.choice(["asc", "desc"])
        for name in ("from", "to"):
            if chance.random() < 0.3:
                query[name] = f"EPOCH:{chance.choice([0, 1, 5, 60, 119, 120, 121, 500, 10**9])}"
        if chance.random() < 0.3:
            query["limit"] = chance.choice([1, 7, 100, 1000])
        if route == "facets":
            query["fields"] = chance.choice(["level", "team,path", "hidden_field", "source,status"])
        if route == "histogram":
            query |= {"since": f"{HOUR}:00:00Z", "until": f"{HOUR}:03:00Z", "by": chance.choice(["level", "team"])}
        if route == "export":
            query["format"] = chance.choice(["csv", "text", "ndjson"])
        accept = chance.choice(["application/json", "application/x-ndjson"])
        if route == "explain":
            about = {"filter": query["filter"], "position": f"EPOCH:{chance.choice([1, 60, 120, 121, 400])}"}
            yield "/api/v1/explain", "POST", json.dumps(about).encode(), {"Content-Type": "application/json"}
        else:
            # The page's searches are read as they are; a consumer is made on the way now and then.
            if route == "events" and chance.random() < 0.1:
                query = {"consumer": "mail", "limit": 5}
            yield f"/api/v1/{route}?{urllib.parse.urlencode(query)}", "GET", None, {"Accept": accept}


@pytest.mark.parametrize("role", ["web", "streamed"])
def test_w23_w26_hidden_events_change_no_answer(two_worlds, role):
    print(f"seed {SEED}")
    # The second kind of hidden event, of a stream for others, is hidden from both roles.
    worlds = [Visitor.bearing(world, TOKENS[role]) for world in two_worlds]
    names = [epoch(one) for one in worlds]
    answered = 0
    for path, method, body, headers in questions(random.Random(SEED), 2000):
        plain, mixed = (told(one, path, name, method, body, **headers) for one, name in zip(worlds, names))
        assert plain == mixed, (path, method, body)
        assert not re.search(rb"secret \d", mixed[2]), path
        answered += mixed[0] == 200
    assert answered > 1000


def conversation(visitor: Visitor, name: str, world) -> list[str]:
    """All that a reader is told on a WebSocket, from its first message over a backlog to what comes live."""
    with visitor.ws({"since": "2026-11-01T00:00:00Z"}, compression=None) as reader:
        reader.live()
        # What is hidden comes in one of the worlds only, and both have the same line behind it.
        if world == "mixed":
            append(visitor.relay.path("app.log"), *[hidden(one) for one in range(30)])
        append(visitor.relay.path("app.log"), visible(VISIBLE))
        reader.events(VISIBLE + 1)
        reader.send("fetch", **{"from": 1, "to": 500})
        reader.until("fetched")
        reader.send("mark", seq=3, text="who reads this")
        reader.until("error")
        reader.send("watch", panels=[{"kind": "top", "by": ["team"], "window": "1d"}, {"kind": "stat", "window": "1d"}])
        reader.until(lambda message: message["type"] == "panel" and message.get("complete") and message["total"] > 0)
        reader.until("stats")
        texts = []
        for message in reader.messages:
            if message["type"] in ("beat", "stats"):
                kept = ("head", "oldest", "matched", "seen", "levels", "sources", "type") if message["type"] == "stats" else ()
                message = {key: message[key] for key in kept}
            if message["type"] == "panel" if message else False:
                continue
            texts.append(SAME.sub(b'"x":0', json.dumps(message, sort_keys=True, separators=(",", ":")).encode()).decode().replace(name, "EPOCH"))
        return texts


def test_w26_hidden_events_change_no_live_stream(two_worlds):
    plain, mixed = two_worlds
    told = []
    for world, relay in (("plain", plain), ("mixed", mixed)):
        visitor = Visitor.bearing(relay, TOKENS["web"])
        texts = conversation(visitor, epoch(visitor), world)
        # How messages are cut, and when once a second comes, is a matter of time.
        events = [event["seq"] for text in texts for event in json.loads(text).get("events", []) if '"fetched":true' not in text]
        assert events == list(range(1, VISIBLE + 2))
        last = [json.loads(text) for text in texts if '"type":"stats"' in text][-1]
        told.append((
            [text for text in texts if any(f'"type":"{kind}"' in text for kind in ("hello", "opened", "error", "fetched", "watching", "gap"))],
            {key: last[key] for key in ("head", "oldest", "sources")}, last["levels"]["seen"],
        ))
        assert last["sources"] == {} and last["head"] == VISIBLE + 1
    assert told[0] == told[1]


def test_w26_panels_are_of_the_role(two_worlds):
    for relay in two_worlds:
        panels = Visitor.bearing(relay, TOKENS["web"]).json("/api/v1/panels")["panels"]
        assert panels and all("secret" not in json.dumps(one) and "critical" not in json.dumps(one) for one in panels)
        fresh = next(one for one in panels if one["id"] == "freshness")
        assert fresh["last"]["total"] in (0, VISIBLE)


def test_a_view_keeps_its_numbers_over_restarts_and_kills(two_worlds):
    _, relay = two_worlds
    web = Visitor.bearing(relay, TOKENS["web"])
    before = [(event["seq"], event["message"]) for event in web.events(limit=1000)]
    name = epoch(web)
    relay.stop()
    append(relay.path("app.log"), hidden(1), visible(VISIBLE))
    relay.start()
    assert epoch(web := Visitor.bearing(relay, TOKENS["web"])) != ""
    after = [(event["seq"], event["message"]) for event in web.wait_events(VISIBLE + 1)]
    assert after[:VISIBLE] == before and epoch(web) == name
    relay.kill9()
    append(relay.path("app.log"), hidden(2), visible(VISIBLE + 1))
    relay.start()
    web = Visitor.bearing(relay, TOKENS["web"])
    last = [(event["seq"], event["message"]) for event in web.wait_events(VISIBLE + 2)]
    assert last[: VISIBLE + 1] == after and epoch(web) == name
    assert [number for number, _ in last] == list(range(1, VISIBLE + 3))


def test_a_view_is_made_again_for_another_definition_and_removed_with_its_role(two_worlds):
    _, relay = two_worlds
    folder = relay.log_dir / "views"
    first = {one.name for one in folder.iterdir()}
    assert len(first) == 2
    relay.stop()
    relay.config.write_text(relay.config.read_text().replace('filter = "team:web"', 'filter = "team:web level>=error"'))
    relay.start()
    events = Visitor.bearing(relay, TOKENS["web"]).wait_events(VISIBLE // 4)
    assert len(events) == VISIBLE // 4 and [event["seq"] for event in events] == list(range(1, VISIBLE // 4 + 1))
    assert len(first & {one.name for one in folder.iterdir()}) == 1
    relay.stop()
    relay.config.write_text(re.sub(r'mode = "token"', 'mode = "none"', relay.config.read_text()).replace('roles = ["admin"]\n', ""))
    relay.start()
    assert list(folder.iterdir()) == []


def test_consumers_belong_to_a_role(two_worlds):
    _, relay = two_worlds
    web, streamed = (Visitor.bearing(relay, TOKENS[role]) for role in ("web", "streamed"))
    page = web.json("/api/v1/events", consumer="mail", last=1000, limit=10)
    body = json.dumps({"position": page["position"]}).encode()
    assert web.ask("/api/v1/consumers/mail/commit", "POST", body, Content_Type="application/json").status == 200
    kept = web.json("/api/v1/consumers/mail")
    assert kept["lag_events"] == VISIBLE - 10
    assert streamed.ask("/api/v1/consumers/mail").status == 404
    assert Visitor.bearing(relay, TOKENS["admin"]).ask("/api/v1/consumers/mail").status == 404
    relay.kill9()
    relay.start()
    web = Visitor.bearing(relay, TOKENS["web"])
    eventually(lambda: web.ask("/api/v1/consumers").status == 200, what="a view that is ready")
    assert web.json("/api/v1/consumers/mail")["position"] == kept["position"]
