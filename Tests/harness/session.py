"""A viewer without a WebSocket: the conversation over plain requests, in one stream or by polls."""

import http.client
import json
import time
import urllib.parse
from collections.abc import Callable

from .http import Answer, request

SESSION = "/api/v1/session"
JSON = {"Content-Type": "application/json"}


class Over(Exception):
    """The session has ended; the status says why, or the relay's own words."""


class Session:
    """Keeps every message; the events of all of them are in `seen` in the order they came."""

    def __init__(self, port: int, mode: str, *, headers: dict = {}, **lens):
        self.port, self.mode, self.headers = port, mode, headers
        self.messages: list[dict] = []
        self.seen: list[dict] = []
        self.position: str | None = None
        self.id: str | None = None
        self.end: dict | None = None
        self.answers = 0
        self.waiting: list[dict] = []
        self.query = ("?" + urllib.parse.urlencode({"mode": mode, **lens}))
        self.stream: http.client.HTTPResponse | None = None
        if mode == "stream":
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
            connection.request("POST", SESSION + self.query, headers=headers)
            self.socket = connection.sock
            self.stream = connection.getresponse()
            assert self.stream.status == 200, self.stream.read()
            self._take_block(self._block())
        else:
            self._take(self._ok(request(port, SESSION + self.query, method="POST", headers=headers)))
        assert self.id

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def path(self) -> str:
        return f"{SESSION}/{self.id}"

    def poll(self) -> Answer:
        """One poll as it is answered, not looked into."""
        self.answers += 1
        return request(self.port, f"{self.path}?answer={self.answers}", headers=self.headers, timeout=30)

    def next(self) -> dict:
        while not self.waiting:
            if self.end:
                raise Over(self.end)
            if self.stream:
                self._take_block(self._block())
            else:
                self._take(self._ok(self.poll()))
        return self._heard(self.waiting.pop(0))

    def until(self, wanted: str | Callable[[dict], bool], timeout: float = 15) -> dict:
        likes = (lambda message: message["type"] == wanted) if isinstance(wanted, str) else wanted
        deadline = time.monotonic() + timeout
        while not likes(message := self.next()):
            assert time.monotonic() < deadline, f"no {wanted}; got {[one['type'] for one in self.messages][-12:]}"
        return message

    def events(self, count: int) -> list[dict]:
        while len(self.seen) < count:
            self.until("events")
        return self.seen

    def send(self, kind: str, **members) -> Answer:
        return self.post(json.dumps({"type": kind, **members}).encode())

    def post(self, body: bytes, headers: dict = JSON) -> Answer:
        return request(self.port, self.path, method="POST", body=body, headers=headers)

    def open(self, **members) -> dict:
        self.send("open", **members)
        return self.until(lambda message: message["type"] in ("opened", "error"))

    def close(self):
        if self.stream:
            self.stream.close()
            self.socket.close()
        else:
            try:
                request(self.port, self.path, method="DELETE")
            except OSError:
                pass  # the relay is gone already

    def _heard(self, message: dict) -> dict:
        self.messages.append(message)
        if message["type"] == "events" and not message.get("fetched"):
            self.seen += message["events"]
        if message["type"] in ("events", "live") and not message.get("fetched"):
            self.position = message["position"]
        return message

    def _ok(self, answer: Answer) -> bytes:
        if answer.status != 200:
            raise Over(answer.status)
        assert answer.headers["Content-Type"] == "text/event-stream"
        return answer.body

    def _take(self, text: bytes):
        assert text == b"" or text.endswith(b"\n\n"), text[-200:]
        for block in text.split(b"\n\n")[:-1]:
            self._take_block(block)

    def _block(self) -> bytes:
        block = b""
        while line := self.stream.readline():
            if line == b"\n":
                return block.rstrip(b"\n")
            block += line
        raise Over("the stream ended")

    def _take_block(self, block: bytes):
        lines = block.split(b"\n")
        name = lines[0].removeprefix(b"event: ") if len(lines) == 2 else b""
        data = json.loads(lines[-1].removeprefix(b"data: "))
        if name == b"session":
            self.id = data["id"]
        elif name == b"close":
            self.end = data
        else:
            assert name == b"", name
            self.waiting.append(data)
