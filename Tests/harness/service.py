"""What stands around a service: a manager that is told how it is, sockets that are handed over, a thread held still."""

import ctypes
import os
import select
import socket
import sys
import time
from contextlib import contextmanager
from pathlib import Path

# Becomes the relay, with a socket that this process has as its first handed over descriptor.
_HAND_OVER = """
import os, sys
number, name, *command = sys.argv[1:]
if int(number) == 3: os.set_inheritable(3, True)
else: os.dup2(int(number), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES=name)
os.execv(command[0], command)
"""


def handing_over(listener: socket.socket, name: str = "http") -> list[str]:
    """What to put before a command; the socket has to be inheritable."""
    return [sys.executable, "-c", _HAND_OVER, str(listener.fileno()), name]


class Manager:
    """The other end of `NOTIFY_SOCKET`."""

    def __init__(self, folder: Path):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.setblocking(False)

    def environment(self, **more: str) -> list[str]:
        """What to put before a command."""
        variables = {"NOTIFY_SOCKET": str(self.path), **more}
        return ["env", *(f"{name}={value}" for name, value in variables.items())]

    def next(self, timeout: float = 10) -> str | None:
        if not select.select([self.socket], [], [], timeout)[0]:
            return None
        return self.socket.recv(4096).decode()

    def until(self, begin: str, timeout: float = 10) -> str:
        deadline = time.monotonic() + timeout
        seen = []
        while (left := deadline - time.monotonic()) > 0:
            message = self.next(left)
            if message is not None and message.startswith(begin):
                return message
            seen.append(message)
        raise AssertionError(f"{begin} was not said within {timeout} s, but {seen}")

    def drain(self):
        while self.next(0) is not None:
            pass


_SEIZE, _INTERRUPT, _DETACH = 0x4206, 0x4207, 17
_WALL = 0x40000000


@contextmanager
def held_still(thread: int):
    """Stops one thread of another process, as if it hung; all others go on."""
    _ptrace(_SEIZE, thread)
    try:
        _ptrace(_INTERRUPT, thread)
        os.waitpid(thread, _WALL)
        yield
    finally:
        _ptrace(_DETACH, thread)


def _ptrace(request: int, thread: int):
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    library.ptrace.restype = ctypes.c_long
    if library.ptrace(request, thread, None, None) != 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x} of thread {thread}")


def threads(pid: int, name: str) -> list[int]:
    """Those whose name begins so."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().startswith(name):
            found.append(int(task.name))
    return found
