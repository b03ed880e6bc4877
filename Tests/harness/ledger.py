"""Writers of numbered lines and readers that keep the books."""

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from .relay import Relay


class Pace:
    """Calls `write(first, count)` so that numbers grow at a steady rate."""

    STEP_SECONDS = 0.01

    def __init__(self, per_second: int, write: Callable[[int, int], int]):
        self.per_second, self.write = per_second, write
        self.count = 0
        self.failure: BaseException | None = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> "Pace":
        self.thread.start()
        return self

    def stop(self) -> int:
        self.stopping.set()
        self.thread.join(10)
        assert self.failure is None, self.failure
        return self.count

    def _run(self):
        began = time.monotonic()
        try:
            while not self.stopping.wait(self.STEP_SECONDS):
                due = int((time.monotonic() - began) * self.per_second) - self.count
                if due > 0:
                    self.count += self.write(self.count, due)
        except BaseException as failure:
            self.failure = failure


class RotatingFile:
    """A log file that is renamed and made anew after every `every` lines."""

    def __init__(self, path: Path, every: int):
        self.path, self.every = path, every
        self.file = open(path, "ab", buffering=0)
        self.rotations = 0

    def write(self, first: int, count: int) -> int:
        count = min(count, self.every - first % self.every)
        self.file.write(
            b"".join(b"n=%d in the file, with some words behind it\n" % n for n in range(first, first + count))
        )
        if (first + count) % self.every == 0:
            self.rotations += 1
            self.path.rename(f"{self.path}.{self.rotations}")
            self.file.close()
            self.file = open(self.path, "ab", buffering=0)
        return count


class SocketWriter:
    """Lines into a Unix socket; what it writes while nobody listens is lost, as it is for any program."""

    def __init__(self, path: Path):
        self.path = path
        self.connection: socket.socket | None = None

    def write(self, first: int, count: int) -> int:
        try:
            if self.connection is None:
                self.connection = socket.socket(socket.AF_UNIX)
                self.connection.settimeout(5)
                self.connection.connect(str(self.path))
            self.connection.sendall(b"".join(b"n=%d\n" % n for n in range(first, first + count)))
        except OSError:
            self.connection and self.connection.close()
            self.connection = None
        return count


class Bookkeeper(threading.Thread):
    """A reader that comes back with its last position whenever the relay went away."""

    def __init__(self, relay: Relay, position: str):
        super().__init__(daemon=True)
        self.relay, self.position = relay, position
        self.seqs: list[int] = []
        self.gaps: list[dict] = []
        self.connections = 0
        self.failure: BaseException | None = None
        self.stopping = threading.Event()

    def run(self):
        try:
            while not self.stopping.is_set():
                self._connect()
        except BaseException as failure:
            self.failure = failure

    def _connect(self):
        try:
            reader = self.relay.ws({"stream": "all", "from": self.position})
        except (OSError, ConnectionClosed, EOFError):
            self.stopping.wait(0.02)
            return
        except Exception as failure:  # a handshake that was cut off in the middle
            if "InvalidMessage" not in type(failure).__name__:
                raise
            return
        self.connections += 1
        with reader:
            while not self.stopping.is_set():
                try:
                    self._take(reader.next(timeout=0.5))
                except TimeoutError:
                    continue
                except (ConnectionClosed, OSError):
                    return

    def _take(self, message: dict):
        kind = message["type"]
        assert kind != "error", message
        if kind == "opened" and not message["complete"]:
            self.gaps.append(message["missing"])
        if kind == "gap":
            self.gaps.append(message)
        if kind == "events":
            self.seqs += [event["seq"] for event in message["events"]]
            self.position = message["position"]

    def stop(self):
        self.stopping.set()
        self.join(10)
        assert self.failure is None, self.failure
