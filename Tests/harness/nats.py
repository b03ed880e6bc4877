"""A real nats-server with JetStream, and as much of a client as tests need to look into a stream."""

import base64
import ctypes
import ctypes.util
import json
import re
import shutil
import signal
import socket
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from .waiting import eventually


class NATSServer:
    """Started at once on a free port; it can be killed and comes back on the same port with the same store."""

    START_SECONDS = 30

    def __init__(self, home: Path, more: str = ""):
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.more = home, more
        self.port = 0
        self.process: subprocess.Popen | None = None
        self.start()

    def start(self):
        program = shutil.which("nats-server") or "/usr/sbin/nats-server"
        config = self.home / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{self.port or -1}"\nports_file_dir: "{self.home}"\n'
            f'jetstream {{ store_dir: "{self.home}/store" }}\n{self.more}\n'
        )
        out = open(self.home / "nats.log", "ab")
        self.process = subprocess.Popen([program, "-c", str(config)], stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        ports = self.home / f"nats-server_{self.process.pid}.ports"
        urls = eventually(lambda: self._urls(ports), self.START_SECONDS, "a nats-server that listens")
        self.port = int(urls[0].rsplit(":", 1)[1])

    def _urls(self, ports: Path):
        assert self.process.poll() is None, (self.home / "nats.log").read_text()
        try:
            return json.loads(ports.read_text())["nats"]
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def pause(self):
        """It keeps its connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def reload(self, more: str):
        self.more = more
        config = self.home / "nats.conf"
        text = config.read_text()
        config.write_text(text[: text.index("jetstream")] + f'jetstream {{ store_dir: "{self.home}/store" }}\n{more}\n')
        self.process.send_signal(signal.SIGHUP)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)

    def client(self, **login) -> "NATSClient":
        return NATSClient(self.port, **login)


@dataclass
class Message:
    subject: str
    reply: str
    headers: dict[str, str]
    payload: bytes


class NATSClient:
    """The text protocol over one socket, one question at a time."""

    def __init__(self, port: int, **login):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.file = self.socket.makefile("rb")
        assert self.file.readline().startswith(b"INFO ")
        self._send("CONNECT " + json.dumps({"verbose": False, "headers": True, "no_responders": True, **login}))
        self.next = 0
        # Of its own: another client's answers are none of its.
        self.inbox = f"test.{uuid.uuid4().hex}"
        self._send(f"SUB {self.inbox}.> 1")

    def close(self):
        self.socket.close()

    def _send(self, line: str, payload: bytes | None = None):
        self.socket.sendall(line.encode() + b"\r\n" + (b"" if payload is None else payload + b"\r\n"))

    def publish(self, subject: str, payload: bytes, headers: dict[str, str] = {}, reply: str = ""):
        if headers:
            head = "NATS/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
            line = f"HPUB {subject} {reply} {len(head.encode())} {len(head.encode()) + len(payload)}"
            self._send(line, head.encode() + payload)
        else:
            self._send(f"PUB {subject} {reply} {len(payload)}", payload)

    def request(self, subject: str, payload: bytes = b"", headers: dict[str, str] = {}) -> Message:
        self.next += 1
        reply = f"{self.inbox}.{self.next}"
        self.publish(subject, payload, headers, reply)
        while True:
            message = self.receive()
            if message.subject == reply:
                return message

    def receive(self) -> Message:
        while True:
            words = self.file.readline().decode().split()
            if not words:
                raise AssertionError("the server closed the connection")
            if words[0] == "PING":
                self._send("PONG")
            elif words[0] == "-ERR":
                raise AssertionError(" ".join(words))
            elif words[0] in ("MSG", "HMSG"):
                size = int(words[-1])
                body = self.file.read(size + 2)[:-2]
                head = int(words[-2]) if words[0] == "HMSG" else 0
                numbers = 2 if words[0] == "HMSG" else 1
                reply = words[3] if len(words) > 3 + numbers else ""
                return Message(words[1], reply, _headers(body[:head]), body[head:])

    def api(self, subject: str, body: dict | None = None) -> dict:
        return json.loads(self.request(f"$JS.API.{subject}", json.dumps(body or {}).encode()).payload)

    def stream(self, name: str) -> dict:
        return self.api(f"STREAM.INFO.{name}")

    def messages(self, stream: str) -> list[Message]:
        """All that a stream holds, in its order."""
        state = self.stream(stream).get("state", {"messages": 0, "first_seq": 1, "last_seq": 0})
        found = []
        for number in range(state["first_seq"], state["last_seq"] + 1):
            one = self.api(f"STREAM.MSG.GET.{stream}", {"seq": number}).get("message")
            if one:
                headers = _headers(base64.b64decode(one.get("hdrs", "")))
                found.append(Message(one["subject"], "", headers, base64.b64decode(one.get("data", ""))))
        return found


def _headers(text: bytes) -> dict[str, str]:
    lines = text.decode().split("\r\n")[1:]
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines if line)}


# What agents publish


@dataclass
class Block:
    host: str
    input: str
    epoch: str
    numbers: list[int]
    messages: list[str]
    is_gap: bool
    is_resend: bool
    previous: int


_zstd = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
_zstd.ZSTD_decompress.restype = ctypes.c_size_t
_zstd.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]


def block(message: Message) -> Block:
    """A message of a fleet's stream, read without any of the relay's code."""
    _, _, host, source = message.subject.split(".")
    size = int(message.headers["Tailrace-Bytes"])
    buffer = ctypes.create_string_buffer(size)
    assert _zstd.ZSTD_decompress(buffer, size, message.payload, len(message.payload)) == size
    reader = _Reader(buffer.raw[:size])
    numbers, end = [], int(message.headers["Tailrace-First"])
    for _ in range(reader.varint()):
        low = end + reader.varint()
        end = low + reader.varint()
        numbers += range(low, end + 1)
    messages = reader.messages()
    assert len(messages) == int(message.headers["Tailrace-Count"])
    assert numbers[-1] == int(message.headers["Tailrace-Last"])
    unescape = lambda token: re.sub("%(..)", lambda found: chr(int(found[1], 16)), token)
    return Block(
        unescape(host), unescape(source), message.headers["Tailrace-Epoch"], numbers, messages,
        "Tailrace-Gap" in message.headers, "Tailrace-Resend" in message.headers, int(message.headers["Tailrace-Prev"]),
    )


class _Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def text(self) -> str:
        length = self.varint()
        self.at += length
        return self.data[self.at - length : self.at].decode()

    def messages(self) -> list[str]:
        """Of a block as the log stores it."""
        assert self.data[self.at] == 1
        self.at += 1
        count = self.varint()
        for _ in range(self.varint()):
            self.text(), self.text()
        for _ in range(2 * count):
            self.varint()
        self.at += count
        for _ in range(2 * count):
            self.varint()
        lengths = [self.varint() for _ in range(count)]
        fields = [self.varint() for _ in range(count)]
        found = []
        for length, behind in zip(lengths, fields):
            found.append(self.data[self.at : self.at + length].decode())
            self.at += length + behind
        return found


class Ledger:
    """What a stream holds of its hosts: each number of each host's log once, or in a gap."""

    def __init__(self, messages: list[Message]):
        self.events: dict[tuple[str, str], dict[int, str]] = {}
        self.gaps: dict[tuple[str, str], set[int]] = {}
        self.doubles = 0
        self.blocks = [block(message) for message in messages]
        for one in self.blocks:
            key = (one.host, one.epoch)
            if one.is_gap:
                self.gaps.setdefault(key, set()).update(one.numbers)
                continue
            events = self.events.setdefault(key, {})
            for number, text in zip(one.numbers, one.messages):
                assert events.get(number, text) == text, f"number {number} of {key} is two events"
                self.doubles += number in events
                events[number] = text

    def lines(self, host: str) -> list[str]:
        """All lines of a host in the order of its numbers."""
        return [
            events[number] for (name, _), events in self.events.items() if name == host for number in sorted(events)
        ]

    def missing(self, host: str) -> list[int]:
        """Numbers below the newest that are neither an event nor in a gap."""
        found = []
        for key, events in self.events.items():
            if key[0] == host:
                known = events.keys() | self.gaps.get(key, set())
                found += [number for number in range(min(known), max(known) + 1) if number not in known]
        return found
