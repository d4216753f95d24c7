"""gunicorn's threads, with patience that ends: slow clients must not take the threads of others.

gunicorn itself waits without end once a client has sent its first byte, so a handful of clients
that send a byte now and then would stop the whole place. A reverse proxy in front prevents that
too; this holds also where there is none.
"""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_S = 5.0  # for the first line and all headers of a request
PAUSE_S = 20.0  # between two pieces of a body: photos come slowly over a bad line, but they come
SEND_S = 60.0  # for one piece of an answer to be taken


class Patient:
    """What the parser reads from: a socket that gives up."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.until = 0.0  # the moment by which the headers must be there; 0 in a body

    def begin(self) -> None:
        """A request begins: its headers have their time."""
        self.until = time.monotonic() + HEAD_S

    def in_body(self) -> None:
        """The headers are there."""
        self.until = 0.0
        self.sock.settimeout(SEND_S)

    def recv(self, size: int) -> bytes:
        """As the socket's own. Raises: ConnectionResetError, which gunicorn ends in silence."""
        left = self.until - time.monotonic() if self.until else PAUSE_S
        self.sock.settimeout(max(0.001, min(left, PAUSE_S)))
        try:
            return self.sock.recv(size)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the client was too slow") from error
        finally:
            self.sock.settimeout(SEND_S)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)


class Worker(ThreadWorker):  # type: ignore[misc]
    """The worker that ``run.py serve`` starts."""

    def handle(self, conn: TConn) -> Any:
        """As gunicorn does, reading with patience that ends."""
        if not conn.initialized:
            started = conn.init

            def init() -> None:
                started()
                reader = getattr(conn.parser, "unreader", None)
                if reader is not None and not isinstance(reader.sock, Patient):
                    reader.sock = Patient(conn.sock)
                _begin(conn)

            conn.init = init
        else:
            _begin(conn)
        return super().handle(conn)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """The headers are there: from now on only pauses are counted."""
        reader = getattr(conn.parser, "unreader", None)
        if reader is not None and isinstance(reader.sock, Patient):
            reader.sock.in_body()
        return super().handle_request(req, conn)


def _begin(conn: TConn) -> None:
    reader = getattr(conn.parser, "unreader", None)
    if reader is not None and isinstance(reader.sock, Patient):
        reader.sock.begin()
