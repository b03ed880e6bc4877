"""A TCP proxy that cuts connections after so many bytes of the answer."""

import socket
import threading
from collections.abc import Iterator


class Cutter:
    """Connection number n is cut after the n-th number of `limits`; when they are used up, none is cut any more."""

    def __init__(self, port: int, limits: Iterator[int]):
        self.target, self.limits = port, limits
        self.cuts = 0
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for one in self.open:
            one.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client, next(self.limits, None)), daemon=True).start()

    def _serve(self, client: socket.socket, limit: int | None):
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=20)
        except OSError:
            return client.close()
        self.open += [client, server]
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
