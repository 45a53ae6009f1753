"""A server that says what a test tells it to, byte for byte, and remembers what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Say = Callable[[socket.socket], None]


@dataclass
class Server:
    """Listens on the loopback address."""

    port: int
    asked: list[str] = field(default_factory=list)
    """Head of each request."""

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"


def bytes_of(body: bytes, *headers: str, status: str = "200 OK") -> Say:
    """Return a whole answer."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return lambda opened: opened.sendall(head.encode() + body)


def redirect_to(url: str, status: str = "302 Found") -> Say:
    """Return a redirection."""
    return bytes_of(b"", f"Location: {url}", status=status)


@contextmanager
def serving(*answers: Say) -> Iterator[Server]:
    """Serve the answers in turn, one a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])

        def serve() -> None:
            with suppress(OSError):
                for say in answers:
                    opened, _ = listener.accept()
                    with opened:
                        server.asked.append(opened.recv(65536).decode("latin-1"))
                        say(opened)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
