"""A journald of the test's own, in a mount namespace of its own; nothing of the machine's own journal is touched."""

import os
import signal
import socket
import subprocess
from pathlib import Path

from .waiting import eventually


class PrivateJournald:
    """Its folders are those of the test: `run` is its /run/systemd, `volatile` and `persistent` hold its journals."""

    PROGRAM = "/lib/systemd/systemd-journald"
    SETTINGS = {"Storage": "volatile", "ReadKMsg": "no", "Audit": "no", "RateLimitBurst": "0", "SyncIntervalSec": "1s"}
    # A shell holds the namespace; journald comes and goes in it.
    SCRIPT = """
        set -e
        mount --make-rprivate /
        mkdir -p /run/systemd /run/log
        mount --bind {home}/run /run/systemd
        mount --bind {home}/volatile /run/log
        mount --bind {home}/persistent /var/log
        echo ready
        exec sleep infinity
    """

    def __init__(self, home: Path, **settings: str):
        self.home = home
        for name in ["run/journal", "run/journald.conf.d", "volatile/journal", "persistent/journal"]:
            (home / name).mkdir(parents=True)
        self.configure(**settings)
        self.holder = subprocess.Popen(
            ["unshare", "-m", "bash", "-c", self.SCRIPT.format(home=home)], stdout=subprocess.PIPE, text=True
        )
        assert self.holder.stdout.readline() == "ready\n"
        self.namespaces: list[subprocess.Popen] = []
        self.start()

    def configure(self, name: str = "", **settings: str):
        lines = [f"{key}={value}" for key, value in {**self.SETTINGS, **settings}.items()]
        folder = self.home / f"run/journald{name and '@' + name}.conf.d"
        folder.mkdir(exist_ok=True)
        (folder / "test.conf").write_text("[Journal]\n" + "\n".join(lines) + "\n")

    @property
    def inside(self) -> list[str]:
        """Before a command: runs it where this journald is the machine's."""
        return ["nsenter", "-m", "-t", str(self.holder.pid)]

    @property
    def volatile(self) -> Path:
        return self.home / "volatile/journal"

    @property
    def persistent(self) -> Path:
        return self.home / "persistent/journal"

    def start(self):
        self.process = self._run("")

    def start_namespace(self, name: str):
        self.configure(name)
        self.namespaces.append(self._run(name))

    def _run(self, name: str) -> subprocess.Popen:
        socket_path = self.home / f"run/journal{name and '.' + name}/socket"
        socket_path.unlink(missing_ok=True)
        command = self.inside + [self.PROGRAM] + ([name] if name else [])
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(socket_path.exists, 20, "the socket of journald")
        return process

    def stop(self):
        """As `systemctl stop` would; the sockets go with it."""
        self.process.terminate()
        self.process.wait(20)

    def flush(self):
        """From volatile to persistent storage."""
        self.process.send_signal(signal.SIGUSR1)

    def write(self, message: str, namespace: str = "", **fields):
        """One entry, by journald's own protocol."""
        path = self.home / f"run/journal{namespace and '.' + namespace}/socket"
        lines = {"MESSAGE": message, "PRIORITY": 6, **fields}
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            _connect(sender, path)
            sender.send("".join(f"{name}={value}\n" for name, value in lines.items()).encode())

    def stdout(self, unit: str = "") -> socket.socket:
        """What a service has as its standard output: a line is an entry."""
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        _connect(stream, self.home / "run/journal/stdout")
        stream.sendall(f"test\n{unit}\n6\n1\n0\n0\n0\n".encode())
        return stream

    def close(self):
        for process in [self.process, *self.namespaces, self.holder]:
            process.kill()
            process.wait(10)


def _connect(one: socket.socket, path: Path):
    """Paths of sockets are short; the folder's descriptor stands for its name."""
    folder = os.open(path.parent, os.O_PATH)
    try:
        one.connect(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)
