"""waitress in gunicorn's processes: a thread is taken when a request is there, not while it comes.

gunicorn keeps the processes (starts them again, stops them in peace); in each of them waitress
reads requests and writes answers in one loop, for as many clients as there are, and hands whole
requests to the threads. A client that sends a byte now and then costs its connection, nothing
more, and gives that back in time. Why: ADR 0025.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gunicorn.workers.base import Worker as Base
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

HEAD_S = 10.0  # for the first line and all headers of a request
IDLE_S = 60  # without a byte either way: photos come slowly over a bad line, but they come
SEND_BYTES_S = 4096  # slower than this nobody may keep a thread waiting for room
PATIENCE_S = 10.0  # over which that is measured
CONNECTIONS = 1000  # of one process
LARGEST_BODY = 56 * 1024 * 1024  # four photos of 12 MB, and the form
LARGEST_HEAD = 64 * 1024
LOOP_S = 1.0
YOUNG = (10_000, 10, 10)  # objects made before Python looks for cycles among them; its own is 700
SWITCH_S = 0.001  # who has the turn to write gets the interpreter back sooner than in 5 ms

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class NoRoomError(Error):  # type: ignore[misc]
    """What was sent could not be kept until it was whole."""

    code = 503
    reason = "Service Unavailable"

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """As waitress does, with the time to wait."""
        status, headers, body = super().to_response(ident)
        return status, [*headers, ("Retry-After", "300")], body


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection."""

    request: Any  # the one that is arriving, or None
    requests: list[Any]  # those that are whole, the one being answered first
    total_outbufs_len: int
    head_since = 0.0
    taken = 0  # bytes of answers, since it was looked at
    taken_since = 0.0

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002
        """As waitress does; counts what the client takes."""
        sent: int = super().send(data, do_close)
        self.taken += sent
        return sent

    def received(self, data: bytes) -> bool:
        """As waitress does; says so when the disk has no room for a large body."""
        try:
            return bool(super().received(data))
        except OSError:
            self._refuse(NoRoomError("There is no room left to write. Send it again later."))
            return True

    def _refuse(self, error: Error) -> None:
        """Answer what is not whole yet with an error, and end the connection."""
        request, begun = self.request, self.request.body_rcv
        request.error, request.completed, request.body_rcv = error, True, None
        with suppress(OSError):  # it would like to write once more
            begun.getbuf().close()
        with self.requests_lock:
            self.request = None
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)

    @property
    def is_busy(self) -> bool:
        """Whether something is being done or answered here."""
        return bool(self.requests or self.total_outbufs_len)

    def is_too_slow(self, now: float) -> bool:
        """Look at this connection now and then; tell whether it must end."""
        request = self.request
        if request is None or request.headers_finished:
            self.head_since = 0.0
        elif not self.head_since:
            self.head_since = now
        elif now - self.head_since > HEAD_S:
            return True
        is_held = self.requests and self.total_outbufs_len > self.adj.outbuf_high_watermark
        if not is_held or not self.taken_since:
            self.taken, self.taken_since = 0, now if is_held else 0.0
        elif now - self.taken_since > PATIENCE_S:
            if self.taken < SEND_BYTES_S * PATIENCE_S:
                return True
            self.taken, self.taken_since = 0, now
        return False


class Worker(Base):  # type: ignore[misc]
    """The worker that ``run.py serve`` starts."""

    def run(self) -> None:
        """Serve until told to stop, then end what was begun."""
        settle()
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # waiting a turn is no news
        self.map: dict[int, Any] = {}
        self.threads = ThreadedTaskDispatcher()
        self.threads.set_thread_count(self.cfg.threads)
        create_server(
            Logged(self.wsgi, self), self.map,
            _dispatcher=self.threads,
            sockets=[listener.sock for listener in self.sockets],
            backlog=self.cfg.backlog,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE_S,
            cleanup_interval=int(LOOP_S),
            max_request_body_size=LARGEST_BODY,
            max_request_header_size=LARGEST_HEAD,
            clear_untrusted_proxy_headers=False,  # the settings know which to believe
            log_socket_errors=False,
            asyncore_use_poll=True,
            ident=None,
        )  # fmt: skip
        self.servers = [each for each in self.map.values() if isinstance(each, BaseWSGIServer)]
        for server in self.servers:
            server.channel_class = Channel
        while self.alive and self.ppid == os.getppid():
            self._turn()
        self._stop()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: stop in peace, at once."""
        super().handle_exit(sig, frame)
        for server in getattr(self, "servers", ()):
            server.pull_trigger()

    def _turn(self) -> None:
        self.notify()
        wasyncore.loop(timeout=LOOP_S, use_poll=True, map=self.map, count=1)
        now = time.monotonic()
        for channel in self._channels():
            if channel.is_too_slow(now):
                channel.will_close = True

    def _channels(self) -> list[Channel]:
        return [c for server in self.servers for c in tuple(server.active_channels.values())]

    def _stop(self) -> None:
        """Take nobody new, finish what is here, within gunicorn's patience."""
        until = time.monotonic() + self.cfg.graceful_timeout
        for server in self.servers:
            server.accepting = False
        while (left := self._channels()) and time.monotonic() < until:
            for channel in left:
                if not channel.is_busy and channel.request is None:
                    channel.will_close = True
            self._turn()
        self.threads.shutdown(timeout=max(0.0, until - time.monotonic()))


def settle() -> None:
    """Before the first request: what is loaded by now stays, so nobody need look at it again.

    170,000 objects of code, charters and settings live as long as the process; looking for cycles
    among them, and that after every 700 new ones, took some 5 % of raising a matter.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*YOUNG)
    sys.setswitchinterval(SWITCH_S)


@dataclass
class Answer:
    """What the access log wants to know of an answer."""

    status: str = "-"
    headers: tuple[tuple[str, str], ...] = ()
    sent: int = 0


@dataclass
class Asked:
    """And of a request; its headers are not for the log."""

    headers: tuple[tuple[str, str], ...] = ()


class Logged:
    """The application, with a line in gunicorn's access log for each request."""

    def __init__(self, application: Application, worker: Worker) -> None:
        self.application, self.worker = application, worker

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer and tell the log."""
        if not self.worker.cfg.accesslog:
            return self.application(environ, start_response)
        began, answer = time.monotonic(), Answer()

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            answer.status, answer.headers = status, tuple(headers)
            return start_response(status, headers, *more)

        body = self.application(environ, started)
        took = timedelta(seconds=time.monotonic() - began)
        known = {**environ, "RAW_URI": environ.get("REQUEST_URI", "")}  # gunicorn's own word
        self.worker.log.access(answer, Asked(), known, took)
        return body
