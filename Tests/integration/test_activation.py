"""Sockets that a service manager holds while the relay restarts: nobody is refused, nothing is lost, nothing comes twice."""

import random
import socket
import time

import pytest

from harness.activation import HeldSockets, Sender
from harness.command import Command
from harness.inputs import syslog_input, unix_input


def storm(binary, relay, tmp_path, restarts: int, seed: int):
    chance = random.Random(seed)
    stream, grams = str(tmp_path / "held.sock"), str(tmp_path / "held.grams")
    held = HeldSockets().unix("stream", stream).unix("grams", grams, socket.SOCK_DGRAM)
    port = held.network("net")
    one = relay(
        unix_input("stream", stream) + unix_input("grams", grams, "datagram")
        + syslog_input(f"tcp:127.0.0.1:{port}"),
        **held.options,
    )
    senders = [Sender(f"stream-{number}", stream) for number in range(5)]
    senders += [Sender(f"grams-{number}", grams, socket.SOCK_DGRAM) for number in range(3)]
    network = Sender("tcp", ("127.0.0.1", port), pause=0.005)
    for sender in [*senders, network]:
        sender.start()
    for _ in range(restarts):
        # The moment of the stop is what is random here; nothing is waited for.
        time.sleep(chance.uniform(0.05, 0.4))
        assert one.stop() == 0
        time.sleep(chance.uniform(0, 0.2))
        one.start()
    sent = {sender.name: sender.stop() for sender in senders}
    network.stop()
    for sender in [*senders, network]:
        assert sender.failures == [], f"seed {seed}: {sender.name} was refused"
    assert all(sender.connections > restarts / 2 for sender in senders if sender.kind == socket.SOCK_STREAM)
    return one, sent


def numbers(one, names) -> dict[str, list[int]]:
    found = {name: [] for name in names}
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        for event in lines.until("live"):
            if event.get("source") in ("stream", "grams"):
                assert "gap" not in event["fields"], event
                name, number = event["message"].split(" n=")
                found[name].append(int(number))
    return found


def check(binary, relay, tmp_path, restarts: int, seed: int):
    one, sent = storm(binary, relay, tmp_path, restarts, seed)
    # What is in the kernel still is read by the relay that runs now.
    one.stop()
    one.start()
    found = numbers(one, sent)
    for name, count in sent.items():
        assert found[name] == list(range(count)), f"seed {seed}: {name}"
    with Command(binary, "verify", one.url) as verify:
        assert verify.wait() == 0, verify.out.text() + verify.err.text()


def test_s11_no_sender_is_refused_and_no_line_lost_over_ten_restarts(binary, relay, tmp_path):
    check(binary, relay, tmp_path, restarts=10, seed=20261122)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_s11_no_sender_is_refused_and_no_line_lost_over_fifty_restarts(binary, relay, tmp_path, seed):
    check(binary, relay, tmp_path, restarts=50, seed=seed)
