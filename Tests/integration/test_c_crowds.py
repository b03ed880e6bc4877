"""Crowds of clients: slow ones, many, all at once, and all again after a restart. A healthy one beside them notices nothing."""

import json
import resource
import socket
import time

import pytest

from harness.http import request
from harness.inputs import append, file_input
from harness.rawsocket import TEXT, RawSocket
from harness.waiting import eventually

SLOW_PEERS = 2_000
MANY = 10_000


@pytest.fixture(autouse=True)
def descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 3 * MANY) if hard != resource.RLIM_INFINITY else 3 * MANY
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connected(port: int, number: int = 0) -> socket.socket:
    """Sources are spread over loopback addresses, since a port pair can be used once each."""
    return socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(f"127.0.0.{2 + number % 4}", 0))


def quickest_of(relay, times: int = 5) -> float:
    """Seconds until the best of some requests was answered: what a noisy machine adds is left out."""

    def once() -> float:
        began = time.monotonic()
        assert request(relay.port, "/healthz").status == 200
        return time.monotonic() - began

    return min(once() for _ in range(times))


def test_c7_two_thousand_slow_peers_do_not_hold_up_a_good_one_and_are_cut_off(relay):
    one = relay()
    before = one.rss_bytes()
    peers = [connected(one.port, number) for number in range(SLOW_PEERS)]
    for number, peer in enumerate(peers):
        # A head that never ends, a body that never comes, and an answer that nobody reads.
        peer.sendall(
            [
                b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
                b"POST /api/v1/reload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n",
                b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n",
            ][number % 3]
        )
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        assert quickest_of(one) < 0.5
    assert one.rss_bytes() - before < 200 << 20

    def ended(peer) -> bool:
        peer.setblocking(False)
        try:
            while peer.recv(4096):
                pass
            return True
        except BlockingIOError:
            return False
        except ConnectionError:
            return True

    eventually(lambda: all(ended(peer) for peer in peers), 40, "all slow peers to be cut off")
    for peer in peers:
        peer.close()


def test_c9_readers_that_all_come_again_after_a_restart_lose_nothing(relay):
    one = relay(file_input())
    port_line = one.config.read_text()
    append(one.path("app.log"), *[f"line {number}" for number in range(2_000)])
    one.wait_head(2_000)
    one.configure(port_line.replace("127.0.0.1:0", f"127.0.0.1:{one.port}"))
    position = json.loads(one.get("/api/v1/status").body)["log"]["position"]
    place = f"{position.split(':')[0]}:1500"
    one.kill9()
    one.start()
    began = time.monotonic()
    clients = [RawSocket(one.port, f"/ws?stream=all&from={place}", timeout=30) for _ in range(400)]
    for client in clients:
        seen = []
        while not seen or seen[-1] < 2_000:
            opcode, payload, _ = client.read()
            if opcode == TEXT:
                message = json.loads(payload)
                if message["type"] == "opened":
                    assert message["complete"]
                if message["type"] == "events":
                    seen += [event["seq"] for event in message["events"]]
        assert seen == list(range(1_501, 2_001))
        client.socket.close()
    print(f"400 readers resumed in {time.monotonic() - began:.1f} s")


@pytest.mark.parametrize(
    "range_", ["bytes=0-9223372036854775807", "bytes=0-99999999999999999999", "bytes=-1", "bytes=9-1", "lines=1-2", "bytes=" + "0-1," * 500]
)
def test_c12_ranges_that_nobody_can_serve_are_passed_over(relay, range_):
    one = relay()
    answer = one.get("/", headers={"Range": range_})
    assert answer.status == 200 and b"<!doctype html>" in answer.body.lower()


@pytest.mark.soak
def test_c8_ten_thousand_connections_are_served_or_refused(relay):
    one = relay(file_input(), server="max_connections = 9000")
    before = one.rss_bytes()
    held, refused = [], 0
    for number in range(MANY):
        try:
            client = connected(one.port, number)
            client.sendall(
                b"GET /api/v1/stream?stream=all HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/x-ndjson\r\n\r\n"
            )
            held.append(client)
        except OSError:
            refused += 1
    answers = []
    for client in held:
        try:
            answers.append(client.recv(12))
        except OSError:
            answers.append(b"")
    served = answers.count(b"HTTP/1.1 200")
    print(f"{served} served, {answers.count(b'HTTP/1.1 503')} told 503, {(one.rss_bytes() - before) >> 20} MiB more")
    assert 8_900 <= served <= 9_000
    append(one.path("app.log"), "for all of them")
    for client, answer in zip(held, answers):
        if answer != b"HTTP/1.1 200":
            continue
        data = b""
        while b"for all of them" not in data:
            data = data[-100:] + client.recv(65_536)
    for client in held:
        client.close()
