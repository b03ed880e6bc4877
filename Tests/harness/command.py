"""The commands that talk to a relay, as processes: on pipes and on terminals."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from pathlib import Path


class Command:
    """`tailrace …` on pipes; what it writes is gathered while it runs."""

    def __init__(self, binary: Path, *arguments, env: dict = {}, stdin=subprocess.DEVNULL, cwd=None):
        environment = {**os.environ, "TAILRACE_URL": "", **env}
        self.process = subprocess.Popen(
            [str(binary), *map(str, arguments)],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=cwd,
            preexec_fn=_usual_signals,
        )
        self.out, self.err = _Gathered(self.process.stdout), _Gathered(self.process.stderr)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def events(self) -> list[dict]:
        """Whole lines so far, as JSON."""
        return [json.loads(line) for line in self.out.bytes().split(b"\n")[:-1]]

    def messages(self) -> list[str]:
        return [event["message"] for event in self.events()]

    def signal(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.wait()

    def wait(self, timeout: float = 20) -> int:
        code = self.process.wait(timeout)
        self.out.join()
        self.err.join()
        return code


class TerminalCommand:
    """`tailrace …` on a terminal of 120 columns."""

    def __init__(self, binary: Path, *arguments, env: dict = {}):
        environment = {**os.environ, "TAILRACE_URL": "", "TERM": "xterm-256color", **env}
        if "NO_COLOR" not in env:
            environment.pop("NO_COLOR", None)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            _usual_signals()
            os.execve(str(binary), [str(binary), *map(str, arguments)], environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.text = b""

    def read_until(self, what: bytes, timeout: float = 15) -> bytes:
        deadline = time.monotonic() + timeout
        while what not in self.text:
            left = deadline - time.monotonic()
            assert left > 0 and self._read(left), f"{what!r} did not come; got {self.text[-2000:]!r}"
        return self.text

    def read_all(self, timeout: float = 15) -> bytes:
        """To the end."""
        deadline = time.monotonic() + timeout
        while self._read(max(0, deadline - time.monotonic())):
            pass
        return self.text

    def type(self, keys: bytes):
        os.write(self.terminal, keys)

    def wait(self) -> int:
        self.read_all()
        _, status = os.waitpid(self.pid, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)

    def _read(self, timeout: float) -> bool:
        if not select.select([self.terminal], [], [], timeout)[0]:
            return False
        try:
            chunk = os.read(self.terminal, 1 << 16)
        except OSError:  # the other end is closed
            return False
        self.text += chunk
        return bool(chunk)


class _Gathered:
    def __init__(self, pipe):
        self.chunks: list[bytes] = []
        self.thread = threading.Thread(target=self._run, args=(pipe,), daemon=True)
        self.thread.start()

    def _run(self, pipe):
        while chunk := os.read(pipe.fileno(), 1 << 16):
            self.chunks.append(chunk)

    def bytes(self) -> bytes:
        return b"".join(self.chunks)

    def text(self) -> str:
        return self.bytes().decode()

    def join(self):
        self.thread.join(10)


def _usual_signals():
    """Python ignores SIGPIPE, and what it starts would too."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
