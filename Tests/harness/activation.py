"""What a service manager does that holds a relay's sockets: they are there before it and stay when it stops."""

import fcntl
import socket
import sys
import threading
import time

# sd_listen_fds(3): the sockets are 3, 4, …, meant for the process with that number.
WRAPPER = """
import os, sys
numbers, names = sys.argv[1].split(","), sys.argv[2]
for index, number in enumerate(numbers):
    os.dup2(int(number), 3 + index)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(numbers)), LISTEN_FDNAMES=names)
os.execv(sys.argv[3], sys.argv[3:])
"""


class HeldSockets:
    """Sockets by the names of the inputs that they are for."""

    def __init__(self):
        self.sockets: list[tuple[str, socket.socket]] = []
        self.numbers: list[int] = []

    def unix(self, name: str, path, kind=socket.SOCK_STREAM) -> "HeldSockets":
        return self._hold(name, socket.socket(socket.AF_UNIX, kind), str(path))

    def network(self, name: str, kind=socket.SOCK_STREAM) -> int:
        """The port that the kernel chose."""
        self._hold(name, socket.socket(socket.AF_INET, kind), ("127.0.0.1", 0))
        return self.sockets[-1][1].getsockname()[1]

    def _hold(self, name: str, held: socket.socket, address) -> "HeldSockets":
        held.bind(address)
        if held.type == socket.SOCK_STREAM:
            held.listen(4096)
        self.sockets.append((name, held))
        # Out of the way of where they have to be.
        self.numbers.append(fcntl.fcntl(held.fileno(), fcntl.F_DUPFD, 200))
        return self

    @property
    def options(self) -> dict:
        """For `relay(…)`."""
        numbers = ",".join(map(str, self.numbers))
        names = ":".join(name for name, _ in self.sockets)
        return {"prefix": [sys.executable, "-c", WRAPPER, numbers, names], "inherits": self.numbers}


class Sender(threading.Thread):
    """Writes numbered lines until told to stop, and comes back when its connection was ended. Keeps the books of what
    the kernel took, and of every connection that was refused."""

    def __init__(self, name: str, address, kind=socket.SOCK_STREAM, pause: float = 0.0005):
        super().__init__(daemon=True)
        self.name, self.address, self.kind, self.pause = name, address, kind, pause
        self.sent = 0
        self.connections = 0
        self.failures: list[OSError] = []
        self.stopping = threading.Event()

    def run(self):
        connection = None
        while not self.stopping.is_set():
            if connection is None:
                connection = self._connect()
                continue
            try:
                connection.sendall(b"%s n=%d\n" % (self.name.encode(), self.sent))
                self.sent += 1
            except (BrokenPipeError, ConnectionResetError):
                connection.close()
                connection = None
            time.sleep(self.pause)
        if connection:
            connection.close()

    def _connect(self):
        family = socket.AF_INET if isinstance(self.address, tuple) else socket.AF_UNIX
        connection = socket.socket(family, self.kind)
        connection.settimeout(30)
        try:
            connection.connect(self.address)
        except OSError as failure:
            self.failures.append(failure)
            connection.close()
            return None
        self.connections += 1
        return connection

    def stop(self) -> int:
        self.stopping.set()
        self.join(30)
        assert not self.is_alive()
        return self.sent
