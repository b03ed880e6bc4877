"""Plain HTTP, close to the wire: nothing is followed, decoded or retried."""

import http.client
import json
import socket
from dataclasses import dataclass


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)


def request(
    port: int, path: str, *, method: str = "GET", headers: dict = {}, body: bytes | None = None, timeout: float = 10
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def raw(port: int, text: bytes, timeout: float = 10) -> bytes:
    """Sends bytes as they are and reads until the relay closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(text)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


class JSONLines:
    """A streamed answer, read line by line."""

    def __init__(self, port: int, path: str, headers: dict = {}):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
        self.connection.request("GET", path, headers=headers)
        self.response = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def line(self) -> bytes:
        """One line without its end; empty at the end of the stream."""
        return self.response.readline().rstrip(b"\n")

    def next(self) -> dict | None:
        line = self.line()
        return json.loads(line) if line else None

    def until(self, kind: str) -> list[dict]:
        """Everything up to and with the first object of that `type`."""
        taken = []
        while not taken or taken[-1].get("type") != kind:
            one = self.next()
            assert one is not None, f"the stream ended before {kind}; got {taken[-3:]}"
            taken.append(one)
        return taken

    def events(self, count: int) -> list[dict]:
        """The next `count` events; what is not an event is skipped."""
        taken = []
        while len(taken) < count:
            one = self.next()
            assert one is not None, f"the stream ended after {len(taken)} of {count} events"
            if "type" not in one:
                taken.append(one)
        return taken

    def close(self):
        # An answer without an end of its own has the socket to itself; where it has not, the connection does.
        self.connection.sock and self.connection.sock.close()
        self.response.close()
        self.connection.close()
