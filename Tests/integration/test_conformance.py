"""RFC 6455 and RFC 7692, held to vectors of our own on `/debug/echo`: what is sent there comes back, or the connection is closed with the right code."""

import itertools
import os
import random
import socket
import struct
import zlib

import pytest

from harness.rawsocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawSocket, frame

RSV1, RSV2, RSV3 = 0x40, 0x20, 0x10
#: Text and binary messages around the lengths at which a frame's head grows (RFC 6455 §5.2).
LENGTHS = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537, 1 << 20]


@pytest.fixture(scope="module")
def port(binary, tmp_path_factory):
    from harness.relay import Relay

    one = Relay(binary, tmp_path_factory.mktemp("echo"), "", server="debug_echo = true", log='path = "memory"')
    one.start()
    yield one.port
    assert one.process.poll() is None, one.stderr()
    one.close()


def echo(port: int, extensions: str = "") -> RawSocket:
    return RawSocket(port, "/debug/echo", extensions=extensions, timeout=20)


def in_pieces(client: RawSocket, data: bytes, size: int):
    for at in range(0, len(data), size):
        client.socket.sendall(data[at : at + size])


def still_echoes(client: RawSocket):
    client.send(TEXT, b"still here")
    assert client.read()[:2] == (TEXT, b"still here")


def closed_with(port: int, *frames: bytes) -> int:
    """The code that the connection is closed with after these bytes; an echo before it is passed over."""
    with echo(port) as client:
        try:
            client.socket.sendall(b"".join(frames))
        except (BrokenPipeError, ConnectionResetError):
            pass
        return client.close_code()


# Frames (§5.2)


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_messages_of_every_length_come_back(port, opcode):
    with echo(port) as client:
        for length in LENGTHS:
            payload = b"*" * length if opcode == TEXT else os.urandom(length)
            client.send(opcode, payload)
            assert client.read()[:2] == (opcode, payload), length


@pytest.mark.parametrize("size", [1, 3, 997])
def test_a_message_in_pieces_of_any_size_comes_back(port, size):
    with echo(port) as client:
        for length in (0, 1, 126, 2_000 * size):
            in_pieces(client, frame(BINARY, b"x" * length), size)
            assert client.read()[:2] == (BINARY, b"x" * length)


def test_answers_are_in_order_not_masked_and_have_the_shortest_length(port):
    with echo(port) as client:
        client.socket.sendall(b"".join(frame(BINARY, b"%d" % number * number) for number in range(200)))
        for number in range(200):
            opcode, payload, first = client.read()
            assert (opcode, payload, first) == (BINARY, b"%d" % number * number, 0x82)


@pytest.mark.parametrize("bits", range(0x10, 0x80, 0x10))
def test_reserved_bits_without_an_extension_are_a_protocol_error(port, bits):
    for opcode in (TEXT, BINARY, PING, CLOSE):
        assert closed_with(port, frame(TEXT, b"before"), frame(opcode, b"", rsv=bits)) == 1002


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_reserved_opcodes_are_a_protocol_error(port, opcode):
    for payload in (b"", b"x" * 100):
        assert closed_with(port, frame(TEXT, b"before"), frame(opcode, payload)) == 1002


@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
def test_frames_without_a_mask_are_a_protocol_error(port, opcode):
    assert closed_with(port, frame(opcode, b"", masked=False)) == 1002


@pytest.mark.parametrize("head", [b"\x82\xff" + struct.pack(">Q", 1 << 63), b"\x82\xff" + b"\xff" * 8])
def test_a_length_with_its_highest_bit_set_is_refused_on_the_head_alone(port, head):
    assert closed_with(port, head) in (1002, 1009)


# Control frames (§5.5)


@pytest.mark.parametrize("payload", [b"", b"ping", bytes(range(125)), b"\x00\xff\xfe\xfd"], ids=len)
def test_a_ping_is_answered_with_its_payload(port, payload):
    with echo(port) as client:
        client.send(PING, payload)
        assert client.read()[:2] == (PONG, payload)
        in_pieces(client, frame(PING, payload), 1)
        assert client.read()[:2] == (PONG, payload)
        still_echoes(client)


def test_the_newest_of_many_pings_is_answered(port):
    # §5.5.3 lets a server answer only the newest; what it answers has to be in order.
    with echo(port) as client:
        client.socket.sendall(b"".join(frame(PING, b"%d" % number) for number in range(10)))
        answered = []
        while not answered or answered[-1] != 9:
            opcode, payload, _ = client.read()
            assert opcode == PONG
            answered.append(int(payload))
        assert answered == sorted(set(answered))


def test_a_pong_that_nobody_asked_for_is_passed_over(port):
    with echo(port) as client:
        client.send(PONG, b"unasked")
        client.send(PONG, b"")
        still_echoes(client)


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_long_or_fragmented_control_frames_are_a_protocol_error(port, opcode):
    assert closed_with(port, frame(opcode, b"x" * 126)) == 1002
    assert closed_with(port, frame(opcode, b"x" * 70_000)) == 1002
    assert closed_with(port, frame(opcode, b"", fin=False)) == 1002


# Fragments (§5.4)


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_fragments_are_one_message_with_control_frames_between_them(port, opcode):
    with echo(port) as client:
        for parts in ([b"a", b"b"], [b"", b"", b""], [b"", b"x", b""], [b"%d," % number for number in range(300)]):
            client.send(opcode, parts[0], fin=False)
            for part in parts[1:-1]:
                client.send(CONTINUATION, part, fin=False)
            client.send(PING, b"between")
            client.send(CONTINUATION, parts[-1])
            assert client.read()[:2] == (PONG, b"between")
            assert client.read()[:2] == (opcode, b"".join(parts))


BROKEN_SEQUENCES = {
    "a continuation of nothing": [(CONTINUATION, b"x", True)],
    "an open continuation of nothing": [(CONTINUATION, b"x", False)],
    "text inside of text": [(TEXT, b"a", False), (TEXT, b"b", True)],
    "open text inside of text": [(TEXT, b"a", False), (TEXT, b"b", False)],
    "binary inside of text": [(TEXT, b"a", False), (BINARY, b"b", True)],
    "a continuation behind the end": [(TEXT, b"a", False), (CONTINUATION, b"b", True), (CONTINUATION, b"c", True)],
    "a continuation behind a whole message": [(TEXT, b"a", True), (CONTINUATION, b"b", False)],
}


@pytest.mark.parametrize("name", BROKEN_SEQUENCES)
def test_fragments_out_of_turn_are_a_protocol_error(port, name):
    assert closed_with(port, *[frame(opcode, payload, fin=fin) for opcode, payload, fin in BROKEN_SEQUENCES[name]]) == 1002


# UTF-8 (§8.1)

VALID = [
    "Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\u0000", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufffd", "\ufeff", "\ufffe", "\uffff",
    "\U00010000", "\U0001f98a", "\U0010ffff", "\U0001fffe", "a\u0301", "\u202e\u200b",
]
INVALID = {
    "a continuation byte alone": b"\x80", "the last continuation byte": b"\xbf", "two of them": b"\x80\xbf",
    "a lead of two alone": b"\xc2", "a lead of three alone": b"\xe1", "a lead of four alone": b"\xf1",
    "a lead before a space": b"\xc3 ", "three cut after two": b"\xe1\x80", "four cut after three": b"\xf1\x80\x80",
    "three cut inside": b"\xe1\x80x", "fe": b"\xfe", "ff": b"\xff", "a lead of five": b"\xf8\x88\x80\x80\x80", "a lead of six": b"\xfc\x84\x80\x80\x80\x80",
    "NUL in two": b"\xc0\x80", "slash in two": b"\xc0\xaf", "7f in two": b"\xc1\xbf", "slash in three": b"\xe0\x80\xaf", "7ff in three": b"\xe0\x9f\xbf",
    "slash in four": b"\xf0\x80\x80\xaf", "ffff in four": b"\xf0\x8f\xbf\xbf", "the first surrogate": b"\xed\xa0\x80", "the last surrogate": b"\xed\xbf\xbf",
    "a pair of surrogates": b"\xed\xa0\xbd\xed\xb8\x80", "one beyond the last": b"\xf4\x90\x80\x80", "f5": b"\xf5\x80\x80\x80",
}  # fmt: skip


def test_valid_text_comes_back_whole_and_cut_at_every_byte(port):
    with echo(port) as client:
        for text in VALID:
            data = text.encode()
            client.send(TEXT, data)
            assert client.read()[:2] == (TEXT, data)
            for cut in range(len(data) + 1):
                client.send(TEXT, data[:cut], fin=False)
                client.send(CONTINUATION, data[cut:])
                assert client.read()[:2] == (TEXT, data), (text, cut)


@pytest.mark.parametrize("name", INVALID)
def test_text_that_is_not_utf8_is_invalid_whole_in_fragments_and_byte_by_byte(port, name):
    data = "κόσμε".encode() + INVALID[name]
    assert closed_with(port, frame(TEXT, data)) == 1007
    half = len(data) // 2
    assert closed_with(port, frame(TEXT, data[:half], fin=False), frame(CONTINUATION, data[half:])) == 1007
    single = [frame(CONTINUATION, data[at : at + 1], fin=False) for at in range(len(data))]
    assert closed_with(port, frame(TEXT, b"", fin=False), *single, frame(CONTINUATION, b"")) == 1007


def test_binary_messages_may_hold_anything(port):
    with echo(port) as client:
        for data in INVALID.values():
            client.send(BINARY, data)
            assert client.read()[:2] == (BINARY, data)


# Closing (§5.5.1, §7.4)


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
def test_a_close_is_answered_with_its_code_and_the_connection_ends(port, code):
    for reason in (b"", "verschlüsselt".encode(), b"r" * 123):
        assert closed_with(port, frame(CLOSE, struct.pack(">H", code) + reason)) == code


@pytest.mark.parametrize("code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
def test_codes_that_nobody_may_send_are_a_protocol_error(port, code):
    assert closed_with(port, frame(CLOSE, struct.pack(">H", code))) == 1002


def test_a_close_without_a_code_is_answered_with_a_close(port):
    with echo(port) as client:
        client.send(CLOSE)
        opcode, payload, _ = client.read()
        assert opcode == CLOSE and payload in (b"", struct.pack(">H", 1000))
        with pytest.raises(EOFError):
            client.read()


def test_half_a_code_is_a_protocol_error_and_a_reason_has_to_be_text(port):
    assert closed_with(port, frame(CLOSE, b"\x03")) == 1002
    assert closed_with(port, frame(CLOSE, struct.pack(">H", 1000) + b"\xce\xba\xff")) == 1007


def test_nothing_behind_a_close_is_answered(port):
    with echo(port) as client:
        client.socket.sendall(frame(CLOSE, struct.pack(">H", 1000)) + frame(PING, b"late") + frame(TEXT, b"late"))
        assert client.read()[:2] == (CLOSE, struct.pack(">H", 1000))
        with pytest.raises((EOFError, ConnectionResetError)):
            client.read()


def test_a_close_inside_of_a_message_ends_it(port):
    assert closed_with(port, frame(TEXT, b"half", fin=False), frame(CLOSE, struct.pack(">H", 1001))) == 1001


# Compression (RFC 7692)


class Deflate:
    """The client's side of what was agreed, kept apart from the relay's own code."""

    def __init__(self, agreed: str, client_bits: int = 15):
        parameters = dict(part.strip().partition("=")[::2] for part in agreed.split(";")[1:])
        self.forgets = "client_no_context_takeover" in parameters
        self.server_forgets = "server_no_context_takeover" in parameters
        self.bits = int(parameters.get("client_max_window_bits") or client_bits)
        self.server_bits = int(parameters.get("server_max_window_bits") or 15)
        self.parameters = parameters
        self.compressor = self.decompressor = None

    def message(self, data: bytes, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
        if self.compressor is None or self.forgets:
            self.compressor = zlib.compressobj(6, zlib.DEFLATED, -max(self.bits, 9), 8, strategy)
        return (self.compressor.compress(data) + self.compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]

    def read(self, data: bytes) -> bytes:
        if self.decompressor is None or self.server_forgets:
            # A window no larger than agreed: what reaches further back is an error.
            self.decompressor = zlib.decompressobj(-self.server_bits)
        return self.decompressor.decompress(data + b"\x00\x00\xff\xff")


def agreed(client: RawSocket) -> str | None:
    for line in client.head.decode().split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "sec-websocket-extensions":
            return value.strip()
    return None


def text_of(length: int, seed: int) -> bytes:
    """Text that repeats itself over distances of up to 32 KiB, as log lines do."""
    chance = random.Random(seed)
    words = [f"{chance.getrandbits(48):x}" for _ in range(3_000)]
    parts, size = [], 0
    while size < length:
        parts.append(chance.choice(words))
        size += len(parts[-1]) + 1
    return " ".join(parts)[:length].encode()


def converse(client: RawSocket, deflate: Deflate, messages):
    for opcode, data in messages:
        client.send(opcode, deflate.message(data), rsv=RSV1)
        answered, payload, first = client.read()
        assert answered == opcode and first & 0x80
        assert (deflate.read(payload) if first & RSV1 else payload) == data


BITS = [None, 9, 10, 11, 12, 13, 14, 15]


@pytest.mark.parametrize("server_bits", BITS)
@pytest.mark.parametrize("forgets", list(itertools.product([False, True], repeat=2)), ids=str)
def test_every_set_of_parameters_is_answered_lawfully_and_used(port, server_bits, forgets):
    for client_bits in [None, "", 8, *BITS[1:]]:
        offer = "permessage-deflate"
        if server_bits is not None:
            offer += f"; server_max_window_bits={server_bits}"
        if client_bits is not None:
            offer += "; client_max_window_bits" + (f"={client_bits}" if client_bits else "")
        offer += "; server_no_context_takeover" * forgets[0] + "; client_no_context_takeover" * forgets[1]
        with echo(port, offer) as client:
            answer = agreed(client)
            assert answer is not None, offer
            deflate = Deflate(answer, client_bits or 15)
            assert set(deflate.parameters) <= {
                "server_max_window_bits", "client_max_window_bits", "server_no_context_takeover", "client_no_context_takeover",
            }  # fmt: skip
            # §7.1.1.1: what is asked of the server has to be agreed to; §7.1.2.2: no client's window unless it was offered.
            assert deflate.server_forgets or not forgets[0]
            assert server_bits is None or deflate.server_bits <= server_bits
            if client_bits is None:
                assert "client_max_window_bits" not in deflate.parameters
            if client_bits and "client_max_window_bits" in deflate.parameters:
                assert deflate.bits <= client_bits
            # A window of 256 bytes cannot be asked of zlib; such a client sends literals only.
            strategy = zlib.Z_HUFFMAN_ONLY if min(deflate.bits, client_bits or 15) == 8 else zlib.Z_DEFAULT_STRATEGY
            for number, length in enumerate([0, 16, 300, 5_000, 70_000, 16]):
                data = text_of(length, number % 3)
                client.send(TEXT, deflate.message(data, strategy), rsv=RSV1)
                opcode, payload, first = client.read()
                assert opcode == TEXT
                assert (deflate.read(payload) if first & RSV1 else payload) == data, (offer, answer, length)


BAD_OFFERS = [
    "permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=16", "permessage-deflate; server_max_window_bits=010",
    "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=x", "permessage-deflate; server_max_window_bits=-9",
    "permessage-deflate; client_max_window_bits=7", "permessage-deflate; client_max_window_bits=16", "permessage-deflate; client_max_window_bits=99999999999999999999",
    "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; client_no_context_takeover=true", "permessage-deflate; unknown",
    "permessage-deflate; server_no_context_takeover; server_no_context_takeover", "permessage-deflate; server_max_window_bits=10; server_max_window_bits=11",
    "permessage-deflate-2", "permessage-bzip2", "permessage-deflate; ", "; permessage-deflate", "permessage-deflate;;", 'permessage-deflate; server_max_window_bits="',
    "permessage-deflate" + "; x" * 500,
]  # fmt: skip


@pytest.mark.parametrize("offer", BAD_OFFERS, ids=range(len(BAD_OFFERS)))
def test_an_offer_against_the_rules_is_declined_and_the_next_one_taken(port, offer):
    with echo(port, offer) as client:
        assert agreed(client) is None
        still_echoes(client)
    if offer.count(";") < 20:
        with echo(port, f"{offer}, permessage-deflate; client_no_context_takeover") as client:
            answer = agreed(client)
            # Where the list itself cannot be read, all of it may be declined.
            if answer is None:
                still_echoes(client)
            else:
                converse(client, Deflate(answer), [(TEXT, b"taken")] * 3)


def test_values_may_be_quoted_and_names_written_in_any_spacing(port):
    with echo(port, 'permessage-deflate ;  server_max_window_bits="12"  ;client_max_window_bits') as client:
        answer = agreed(client)
        assert answer is not None
        deflate = Deflate(answer)
        assert deflate.server_bits <= 12
        converse(client, deflate, [(TEXT, text_of(20_000, 1))] * 2)


@pytest.fixture
def squeezed(port):
    with echo(port, "permessage-deflate; client_max_window_bits") as client:
        yield client, Deflate(agreed(client))


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_compressed_messages_of_every_length_come_back(squeezed, opcode):
    client, deflate = squeezed
    chance = random.Random(5)
    messages = [(opcode, text_of(length, 2)) for length in LENGTHS]
    if opcode == BINARY:
        messages += [(BINARY, chance.randbytes(length)) for length in LENGTHS]
    converse(client, deflate, messages)


def test_one_in_a_thousand_messages_is_not_forgotten(squeezed):
    client, deflate = squeezed
    converse(client, deflate, [(TEXT, text_of(64 + number % 50, number % 7)) for number in range(1_000)])


def test_compressed_and_plain_messages_mix(squeezed):
    client, deflate = squeezed
    for number in range(20):
        converse(client, deflate, [(TEXT, b"compressed %d" % number)])
        client.send(TEXT, b"plain %d" % number)
        opcode, payload, first = client.read()
        assert (deflate.read(payload) if first & RSV1 else payload) == b"plain %d" % number


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_compressed_message_may_come_in_fragments_with_pings_between(squeezed, size):
    client, deflate = squeezed
    data = text_of(3_000, 9)
    payload = deflate.message(data)
    parts = [payload[at : at + size] for at in range(0, len(payload), size)]
    client.send(TEXT, parts[0], fin=False, rsv=RSV1)
    for part in parts[1:]:
        client.send(CONTINUATION, part, fin=False)
    client.send(PING, b"p")
    client.send(CONTINUATION, b"")
    assert client.read()[:2] == (PONG, b"p")
    opcode, payload, first = client.read()
    assert (opcode, deflate.read(payload) if first & RSV1 else payload) == (TEXT, data)


def test_blocks_of_every_kind_are_read(squeezed):
    # §7.2.3: several blocks, stored blocks, an end that is final, an empty message.
    client, deflate = squeezed
    stored = zlib.compressobj(0, zlib.DEFLATED, -15)
    blocks = stored.compress(b"stored") + stored.flush(zlib.Z_SYNC_FLUSH)[:-4]
    final = zlib.compressobj(9, zlib.DEFLATED, -15)
    ended = final.compress(b"final") + final.flush() + b"\x00"
    several = zlib.compressobj(9, zlib.DEFLATED, -15)
    many = b"".join(several.compress(b"part") + several.flush(zlib.Z_SYNC_FLUSH) for _ in range(5))[:-4]
    for payload, data in [(blocks, b"stored"), (many, b"part" * 5), (b"\x00", b""), (b"\x02\x00", b""), (ended, b"final"), (blocks, b"stored")]:
        client.send(TEXT, payload, rsv=RSV1)
        opcode, answer, first = client.read()
        assert (opcode, deflate.read(answer) if first & RSV1 else answer) == (TEXT, data), payload


BROKEN_COMPRESSED = {
    "a compressed ping": ([(PING, b"", True, RSV1)], 1002),
    "a compressed close": ([(CLOSE, b"", True, RSV1)], 1002),
    "the bit on a continuation": ([(TEXT, b"\xca", False, RSV1), (CONTINUATION, b"\x00", True, RSV1)], 1002),
    "the bit on the continuation of a plain message": ([(TEXT, b"a", False, 0), (CONTINUATION, b"b", True, RSV1)], 1002),
    "another bit": ([(TEXT, b"\x00", True, RSV1 | RSV2)], 1002),
    "bytes that are no blocks": ([(TEXT, b"\xff\xff\xff", True, RSV1)], 1007),
    "a distance before the beginning": ([(TEXT, b"\x02\x03\x02\x00", True, RSV1)], 1007),
}


@pytest.mark.parametrize("name", BROKEN_COMPRESSED)
def test_compressed_messages_against_the_rules_are_refused(port, name):
    frames, code = BROKEN_COMPRESSED[name]
    with echo(port, "permessage-deflate") as client:
        client.socket.sendall(b"".join(frame(opcode, payload, fin=fin, rsv=rsv) for opcode, payload, fin, rsv in frames))
        assert client.close_code() == code


@pytest.mark.parametrize("name", INVALID)
def test_compressed_text_that_is_not_utf8_is_invalid(port, name):
    with echo(port, "permessage-deflate") as client:
        deflate = Deflate(agreed(client))
        client.send(TEXT, deflate.message(b"before " + INVALID[name]), rsv=RSV1)
        assert client.close_code() == 1007


# The handshake (§4.2)

HANDSHAKE = {
    "Host": "127.0.0.1", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip
SHAKES = {
    "as it should be": ({}, 101),
    "upper case": ({"Upgrade": "WebSocket", "Connection": "UPGRADE"}, 101),
    "a list of connection options": ({"Connection": "keep-alive, Upgrade"}, 101),
    "an older version": ({"Sec-WebSocket-Version": "8"}, 426),
    "no version": ({"Sec-WebSocket-Version": None}, 426),
    "a short key": ({"Sec-WebSocket-Key": "c2hvcnQ="}, 400),
    "no key": ({"Sec-WebSocket-Key": None}, 400),
    "a key that is not Base64": ({"Sec-WebSocket-Key": "!!!!!!!!!!!!!!!!!!!!!!!!"}, 400),
}


@pytest.mark.parametrize("name", SHAKES)
def test_a_handshake_is_accepted_or_answered_with_what_is_wrong(port, name):
    changes, status = SHAKES[name]
    headers = {key: value for key, value in {**HANDSHAKE, **changes}.items() if value is not None}
    request = "GET /debug/echo HTTP/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers.items()) + "\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
    assert head.startswith(b"HTTP/1.1 %d" % status), head
    if status == 101:
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head  # the example of §1.3
    if status == 426:
        assert b"sec-websocket-version: 13" in head.lower()  # §4.4
