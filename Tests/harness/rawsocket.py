"""A WebSocket client that can do what a client must not."""

import os
import socket
import struct
import zlib

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


class RawSocket:
    def __init__(self, port: int, path: str = "/ws", *, extensions: str = "", timeout: float = 10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.buffer = b""
        offer = f"Sec-WebSocket-Extensions: {extensions}\r\n" if extensions else ""
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{offer}\r\n".encode()
        )
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self._receive()
        self.head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        assert self.head.startswith(b"HTTP/1.1 101"), self.head

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _receive(self) -> bytes:
        chunk = self.socket.recv(1 << 16)
        if not chunk:
            raise EOFError
        return chunk

    def send(self, opcode: int, payload: bytes = b"", *, fin=True, rsv=0, masked=True, length: int | None = None):
        """One frame; `length` may lie."""
        self.socket.sendall(frame(opcode, payload, fin=fin, rsv=rsv, masked=masked, length=length))

    def read(self) -> tuple[int, bytes, int]:
        """Opcode, payload and the first byte of the next frame."""
        head = self._exactly(2)
        length = head[1] & 0x7F
        if length == 126:
            length = struct.unpack(">H", self._exactly(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self._exactly(8))[0]
        return head[0] & 0xF, self._exactly(length), head[0]

    def _exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self.buffer += self._receive()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def close_code(self) -> int:
        """Reads to the close frame and to the end behind it."""
        while True:
            opcode, payload, _ = self.read()
            if opcode == CLOSE:
                break
        try:
            while self._receive():
                pass
        except (EOFError, ConnectionResetError):
            pass
        return struct.unpack(">H", payload[:2])[0]


def frame(opcode: int, payload: bytes = b"", *, fin=True, rsv=0, masked=True, length: int | None = None) -> bytes:
    length = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | rsv | opcode])
    mask_bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([mask_bit | length])
    elif length < 65536:
        head += bytes([mask_bit | 126]) + struct.pack(">H", length)
    else:
        head += bytes([mask_bit | 127]) + struct.pack(">Q", length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    repeated = key * (len(payload) // 4 + 1)
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(repeated[: len(payload)], "big")
    return head + key + mixed.to_bytes(len(payload), "big")


def deflated(payload: bytes) -> bytes:
    """A message as permessage-deflate has it (RFC 7692 §7.2.1)."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
