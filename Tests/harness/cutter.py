"""A TCP proxy that cuts connections after so many bytes of the answer."""

import socket
import threading
from collections.abc import Iterator

from .proxy import Proxy


class Cutter(Proxy):
    """Connection number n is cut after the n-th number of `limits`; when they are used up, none is cut any more."""

    def __init__(self, port: int, limits: Iterator[int]):
        self.limits = limits
        self.cuts = 0
        super().__init__(port)

    def plan(self) -> int | None:
        return next(self.limits, None)

    def serve(self, client: socket.socket, limit: int | None):
        server = self.connect(client)
        threading.Thread(target=self._copy, args=(client, server, None), daemon=True).start()
        self._copy(server, client, limit)
        for one in (client, server):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def _copy(self, source: socket.socket, sink: socket.socket, limit: int | None):
        try:
            while chunk := source.recv(1 << 16):
                if limit is not None and len(chunk) >= limit:
                    sink.sendall(chunk[:limit])
                    self.cuts += 1
                    return
                limit = None if limit is None else limit - len(chunk)
                sink.sendall(chunk)
        except OSError:
            pass
