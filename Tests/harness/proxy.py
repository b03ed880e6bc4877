"""A TCP proxy in front of a relay, for connections that fare badly."""

import socket
import threading


class Proxy:
    """Listens on a port of its own as long as it is entered; `serve` is given each connection, on a thread of its own."""

    def __init__(self, port: int):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = 0
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

    def plan(self):
        """What `serve` is told of the next connection; asked for in the order in which they come."""

    def serve(self, client: socket.socket, plan):
        """What happens to a connection."""
        raise NotImplementedError

    def connect(self, client: socket.socket) -> socket.socket:
        """A connection to the relay for this client."""
        server = socket.create_connection(("127.0.0.1", self.target), timeout=20)
        server.settimeout(None)
        self.open += [client, server]
        return server

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client, self.plan()), daemon=True).start()

    def _serve(self, client: socket.socket, plan):
        try:
            self.serve(client, plan)
        except OSError:
            client.close()
