"""A TCP proxy in front of a relay that does what bad proxies do: drops headers, holds answers back."""

import socket
import threading

from .proxy import Proxy


class Tamperer(Proxy):
    """`drop`: lower-case names of request headers that don't get through; `hold_back`: paths whose answers come only
    when they are complete, which a stream never is."""

    def __init__(self, port: int, *, drop: tuple[str, ...] = (), hold_back: tuple[str, ...] = ()):
        self.drop, self.hold_back = drop, hold_back
        super().__init__(port)

    def serve(self, client: socket.socket, plan):
        """One request per connection: what follows on it goes through as it is."""
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = client.recv(65536)
            if not chunk:
                return client.close()
            head += chunk
        head, rest = head.split(b"\r\n\r\n", 1)
        lines = head.split(b"\r\n")
        kept = [line for line in lines[1:] if line.split(b":")[0].decode().lower() not in self.drop]
        is_upgrade = any(line.lower().startswith(b"upgrade:") for line in kept)
        if not is_upgrade:
            kept = [line for line in kept if not line.lower().startswith(b"connection:")] + [b"Connection: close"]
        server = self.connect(client)
        server.sendall(b"\r\n".join([lines[0], *kept]) + b"\r\n\r\n" + rest)
        threading.Thread(target=_copy, args=(client, server), daemon=True).start()
        path = lines[0].split(b" ")[1].split(b"?")[0].decode()
        _copy(server, client, at_end=path in self.hold_back)


def _copy(source: socket.socket, sink: socket.socket, at_end: bool = False):
    held = b""
    try:
        while chunk := source.recv(65536):
            if at_end:
                held += chunk
            else:
                sink.sendall(chunk)
        sink.sendall(held)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
