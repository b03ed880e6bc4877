"""A WebSocket reader made of somebody else's client (PyPI `websockets`)."""

import json
import socket
import time
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

# Larger than any frame that the relay makes.
MAX_MESSAGE_BYTES = 64 << 20


class Reader:
    """Keeps every message; the events of all of them are in `seen` in the order they came."""

    def __init__(self, url: str, **options):
        options.setdefault("ping_interval", None)
        options.setdefault("max_size", MAX_MESSAGE_BYTES)
        options.setdefault("proxy", None)
        self.connection = connect(url, **options)
        self.socket = self.connection.__enter__()
        self.messages: list[dict] = []
        self.seen: list[dict] = []
        self.position: str | None = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def next(self, timeout: float = 10) -> dict:
        message = json.loads(self.socket.recv(timeout=timeout))
        self.messages.append(message)
        if message["type"] == "events" and not message.get("fetched"):
            self.seen += message["events"]
            self.position = message["position"]
        if message["type"] == "live":
            self.position = message["position"]
        return message

    def until(self, wanted: str | Callable[[dict], bool], timeout: float = 10) -> dict:
        """The next message of that type, or that the function likes."""
        likes = (lambda message: message["type"] == wanted) if isinstance(wanted, str) else wanted
        deadline = time.monotonic() + timeout
        while True:
            try:
                message = self.next(max(0.001, deadline - time.monotonic()))
            except TimeoutError:
                kinds = [message["type"] for message in self.messages]
                raise AssertionError(f"no {wanted} within {timeout} s; got {kinds[-12:]}") from None
            if likes(message):
                return message

    def events(self, count: int, timeout: float = 10) -> list[dict]:
        """Reads until `count` events have come in all; returns all of them."""
        deadline = time.monotonic() + timeout
        while len(self.seen) < count:
            self.until("events", max(0.001, deadline - time.monotonic()))
        return self.seen

    def live(self, timeout: float = 10) -> "Reader":
        self.until("live", timeout)
        return self

    def send(self, kind: str, **members):
        self.socket.send(json.dumps({"type": kind, **members}))

    def open(self, **members) -> dict:
        """Opens a lens; the answer, `opened` or `error`."""
        self.send("open", **members)
        return self.until(lambda message: message["type"] in ("opened", "error"))

    def closed(self, timeout: float = 10) -> tuple[int, str]:
        """Reads to the end; the close code and its text."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self.next(max(0.001, deadline - time.monotonic()))
        except ConnectionClosed:
            return self.socket.protocol.close_code, self.socket.protocol.close_reason

    def numbers(self) -> list[int]:
        return [event["seq"] for event in self.seen]

    def texts(self) -> list[str]:
        return [event["message"] for event in self.seen]

    def close(self):
        self.socket.close()

    def abort(self):
        """Goes away without a word."""
        try:
            # Closing alone would not wake the client's thread that waits for bytes.
            self.socket.socket.shutdown(socket.SHUT_RDWR)
            self.socket.socket.close()
        except OSError:
            pass  # it is gone already
