"""Configuration fragments and ways to write to what they read."""

import re
import socket
from pathlib import Path

from .waiting import eventually


def file_input(name: str = "app", path: str = "{dir}/app.log", start: str = "start", more: str = "") -> str:
    return f'[[input]]\nname = "{name}"\ntype = "file"\npaths = ["{path}"]\nfrom = "{start}"\n{more}\n'


def unix_input(name: str = "socket", path: str = "{dir}/in.sock", mode: str = "stream", more: str = "") -> str:
    return f'[[input]]\nname = "{name}"\ntype = "unix"\npath = "{path}"\nmode = "{mode}"\n{more}\n'


def journal_input(directory: Path, name: str = "journal", more: str = "") -> str:
    return f'[[input]]\nname = "{name}"\ntype = "journald"\ndirectory = "{directory}"\nsince = "1d"\n{more}\n'


def exec_input(script: str, name: str = "cmd", more: str = "") -> str:
    return (
        f'[[input]]\nname = "{name}"\ntype = "exec"\ncommand = ["/bin/sh", "-c", \'\'\'{script}\'\'\']\n'
        f'restart_delay = "50ms"\n{more}\n'
    )


def syslog_input(*listen: str, name: str = "net", more: str = "") -> str:
    addresses = ", ".join(f'"{one}"' for one in listen)
    return f'[[input]]\nname = "{name}"\ntype = "syslog"\nlisten = [{addresses}]\n{more}\n'


def syslog_port(relay, transport: str, name: str = "net") -> int:
    """Which port the kernel chose for `udp:127.0.0.1:0`."""
    listening = eventually(lambda: relay.input(name)["positions"].get("listening"), what="a socket that listens")
    return int(re.search(rf"{transport}:127\.0\.0\.1:(\d+)", listening)[1])


def append(path: Path, *lines: str):
    """Lines in one write."""
    with open(path, "ab", buffering=0) as file:
        file.write("".join(line + "\n" for line in lines).encode())


def connect_unix(path: Path, kind=socket.SOCK_STREAM) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, kind)
    connection.settimeout(10)
    connection.connect(str(path))
    return connection
