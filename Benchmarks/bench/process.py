"""The relay that is measured, and the load that is put on it."""

import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
REPOSITORY = HERE.parent
LOAD = HERE / ".build" / "load"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

# Frames hold 50 events wherever lines come fast enough: the measure that others are compared at.
CONFIG = """
[server]
listen = ["127.0.0.1:0"]
max_connections = 16384
[log]
path = "{home}/log"
memory = "{memory}"
[[input]]
name = "bench"
type = "file"
paths = ["{home}/bench.log"]
from = "start"
[[route]]
name = "fifty"
batch = {{ max_events = 50, max_bytes = "256KiB", max_delay = "1s" }}
"""


def build_load():
    """Compiles the load program if it is older than its sources."""
    sources = sorted((HERE / "load").glob("*.c"))
    newest = max(path.stat().st_mtime for path in [*sources, HERE / "load" / "load.h"])
    if LOAD.exists() and LOAD.stat().st_mtime > newest:
        return
    LOAD.parent.mkdir(exist_ok=True)
    compiler = shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        raise SystemExit("no C compiler; install gcc or clang")
    subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-o", LOAD, *sources, "-lz"], check=True)


def wait_until(condition, seconds: float, what: str, pause: float = 0.02):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(pause)
    return value


class Relay:
    """One relay on a fresh folder; its whole process is measured, reading the file included."""

    def __init__(self, memory: str = "64MiB", start: bool = True):
        self.home = Path(tempfile.mkdtemp(prefix="tailrace-bench-"))
        self.file = self.home / "bench.log"
        self.file.touch()
        (self.home / "tailrace.toml").write_text(CONFIG.format(home=self.home, memory=memory))
        self.process: subprocess.Popen | None = None
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home)

    @property
    def proc(self) -> Path:
        return Path(f"/proc/{self.process.pid}")

    def start(self) -> float:
        """Seconds until it listens."""
        began = time.monotonic()
        binary = REPOSITORY / os.environ.get("TAILRACE_BINARY", ".build/release/tailrace")
        if not os.access(binary, os.X_OK):
            raise SystemExit(f"there is no relay at {binary}; build it with `make build`")
        with open(self.home / "out", "wb") as out, open(self.home / "err", "wb") as err:
            self.process = subprocess.Popen(
                [binary, "serve", "--config", self.home / "tailrace.toml"], stdout=out, stderr=err
            )
        self.port = int(wait_until(self._port, 20, "the relay's address")[1])
        return time.monotonic() - began

    def stop(self):
        """In an orderly way, so that it can be started again on what it has."""
        self.process.terminate()
        if self.process.wait(timeout=30) != 0:
            raise RuntimeError(f"the relay failed: {(self.home / 'err').read_text()}")

    def _port(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the relay ended: {(self.home / 'err').read_text()}")
        return re.search(rb"listens on http://127\.0\.0\.1:(\d+)", (self.home / "out").read_bytes())

    def cpu_seconds(self) -> float:
        """User and system time of all threads so far."""
        fields = (self.proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def rss_bytes(self) -> int:
        return int((self.proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def metrics(self) -> dict[str, float]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        pairs = (line.rpartition(" ") for line in text.splitlines() if line and line[0] != "#")
        return {name: float(value) for name, _, value in pairs}

    def write(self, rate: float, seconds: float, at_once: int = 1) -> subprocess.Popen:
        """Begins to append lines; a rate of 0 appends `seconds` lines at full speed."""
        return subprocess.Popen(
            [LOAD, "write", self.file, str(rate), str(seconds), str(at_once)], stdout=subprocess.PIPE, text=True
        )


class BareSender:
    """Sends one buffer to all who listen, as cheaply as it can be done: what the machine itself asks for the fan-out."""

    def __init__(self, readers: int, frame_bytes: int, frames_per_second: float, seconds: float):
        arguments = [str(one) for one in (readers, frame_bytes, frames_per_second, seconds)]
        self.process = subprocess.Popen(
            [LOAD, "bare", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def run(self) -> dict:
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Crowd:
    """Subscribers of one lens in a process of their own."""

    def __init__(
        self, relay: Relay | BareSender, count: int, stream: str = "fifty", samples: int = 2, query: str = "", **options
    ):
        arguments = [f"{name}={value}" for name, value in options.items()]
        self.process = subprocess.Popen(
            [
                LOAD,
                "subscribe",
                str(relay.port),
                f"/ws?stream={stream}{query}",
                str(count),
                f"samples={samples}",
                *arguments,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the subscribers could not connect")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def report(self, reset: bool = False) -> dict:
        self.process.stdin.write("reset\n" if reset else "report\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())
