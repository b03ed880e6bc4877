"""A live journal without journald: systemd-journal-remote appends what comes through a pipe."""

import subprocess
import time
import uuid
from pathlib import Path


class LiveJournal:
    WRITER = "/lib/systemd/systemd-journal-remote"

    def __init__(self, directory: Path):
        self.directory = directory
        directory.mkdir(parents=True)
        self.boot = uuid.uuid4().hex
        self.entries = 0
        self.process = subprocess.Popen(
            [self.WRITER, "-o", str(directory / "x.journal"), "--split-mode=none", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def write(self, **fields):
        """One entry; a value may be text, bytes, or a list of them for a field that is there several times."""
        self.write_all([fields])

    def write_all(self, entries: list[dict]):
        text = b"".join(self._export(fields) for fields in entries)
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def _export(self, fields: dict) -> bytes:
        self.entries += 1
        head = {
            "__REALTIME_TIMESTAMP": str(time.time_ns() // 1000),
            "__MONOTONIC_TIMESTAMP": str(time.monotonic_ns() // 1000),
            "_BOOT_ID": self.boot,
        }
        parts = []
        for name, values in {**head, **fields}.items():
            for value in values if isinstance(values, list) else [values]:
                parts.append(self._field(name, value if isinstance(value, bytes) else str(value).encode()))
        return b"".join(parts) + b"\n"

    @staticmethod
    def _field(name: str, value: bytes) -> bytes:
        """Journal Export Format: text as it is, anything else behind its length as a little-endian 64-bit number."""
        if all(byte >= 0x20 or byte == 0x09 for byte in value) and _is_text(value):
            return name.encode() + b"=" + value + b"\n"
        return name.encode() + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
