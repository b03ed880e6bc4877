"""Clients that break the protocol are closed with the right code, at bounded cost; the others notice nothing."""

import json
import random
import socket
import struct
import time

import pytest

from harness.deflate import offer
from harness.rawsocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawSocket, deflated, frame
from harness.waiting import eventually

DEFLATE = "permessage-deflate; client_no_context_takeover"
RSV1, RSV2, RSV3 = 0x40, 0x20, 0x10

BROKEN = {
    "an unmasked frame": (dict(opcode=TEXT, payload=b"{}", masked=False), 1002),
    "a reserved bit": (dict(opcode=TEXT, payload=b"{}", rsv=RSV2), 1002),
    "another reserved bit": (dict(opcode=TEXT, payload=b"{}", rsv=RSV3), 1002),
    "compression that was not agreed": (dict(opcode=TEXT, payload=deflated(b"{}"), rsv=RSV1), 1002),
    "a reserved opcode": (dict(opcode=3, payload=b"{}"), 1002),
    "a reserved control opcode": (dict(opcode=11, payload=b"{}"), 1002),
    "a continuation of nothing": (dict(opcode=CONTINUATION, payload=b"{}"), 1002),
    "a ping in fragments": (dict(opcode=PING, payload=b"", fin=False), 1002),
    "a long ping": (dict(opcode=PING, payload=b"x" * 126), 1002),
    "a close of one byte": (dict(opcode=CLOSE, payload=b"\x03"), 1002),
    "a close code nobody may send": (dict(opcode=CLOSE, payload=struct.pack(">H", 1005)), 1002),
    "a close text that is not UTF-8": (dict(opcode=CLOSE, payload=struct.pack(">H", 1000) + b"\xff"), 1007),
    "text that is not UTF-8": (dict(opcode=TEXT, payload=b'{"type":"\xff"}'), 1007),
    "half a character": (dict(opcode=TEXT, payload="{é".encode()[:-1]), 1007),
    "a large frame": (dict(opcode=TEXT, payload=b"x" * 70_000), 1009),
    "a frame that claims 2^62 bytes": (dict(opcode=TEXT, payload=b"x", length=1 << 62), 1009),
}


@pytest.fixture(scope="module")
def shared(binary, tmp_path_factory):
    """One relay for clients that should not be able to hurt it."""
    from harness.relay import Relay

    one = Relay(binary, tmp_path_factory.mktemp("hostile"), "", server="debug_echo = true", log='path = "memory"')
    one.start()
    yield one
    assert one.process.poll() is None, one.stderr()
    one.close()


@pytest.mark.parametrize("fault", BROKEN)
def test_a_frame_that_must_not_be_is_answered_with_its_close_code(shared, fault):
    sent, code = BROKEN[fault]
    with RawSocket(shared.port) as client:
        try:
            client.send(**sent)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert client.close_code() == code


def test_a_message_in_the_middle_of_another_is_a_protocol_error(shared):
    with RawSocket(shared.port) as client:
        client.send(TEXT, b"{", fin=False)
        client.send(TEXT, b"}")
        assert client.close_code() == 1002


def test_a_flood_of_fragments_is_too_big(shared):
    with RawSocket(shared.port) as client:
        client.send(TEXT, b"", fin=False)
        try:
            for _ in range(10_000):
                client.send(CONTINUATION, b"", fin=False)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            assert client.close_code() == 1009
        except ConnectionResetError:
            pass  # what was still under way when the relay closed


def test_a_large_message_in_allowed_frames_is_too_big(shared):
    with RawSocket(shared.port) as client:
        client.send(TEXT, b"x" * 40_000, fin=False)
        client.send(CONTINUATION, b"x" * 40_000)
        assert client.close_code() == 1009


@pytest.mark.parametrize("path", ["/ws", "/debug/echo"])
def test_an_inflate_bomb_is_closed_without_being_inflated(shared, path):
    import zlib

    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(compressor.compress(bytes(1 << 20)) for _ in range(48)) + compressor.flush(zlib.Z_SYNC_FLUSH)[:-4]
    assert len(bomb) < 60_000

    def throw(count: int) -> int:
        for _ in range(count):
            with RawSocket(shared.port, path, extensions=DEFLATE) as client:
                client.send(TEXT if path == "/ws" else BINARY, bomb, rsv=RSV1)
                assert client.close_code() == 1009
        return shared.rss_bytes()

    # The echo may inflate up to its own limit, on each event loop; it does not grow from there.
    first = throw(6)
    assert throw(20) - first < 32 << 20


def test_a_payload_that_does_not_inflate_is_invalid(shared):
    with RawSocket(shared.port, extensions=DEFLATE) as client:
        client.send(TEXT, b"\xff\xff\xff\xff", rsv=RSV1)
        assert client.close_code() == 1007


def test_compressed_requests_are_read(shared):
    with RawSocket(shared.port, extensions=DEFLATE) as client:
        client.read()
        client.send(TEXT, deflated(b'{"type":"open","stream":"all"}'), rsv=RSV1)
        assert json.loads(client.read()[1])["type"] == "opened"
        # In fragments, with a ping between them.
        packed = deflated(b'{"type":"open","stream":"nowhere"}')
        client.send(TEXT, packed[:5], rsv=RSV1, fin=False)
        client.send(PING, b"between")
        client.send(CONTINUATION, packed[5:])
        seen = []
        while "nowhere" not in "".join(seen):
            opcode, payload, _ = client.read()
            seen.append(payload.decode() if opcode != PONG else f"pong {payload.decode()}")
        assert "pong between" in seen


def test_binary_messages_are_answered_with_an_error(shared):
    with RawSocket(shared.port) as client:
        client.read()
        client.send(BINARY, b"{}")
        assert json.loads(client.read()[1])["code"] == "request"


def test_a_close_is_answered_with_its_code(shared):
    with RawSocket(shared.port) as client:
        client.send(CLOSE, struct.pack(">H", 1000) + b"bye")
        assert client.close_code() == 1000


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes_behind_the_handshake_do_no_harm(shared, seed):
    chance = random.Random(seed)
    for _ in range(60):
        with RawSocket(shared.port, "/ws?stream=all", extensions=chance.choice(["", DEFLATE])) as client:
            try:
                for _ in range(chance.randrange(1, 6)):
                    if chance.random() < 0.5:
                        client.socket.sendall(chance.randbytes(chance.randrange(1, 300)))
                    else:
                        client.send(
                            chance.randrange(16),
                            chance.randbytes(chance.randrange(200)),
                            fin=chance.random() < 0.7,
                            rsv=chance.choice([0, 0, RSV1]),
                        )
            except (BrokenPipeError, ConnectionResetError):
                pass
    eventually(lambda: shared.metrics()["tailrace_readers"] == 0, 15)
    assert shared.get("/healthz").status == 200


@pytest.mark.slow
def test_a_peer_that_is_silent_is_dropped_and_one_that_answers_stays(shared):
    with RawSocket(shared.port, "/ws?stream=all", timeout=50) as silent, shared.ws({"stream": "all"}) as healthy:
        began = time.monotonic()
        with pytest.raises((EOFError, ConnectionResetError)):
            while True:
                # Reads, but never answers a ping. The other one's library does that by itself, as long as it is read.
                silent.read()
                healthy.until("stats")
        assert 15 < time.monotonic() - began < 45
        healthy.until("stats")
    assert shared.metrics()["tailrace_half_open_closed_total"] >= 1


# The echo


def test_the_echo_is_off_unless_asked_for(relay):
    one = relay()
    assert one.get("/debug/echo").status == 404


@pytest.mark.parametrize("compression", ["none", "plain", "no_context"])
def test_the_echo_sends_back_messages_up_to_16_mib(shared, compression):
    chance = random.Random(1)
    url = f"ws://127.0.0.1:{shared.port}/debug/echo"
    from websockets.sync.client import connect

    with connect(url, max_size=20 << 20, proxy=None, ping_interval=None, **offer(compression)) as client:
        for message in [
            b"",
            "",
            b"\x00\xff",
            "ünïcödé 🦊",
            chance.randbytes(70_000),
            "x" * 1_000_000,
            chance.randbytes(16 << 20),
        ]:
            client.send(message)
            assert client.recv(timeout=20) == message
        # In fragments.
        client.send(["frag", "men", "ted"])
        assert client.recv(timeout=10) == "fragmented"


def test_the_echo_refuses_more_than_16_mib(shared):
    with RawSocket(shared.port, "/debug/echo") as client:
        client.send(BINARY, b"", length=(16 << 20) + (1 << 20))
        assert client.close_code() == 1009


def test_many_small_fragments_are_echoed_as_one_message(shared):
    with RawSocket(shared.port, "/debug/echo", timeout=30) as client:
        parts = [frame(TEXT, b"a" * 64, fin=False)] + [frame(CONTINUATION, b"b" * 64, fin=False) for _ in range(16_382)]
        client.socket.sendall(b"".join(parts) + frame(CONTINUATION, b"c" * 64))
        opcode, payload, _ = client.read()
        assert opcode == TEXT and len(payload) == 1 << 20


def test_an_upgrade_that_is_wrong_is_answered(shared):
    good = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for change, status in [
        ({"Sec-WebSocket-Version": "8"}, (400, 426)),
        ({"Sec-WebSocket-Key": "short"}, (400,)),
        ({"Upgrade": "h2c"}, (400, 426)),
        ({"Sec-WebSocket-Key": ""}, (400,)),
    ]:
        answer = shared.get("/ws", headers={**good, **change})
        assert answer.status in status, (change, answer)
    assert shared.get("/api/v1/status", headers=good).status in (200, 400, 404, 426)


def test_five_hundred_connections_that_come_and_go_leave_nothing_behind(shared):
    for _ in range(5):
        clients = [RawSocket(shared.port, "/ws?stream=all&last=10") for _ in range(100)]
        for client in clients:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.socket.close()
    eventually(lambda: shared.metrics()["tailrace_readers"] == 0 and shared.metrics()["tailrace_groups"] == 0, 15)
