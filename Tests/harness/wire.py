"""A TCP proxy that stands still when told: a network that loses everything for a while, and then delivers it."""

import socket
import threading


class Wire:
    def __init__(self, port: int):
        self.target = port
        self.flows = threading.Event()
        self.flows.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.flows.set()
        for one in (self.listener, *self.open):
            one.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket):
        self.flows.wait()
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=20)
        except OSError:
            return client.close()
        server.settimeout(None)
        self.open += [client, server]
        threading.Thread(target=self._copy, args=(client, server), daemon=True).start()
        self._copy(server, client)

    def _copy(self, source: socket.socket, sink: socket.socket):
        try:
            while chunk := source.recv(1 << 16):
                self.flows.wait()
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            sink.close()
