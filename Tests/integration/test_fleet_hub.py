"""A hub: what hosts published to JetStream, served as any relay serves its log."""

import json
import random
import threading
import urllib.parse

import pytest

from harness.command import Command
from harness.fleet import Host
from harness.http import request
from harness.inputs import append, file_input
from harness.nats import NATSClient, NATSServer
from harness.relay import LISTENS
from harness.waiting import eventually


@pytest.fixture
def nats(tmp_path):
    server = NATSServer(tmp_path / "nats")
    yield server
    server.close()


@pytest.fixture
def client(nats):
    one = nats.client()
    yield one
    one.close()


def hub_config(nats, extra: str = "", timeout: str = "30s") -> str:
    return f"""
[fleet]
mode = "hub"
servers = ["{nats.url}"]
name = "prod"
since = "1d"
resend_timeout = "{timeout}"
{extra}
"""


def told(one, filter: str = "") -> list[dict]:
    query = urllib.parse.urlencode({"stream": "all", "limit": 100000, "filter": filter})
    return one.get_json(f"/api/v1/events?{query}")["events"]


def fleet(one) -> dict:
    return one.status()["fleet"]


def asked(nats, name: str) -> NATSClient:
    """Hears what hubs ask a host."""
    client = nats.client()
    client._send(f"SUB tailrace.prod.{name}.@.resend 2")
    return client


def run(one, *arguments) -> Command:
    with Command(one.binary, *arguments) as command:
        command.wait()
    return command


def host(one, name: str) -> dict:
    return next((each for each in fleet(one)["hosts"] if each["host"] == name), {})


def numbers(events: list[dict], name: str) -> list[int]:
    return [event["fields"]["n"] for event in events if event["host"] == name and "n" in event["fields"]]


def test_a_hub_serves_what_hosts_published_by_host_and_input(relay, nats, client):
    one = relay(hub_config(nats))
    web, db = Host(client, "prod", "web-1"), Host(client, "prod", "db-1")
    web.write(250)
    db.write(50)
    one.wait_head(300)
    events = told(one)
    assert numbers(events, "web-1") == list(range(1, 251)) and numbers(events, "db-1") == list(range(1, 51))
    assert {event["source"] for event in events} == {"app"}
    assert len(told(one, "host:db-1 level>=error")) == 5
    with one.ws({"stream": "all", "filter": "host:web-1"}) as reader:
        reader.until("live")
        web.write(3)
        assert [event["message"] for event in reader.events(3)] == ["web-1 251", "web-1 252", "web-1 253"]
    state = fleet(one)
    assert state["mode"] == "hub" and state["state"] == "connected" and state["pending_messages"] == 0
    assert host(one, "web-1")["events"] == 253 and host(one, "web-1")["missing_events"] == 0
    assert one.metrics()['tailrace_fleet_host_events_total{host="db-1"}'] == 50
    assert run(one, "verify", one.url).process.returncode == 0


def test_n5_doubles_and_disorder_are_invisible_and_positions_are_those_of_every_hub(relay, nats, client):
    chance = random.Random(5)
    first = relay(hub_config(nats))
    web = Host(client, "prod", "web-1")
    messages, cursor = [], 0
    while cursor < 1500:
        last = min(1500, cursor + chance.randrange(1, 60))
        messages.append((list(range(cursor + 1, last + 1)), cursor))
        if chance.random() < 0.2:
            # A restart of the agent cuts what it had not been told of in other places.
            cursor = max(0, last - chance.randrange(80))
        else:
            cursor = last
    for index in range(1, len(messages)):
        if chance.random() < 0.2:
            messages[index - 1], messages[index] = messages[index], messages[index - 1]
    for message in messages:
        web.publish(*message)
        if chance.random() < 0.1:
            web.publish(*chance.choice(messages))
    eventually(lambda: fleet(first)["pending_messages"] == 0 and host(first, "web-1").get("events") == 1500, 30)
    second = relay(hub_config(nats, "[[route]]\nname = \"none\"\nwhere = \"level>=error\"\ndrop = true"))
    second.wait_head(first.head)
    assert sorted(numbers(told(first), "web-1")) == list(range(1, 1501))
    assert second.epoch == first.epoch and second.head == first.head > 1500
    places = {event["message"]: event["seq"] for event in told(first)}
    kept = told(second)
    assert len(kept) == 1350 and all(places[event["message"]] == event["seq"] for event in kept)
    facets = second.get_json("/api/v1/facets?stream=all&fields=level")
    assert facets["total"] == 1350
    assert run(second, "verify", second.url).process.returncode == 0

    # A reader goes on at the other hub where it was at the first.
    middle = f"{first.epoch}:{told(first)[700]['seq']}"
    with second.ws({"stream": "all", "from": middle}) as reader:
        expected = [event["message"] for event in kept if event["seq"] > int(middle.split(":")[1])]
        assert [event["message"] for event in reader.events(len(expected))] == expected
        assert reader.messages[1]["complete"] is True


def test_a_hub_that_is_killed_in_mid_stream_has_each_event_once(relay, nats, client):
    one = relay(hub_config(nats))
    web = Host(client, "prod", "web-1")
    writer = threading.Thread(target=lambda: web.write(20_000, size=37))
    writer.start()
    for _ in range(4):
        before = one.head
        eventually(lambda: one.head > before + 500 or not writer.is_alive(), 60)
        one.kill9()
        one.start()
    writer.join()
    one.wait_head(20_000)
    assert numbers(told(one), "web-1") == list(range(1, 20_001))
    assert one.head == 20_000


def test_n6_what_the_stream_lost_is_asked_back_from_the_host_or_told_as_a_gap(relay, nats, client):
    one = relay(hub_config(nats, timeout="3s"))
    web, db = Host(client, "prod", "web-1"), Host(client, "prod", "db-1")
    web.write(10)
    db.write(10)
    one.wait_head(20)
    one.kill9()
    lost = [web.publish(list(range(11, 21)), 10), db.publish(list(range(11, 21)), 10)]
    for sequence in lost:
        client.api("STREAM.MSG.DELETE.tailrace_prod", {"seq": sequence})
    web.publish([21], 20)
    db.publish([21], 20)
    listening = asked(nats, "web-1")
    one.start()
    question = listening.receive()
    assert question.payload == b"epoch1 11 20"
    listening.publish(question.reply, b"ok")
    web.publish(list(range(11, 21)), 0, resend=True)
    eventually(lambda: sorted(numbers(told(one), "web-1")) == list(range(1, 22)), 20)
    assert host(one, "web-1")["missing_events"] == 0 and host(one, "web-1")["refetched_events"] == 10
    gap = eventually(lambda: told(one, "gap.reason:fleet"), 30)
    assert len(gap) == 1 and gap[0]["host"] == "db-1"
    assert gap[0]["fields"]["gap"] == {
        "reason": "fleet", "count": 10, "unit": "events", "from": "epoch1:11", "to": "epoch1:20"
    }
    eventually(lambda: host(one, "db-1")["missing_events"] == 0, 10)
    listening.close()


def test_n7_a_stream_that_is_made_anew_begins_a_new_epoch_and_old_positions_are_told_so(relay, nats, client):
    one = relay(hub_config(nats))
    web = Host(client, "prod", "web-1")
    web.write(20)
    one.wait_head(20)
    epoch, starts = one.epoch, one.stdout().count("listens on")
    client.api("STREAM.DELETE.tailrace_prod")
    eventually(lambda: one.stdout().count("listens on") > starts, 30)
    one.port = int(LISTENS.findall(one.stdout().encode())[-1])
    assert one.epoch != epoch and one.head == 0
    # What was lost with the stream is asked back from the host.
    listening = asked(nats, "web-1")
    web.write(5)
    question = listening.receive()
    assert question.payload == b"epoch1 1 20"
    listening.publish(question.reply, b"ok")
    web.publish(list(range(1, 21)), 0, resend=True)
    eventually(lambda: sorted(numbers(told(one), "web-1")) == list(range(1, 26)), 20)
    listening.close()
    with one.ws({"stream": "all", "from": f"{epoch}:7"}) as reader:
        opened = reader.until("opened")
        assert opened["complete"] is False and opened["missing"]["reason"] == "unknown-epoch"


def test_n10_what_cannot_be_read_is_counted_and_takes_its_number(relay, nats, client):
    one = relay(hub_config(nats))
    web = Host(client, "prod", "web-1")
    web.write(2)
    client.request("tailrace.prod.web-1.app", b"\x00\xffgarbage")
    headers, payload = web.message([3, 4, 5], 2)
    client.request("tailrace.prod.web-1.app", payload, headers | {"Tailrace-Version": "2"})
    client.request("tailrace.prod.web-1.app", payload, headers | {"Tailrace-Bytes": "4000000000"})
    client.request("tailrace.prod.web-1.app", payload[:-4] + b"\xff\xff\xff\xff", headers)
    client.request("tailrace.prod.%zz.app", payload, headers)
    web.publish([3, 4, 5], 2)
    eventually(lambda: numbers(told(one), "web-1") == [1, 2, 3, 4, 5], 20)
    assert one.head == 2 + 1 + 1 + 3 + 3 + 3 + 3
    assert fleet(one)["unreadable"] == {"header": 1, "version": 1, "too_large": 1, "damaged": 1, "subject": 1}
    assert one.get("/readyz").status == 200


def test_a_hub_serves_what_it_has_while_no_server_answers_and_goes_on_when_one_does(relay, nats, client):
    one = relay(hub_config(nats))
    web = Host(client, "prod", "web-1")
    web.write(30)
    one.wait_head(30)
    client.close()
    nats.kill()
    one.restart()
    assert numbers(told(one), "web-1") == list(range(1, 31))
    nats.start()
    again = Host(nats.client(), "prod", "web-1")
    again.published = 30
    again.write(5)
    one.wait_head(35)
    assert numbers(told(one), "web-1") == list(range(1, 36))


def test_a_hub_takes_no_input_no_thinned_route_and_no_note(relay, nats, client, tmp_path):
    one = relay(hub_config(nats))
    Host(client, "prod", "web-1").write(1)
    one.wait_head(1)
    note = json.dumps({"seq": 1, "text": "look", "stream": "all"}).encode()
    answer = request(
        one.port, "/api/v1/marks", method="POST", headers={"Content-Type": "application/json"}, body=note
    )
    assert answer.status == 403 and b"a hub takes no notes" in answer.body
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        hub_config(nats, '[[route]]\nname = "some"\nsample = "1:10"\n[[input]]\nname = "in"\ntype = "stdin"')
    )
    checked = run(one, "check", "--config", wrong)
    said = (checked.out.bytes() + checked.err.bytes()).decode()
    assert checked.process.returncode == 1
    assert "everything that a hub says" in said and "sample of route" in said


def test_what_an_agent_reads_is_at_the_hub_once_whoever_is_killed(relay, nats, client):
    agent = relay(
        file_input() + f'[fleet]\nmode = "agent"\nname = "prod"\nhost = "web.1"\nservers = ["{nats.url}"]\n'
    )
    hub = relay(hub_config(nats))
    chance = random.Random(11)
    written = 0
    for _ in range(6):
        lines = [f"line {number}" for number in range(written, written + 1500)]
        written += len(lines)
        append(agent.path("app.log"), *lines)
        before = hub.head
        eventually(lambda: hub.head > before, 60)
        victim = chance.choice([agent, hub])
        victim.kill9()
        victim.start()
    eventually(lambda: len(told(hub)) >= written, 60, "all lines at the hub")
    events = told(hub)
    assert [event["message"] for event in events] == [f"line {number}" for number in range(written)]
    assert {(event["host"], event["source"]) for event in events} == {("web.1", "app")}

    # What the stream loses comes back from the host's own log.
    hub.kill9()
    append(agent.path("app.log"), "lost on the way")
    eventually(lambda: agent.status()["fleet"]["lag_events"] == 0, 30)
    last = client.stream("tailrace_prod")["state"]["last_seq"]
    client.api("STREAM.MSG.DELETE.tailrace_prod", {"seq": last})
    append(agent.path("app.log"), "the next one")
    hub.start()
    eventually(lambda: told(hub, '"lost on the way"'), 30)
    texts = [event["message"] for event in told(hub)]
    assert sorted(texts[-2:]) == ["lost on the way", "the next one"] and len(texts) == written + 2
