"""A host publishes its log: what is in the stream is each event once, however the way there breaks."""

import json
import os
import random
import re
import signal
import socket
import threading
import time

import pytest

from harness.inputs import append, file_input
from harness.nats import Ledger, NATSServer
from harness.proxy import Proxy
from harness.waiting import eventually

STREAM = "tailrace_t"


@pytest.fixture
def nats(tmp_path):
    servers = []

    def start(more: str = "") -> NATSServer:
        servers.append(NATSServer(tmp_path / f"nats{len(servers)}", more))
        return servers[-1]

    yield start
    for one in servers:
        one.close()


def fleet(url: str, more: str = "", host: str = "web.1") -> str:
    return f'[fleet]\nmode = "agent"\nname = "t"\nhost = "{host}"\nservers = ["{url}"]\n{more}\n'


def agent(relay, url: str, more: str = "", host: str = "web.1", **options):
    return relay(file_input() + file_input("other", "{dir}/other.log") + fleet(url, more, host), **options)


def write(one, first: int, count: int, name: str = "app.log"):
    append(one.path(name), *[f"line {n}" for n in range(first, first + count)])


def status(one) -> dict:
    return one.status()["fleet"]


def published(one, count: int, timeout: float = 60):
    """All `count` events of the log are acknowledged."""
    eventually(
        lambda: status(one)["through"] >= count, timeout, f"{count} events in the stream"
    )


def ledger(server: NATSServer, **login) -> Ledger:
    client = server.client(**login)
    try:
        return Ledger(client.messages(STREAM))
    finally:
        client.close()


def numbers(lines: list[str]) -> list[int]:
    return [int(line.split()[1]) for line in lines]


def test_what_a_host_logs_is_in_the_stream_by_host_and_input(relay, nats):
    server = nats()
    one = agent(relay, server.url)
    for n in range(5):
        write(one, 100 * n, 100)
        write(one, 100 * n, 100, "other.log")
    published(one, 1000)
    held = ledger(server)
    assert {(block.host, block.input) for block in held.blocks} == {("web.1", "app"), ("web.1", "other")}
    assert not held.missing("web.1") and not held.gaps and held.doubles == 0
    for name in ("app", "other"):
        lines = [line for block in held.blocks if block.input == name for line in block.messages]
        assert numbers(lines) == list(range(500))
    now = status(one)
    assert now["state"] == "connected" and now["mode"] == "agent" and now["stream"] == STREAM and now["through"] == 1000
    metrics = one.metrics()
    assert metrics["tailrace_fleet_up"] == 1 and metrics["tailrace_fleet_lag_events"] == 0
    assert metrics["tailrace_fleet_published_events_total"] == 1000
    # It serves what it has itself, too.
    assert len(one.get_json("/api/v1/events?limit=2000")["events"]) == 1000


def test_n1_while_the_server_is_down_the_log_is_the_queue(relay, nats):
    server = nats()
    one = agent(relay, server.url)
    write(one, 0, 200)
    published(one, 200)
    server.kill()
    write(one, 200, 5000)
    one.wait_head(5200)
    eventually(lambda: status(one)["state"] == "disconnected", 30, "an agent that knows")
    behind = status(one)
    assert behind["lag_events"] == 5000 and behind["lag_seconds"] > 0 and behind["reason"]
    one.restart()
    write(one, 5200, 300)
    one.wait_head(5500)
    server.start()
    published(one, 5500)
    held = ledger(server)
    assert numbers(held.lines("web.1")) == list(range(5500)) and not held.missing("web.1") and not held.gaps
    assert "There is no connection to the fleet" in one.stderr() and "Connected to the fleet" in one.stderr()


def test_n1_a_backlog_gets_smaller_at_its_rate_and_what_is_new_does_not_wait_for_ever(relay, nats):
    server = nats()
    server.kill()
    one = agent(relay, server.url, "catch_up_rate = 2000")
    write(one, 0, 9000)
    one.wait_head(9000)
    server.start()
    eventually(lambda: status(one)["state"] == "connected", 60, "a connection")
    began = time.monotonic()
    published(one, 9000)
    # One second's worth is granted at once, and a chunk may overdraw.
    assert time.monotonic() - began > (9000 - 2000 - 600) / 2000 * 0.8
    assert numbers(ledger(server).lines("web.1")) == list(range(9000))


def test_n2_acknowledgements_that_come_late_hold_a_window_and_no_more(relay, nats):
    server = nats()
    one = agent(relay, server.url, "window = 4\ncatch_up_rate = 0")
    write(one, 0, 100)
    published(one, 100)
    server.pause()
    before = one.rss_bytes()
    for n in range(40):
        append(one.path("app.log"), *[f"line {100 + n * 1000 + m} " + "x" * 200 for m in range(1000)])
    one.wait_head(40_100, 60)
    held = status(one)
    # A chunk of two inputs may be more than one message.
    assert held["under_way"] <= 4 + 2 and held["lag_events"] >= 40_000 - 6 * 512
    # The log keeps its recent end in memory; what is under way adds next to nothing.
    assert one.rss_bytes() - before < 96 << 20
    server.go_on()
    published(one, 40_100, 120)
    held = ledger(server)
    assert numbers(held.lines("web.1")) == list(range(40_100)) and not held.missing("web.1")


class DeafProxy(Proxy):
    """Passes what the client says; what the server says is dropped while `deaf` is set."""

    deaf = False

    def serve(self, client: socket.socket, plan):
        server = self.connect(client)
        threading.Thread(target=self._up, args=(client, server), daemon=True).start()
        while data := server.recv(65536):
            if not self.deaf or b"PONG" in data or b"PING" in data:
                client.sendall(data if not self.deaf else re.sub(rb"(?s)H?MSG .*", b"", data))
        client.close()

    @staticmethod
    def _up(client: socket.socket, server: socket.socket):
        try:
            while data := client.recv(65536):
                server.sendall(data)
        except OSError:
            pass
        server.close()


def test_n4_a_lost_acknowledgement_doubles_nothing(relay, nats):
    server = nats()
    with DeafProxy(server.port) as proxy:
        one = agent(relay, f"nats://127.0.0.1:{proxy.port}")
        write(one, 0, 100)
        published(one, 100)
        proxy.deaf = True
        write(one, 100, 400)
        one.wait_head(500)
        client = server.client()
        eventually(lambda: len(Ledger(client.messages(STREAM)).lines("web.1")) == 500, 30, "all events in the stream")
        assert status(one)["lag_events"] == 400
        proxy.deaf = False
        eventually(lambda: status(one)["republished_messages"] > 0, 60, "a message that is published again")
        published(one, 500)
    held = ledger(server)
    # The server knew the ids, so not even the stream has them twice.
    assert status(one)["duplicate_messages"] > 0 and held.doubles == 0
    assert numbers(held.lines("web.1")) == list(range(500))


@pytest.mark.parametrize("seed", [1, 2])
def test_n4_n5_an_agent_that_is_killed_in_mid_publish_loses_and_changes_nothing(relay, nats, seed):
    random.seed(seed)
    server = nats()
    one = agent(relay, server.url)
    written = 0
    for _ in range(6):
        count = random.randint(500, 3000)
        write(one, written, count // 2)
        write(one, written, count // 2, "other.log")
        written += count // 2
        # Somewhere in what it has to publish: all of it comes up to the kill, none of it need be acknowledged.
        enough = random.randint(1, 2 * (count // 2))
        eventually(lambda: status(one)["published_events"] >= enough, 30, f"{enough} events handed over")
        one.kill9()
        if random.random() < 0.5:
            server.kill()
            server.start()
        one.start()
    published(one, 2 * written)
    held = ledger(server)
    assert not held.missing("web.1") and not held.gaps
    for name in ("app", "other"):
        lines = {}
        for block in held.blocks:
            if block.input == name:
                lines |= dict(zip(block.numbers, block.messages))
        assert numbers([lines[number] for number in sorted(lines)]) == list(range(written)), f"seed {seed}"


def test_n6_a_hub_asks_for_numbers_and_gets_them_or_a_gap(relay, nats):
    server = nats()
    one = agent(relay, server.url)
    write(one, 0, 1000)
    published(one, 1000)
    client = server.client()
    subject = "tailrace.t.web%2E1.@.resend"
    assert client.request(subject, f"{one.epoch} 300 800".encode()).payload == b"ok"
    again = lambda: [block for block in Ledger(client.messages(STREAM)).blocks if block.is_resend]
    eventually(lambda: sum(len(block.numbers) for block in again()) == 501, 30, "the numbers that were asked for")
    assert sorted(number for block in again() for number in block.numbers) == list(range(300, 801))
    assert not any(block.is_gap for block in again())
    # Another log's numbers can't be had; the stream has a gap for them, for all hubs.
    assert client.request(subject, b"zzzzzzzzzz 5 9").payload == b"ok"
    eventually(lambda: any(block.epoch == "zzzzzzzzzz" for block in again()), 30, "a gap")
    gap = next(block for block in again() if block.epoch == "zzzzzzzzzz")
    assert gap.is_gap and gap.numbers == [5, 6, 7, 8, 9] and "begun anew" in gap.messages[0]
    assert client.request(subject, f"{one.epoch} 900 1001".encode()).payload == b"refused the log ends at 1000"
    assert client.request(subject, b"what?").payload.startswith(b"refused ")
    assert status(one)["resend_requests"] == 4 and status(one)["resent_events"] == 501


def test_n1_what_retention_took_before_it_was_published_is_a_gap(relay, nats):
    server = nats()
    one = agent(relay, server.url, log='path = "{dir}/log"\nmax_size = "1MiB"\nmemory = "1MiB"')
    write(one, 0, 10)
    published(one, 10)
    server.kill()
    noise = random.Random(7)
    for n in range(20):
        lines = [f"line {10 + n * 500 + m} {noise.randbytes(200).hex()}" for m in range(500)]
        append(one.path("app.log"), *lines)
    one.wait_head(10_010, 60)
    eventually(lambda: one.status()["log"]["oldest"] > 1000, 60, "retention")
    server.start()
    published(one, 10_010, 120)
    held = ledger(server)
    assert not held.missing("web.1")
    (lost,) = held.gaps.values()
    assert min(lost) == 11 and "retention took them" in next(block for block in held.blocks if block.is_gap).messages[0]


def test_n7_a_stream_that_is_deleted_is_made_again(relay, nats):
    server = nats()
    one = agent(relay, server.url)
    write(one, 0, 100)
    published(one, 100)
    client = server.client()
    assert client.api(f"STREAM.DELETE.{STREAM}")["success"]
    write(one, 100, 50)
    published(one, 150)
    assert numbers(ledger(server).lines("web.1")) == list(range(100, 150))


def test_a_stream_that_is_there_stays_as_it_is_and_its_differences_are_told(relay, nats):
    server = nats()
    client = server.client()
    made = {"name": STREAM, "subjects": ["tailrace.t.*.*"], "storage": "file", "max_bytes": 5 << 20, "num_replicas": 1}
    client.api(f"STREAM.CREATE.{STREAM}", made)
    one = agent(relay, server.url)
    write(one, 0, 10)
    published(one, 10)
    assert client.stream(STREAM)["config"]["max_bytes"] == 5 << 20
    assert re.search("The stream is not as configured.*max_bytes = 5242880", one.stderr())


def test_n9_a_host_may_publish_as_itself_alone(relay, nats):
    permissions = (
        '{ publish: ["tailrace.t.web%2E1.*", "$JS.API.STREAM.INFO.tailrace_t"],'
        ' subscribe: ["_INBOX.>", "tailrace.t.web%2E1.@.>"] }'
    )
    server = nats(
        "authorization { users: [ { user: admin, password: admin },"
        f" {{ user: web, password: web, permissions: {permissions} }} ] }}"
    )
    client = server.client(user="admin", **{"pass": "admin"})
    client.api(
        f"STREAM.CREATE.{STREAM}",
        {"name": STREAM, "subjects": ["tailrace.t.*.*"], "storage": "file", "num_replicas": 1, "max_bytes": -1},
    )
    login = 'user = "web"\npassword = "web"'
    honest = agent(relay, server.url, login)
    other = agent(relay, server.url, login, host="db")
    for one in (honest, other):
        write(one, 0, 20)
    published(honest, 20)
    eventually(lambda: status(other)["state"] == "disconnected", 60, "an agent that is refused")
    assert "ermission" in status(other)["reason"] and status(other)["lag_events"] == 20
    assert {block.host for block in ledger(server, user="admin", **{"pass": "admin"}).blocks} == {"web.1"}


def test_n12_agents_do_not_come_back_in_the_same_moment(relay, nats):
    server = nats()
    agents = [agent(relay, server.url, host=f"h{n}") for n in range(6)]
    for one in agents:
        eventually(lambda: status(one)["state"] == "connected", 30, "a connection")
    server.kill()
    for one in agents:
        eventually(lambda: status(one)["state"] == "disconnected", 30, "an agent that knows")
    pauses = [
        [int(found) for found in re.findall(r"no connection to the fleet.*again_in_ms\W+(\d+)", one.stderr())]
        for one in agents
    ]
    firsts = [pause[0] for pause in pauses]
    assert all(0 <= pause <= 1000 for pause in firsts) and len(set(firsts)) > 1, firsts
    server.start()
    for one in agents:
        eventually(lambda: status(one)["state"] == "connected", 90, "a connection again")


def test_n13_a_password_that_changes_is_taken_up_by_a_reload_without_loss(relay, nats, tmp_path):
    server = nats("authorization { user: web, password: old }")
    secret = tmp_path / "secret"
    secret.write_text("old\n")
    secret.chmod(0o600)
    one = agent(relay, server.url, f'user = "web"\npassword = "${{file:{secret}}}"')
    write(one, 0, 100)
    published(one, 100)
    server.reload("authorization { user: web, password: new }")
    eventually(lambda: status(one)["state"] == "refused", 60, "an agent that is not let in any more")
    assert "does not let this host in" in one.stderr() and "old" not in json.dumps(status(one))
    write(one, 100, 200)
    one.wait_head(300)
    secret.write_text("new\n")
    os.kill(one.pid, signal.SIGHUP)
    published(one, 300)
    assert status(one)["state"] == "connected"
    held = ledger(server, user="web", **{"pass": "new"})
    assert numbers(held.lines("web.1")) == list(range(300)) and not held.missing("web.1")


def test_what_needs_a_restart_is_refused_by_a_reload(relay, nats):
    server = nats()
    one = agent(relay, server.url)
    text = one.config.read_text()
    one.configure(text.replace('host = "web.1"', 'host = "web.2"'))
    os.kill(one.pid, signal.SIGHUP)
    eventually(lambda: "host in [fleet] can't change while the relay runs" in one.stderr(), 20, "a refusal")
    one.configure(text.replace('name = "t"', 'name = "t"\nwindow = 8'))
    os.kill(one.pid, signal.SIGHUP)
    eventually(lambda: status(one)["window"] == 8, 20, "another window")
