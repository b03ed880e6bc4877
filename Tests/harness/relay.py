"""The relay as a process: started on a configuration of its own, asked, killed, started again."""

import json
import os
import re
import signal
import subprocess
import urllib.parse
from pathlib import Path

from .http import Answer, JSONLines, request
from .reader import Reader
from .waiting import eventually

LISTENS = re.compile(rb"tailrace \S+ listens on https?://127\.0\.0\.1:(\d+)")


class Relay:
    """`{dir}` in the configuration stands for the relay's folder."""

    START_SECONDS = 20

    def __init__(
        self, binary: Path, home: Path, config: str, *, server: str = "", log: str | None = None,
        prefix: list[str] = [], inherits: list[int] = []
    ):
        home.mkdir(parents=True, exist_ok=True)
        self.binary = binary
        self.home = home
        self.prefix = prefix
        # Descriptors that stay open in it.
        self.inherits = inherits
        self.port = 0
        self.starts = 0
        self.process: subprocess.Popen | None = None
        log = log if log is not None else 'path = "{dir}/log"'
        self.configure(f'[server]\nlisten = ["127.0.0.1:0"]\n{server}\n[log]\n{log}\n{config}')

    def configure(self, text: str):
        self.config = self.home / "tailrace.toml"
        # At once, so that a relay that reads it meanwhile finds the one or the other.
        draft = self.home / "tailrace.toml.new"
        draft.write_text(text.replace("{dir}", str(self.home)))
        draft.replace(self.config)

    # The process

    def start(self, wait: bool = True):
        out = open(self.home / "stdout", "wb")
        err = open(self.home / "stderr", "ab")
        command = self.prefix + [str(self.binary), "serve", "--config", str(self.config)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=self.home, pass_fds=self.inherits
        )
        self.starts += 1
        if wait:
            self.port = int(eventually(self._listening, self.START_SECONDS, "the line that says where it listens")[1])

    def _listening(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the relay ended with {self.process.returncode}: {self.stderr()}")
        return LISTENS.search(self.stdout().encode())

    @property
    def pid(self) -> int:
        """Of the relay itself, below whatever it was started through."""
        if not self.prefix:
            return self.process.pid
        return next(
            pid for pid in _family(self.process.pid) if os.readlink(f"/proc/{pid}/exe") == os.path.realpath(self.binary)
        )

    def kill9(self):
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(10)

    def restart(self):
        if self.process.poll() is None:
            self.stop()
        self.start()

    def stop(self, timeout: float = 10) -> int:
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
        return self.process.wait(timeout)

    def wait(self, timeout: float = 10) -> int:
        return self.process.wait(timeout)

    def close(self):
        if self.process and self.process.poll() is None:
            for pid in reversed(_family(self.process.pid)):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.wait(10)

    def stdout(self) -> str:
        return (self.home / "stdout").read_text(errors="replace")

    def stderr(self) -> str:
        return (self.home / "stderr").read_text(errors="replace")

    def rss_bytes(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    # Places

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_dir(self) -> Path:
        return self.home / "log"

    def path(self, name: str) -> Path:
        return self.home / name

    # Asking

    def ws_url(self, **query) -> str:
        return f"ws://127.0.0.1:{self.port}/ws" + ("?" + urllib.parse.urlencode(query) if query else "")

    def ws(self, query: dict = {}, **options) -> Reader:
        return Reader(self.ws_url(**query), **options)

    def get(self, path: str, **options) -> Answer:
        return request(self.port, path, **options)

    def get_json(self, path: str):
        answer = self.get(path)
        assert answer.status == 200, answer
        return json.loads(answer.body)

    def lines(self, headers: dict = {}, **query) -> JSONLines:
        """`/api/v1/stream` as NDJSON."""
        path = "/api/v1/stream" + ("?" + urllib.parse.urlencode(query) if query else "")
        return JSONLines(self.port, path, headers)

    def metrics(self) -> dict[str, float]:
        """Samples by name, labels included as they stand."""
        samples = {}
        for line in self.get("/metrics").body.decode().splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                samples[name] = float(value)
        return samples

    def status(self) -> dict:
        return self.get_json("/api/v1/status")

    def input(self, name: str) -> dict:
        return next(one for one in self.get_json("/api/v1/inputs")["inputs"] if one["name"] == name)

    @property
    def head(self) -> int:
        return self.status()["log"]["head"]

    @property
    def epoch(self) -> str:
        return self.status()["log"]["epoch"]

    def wait_head(self, seq: int, timeout: float = 10) -> int:
        return eventually(lambda: (head := self.head) >= seq and head, timeout, f"event {seq}")

    def wait_reading(self, name: str, timeout: float = 10):
        """The input has looked at its source: what is written from now on is new to it."""
        eventually(lambda: self.input(name)["state"] in ("reading", "waiting"), timeout, f"input {name}")


def _family(pid: int) -> list[int]:
    """A process and all below it, parents first."""
    found = [pid]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except FileNotFoundError:
            continue
        found += [int(child) for child in children.split()]
    return found
