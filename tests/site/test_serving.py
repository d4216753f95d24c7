"""The worker: requests are whole before a thread is taken, and who is too slow is cut off."""

from __future__ import annotations

import errno
import gc
import socket
import sys
import threading
from collections import defaultdict
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from commongrid.site import serving
from commongrid.site.access_log import AccessLog

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n"


class Threads:
    """Notes what would be done."""

    def __init__(self):
        self.tasks = []

    def add_task(self, task):
        self.tasks.append(task)


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    yield here, there
    here.close()
    there.close()


@pytest.fixture
def channel(ends):
    """A connection of a server that never runs."""
    from waitress.adjustments import Adjustments

    settings = Adjustments(inbuf_overflow=4, ident=None)
    threads = Threads()
    server = SimpleNamespace(
        active_channels={}, adj=settings, add_task=threads.add_task, threads=threads,
        pull_trigger=lambda: None, server_name="x", effective_port=1,
    )  # fmt: skip
    made = serving.Channel(server, ends[0], ("", None), settings, map={})
    yield made
    made.handle_close()


def test_no_thread_is_taken_before_a_request_is_whole(channel):
    channel.received(HEAD + b"12345")
    assert channel.server.threads.tasks == []
    channel.received(b"67890")
    assert channel.server.threads.tasks == [channel]


def test_headers_have_their_time(channel):
    channel.received(b"GET / HTTP/1.1\r\nX-Slow: ")
    assert not channel.is_too_slow(100.0)
    assert not channel.is_too_slow(100.0 + serving.HEAD_S)
    channel.received(b"x")
    assert channel.is_too_slow(101.0 + serving.HEAD_S)


def test_a_body_may_take_longer_than_headers(channel):
    channel.received(HEAD)
    assert not channel.is_too_slow(100.0)
    assert not channel.is_too_slow(1000.0)


def test_who_keeps_a_thread_waiting_must_take_some(channel):
    channel.requests = [SimpleNamespace(close=lambda: None)]
    channel.total_outbufs_len = channel.adj.outbuf_high_watermark + 1
    assert not channel.is_too_slow(100.0)  # its time begins when it is first seen
    channel.taken = serving.SEND_BYTES_S * serving.PATIENCE_S
    assert not channel.is_too_slow(101.0 + serving.PATIENCE_S)
    assert not channel.is_too_slow(101.0 + 2 * serving.PATIENCE_S)
    assert channel.is_too_slow(102.0 + 2 * serving.PATIENCE_S)


def test_a_body_that_finds_no_room_is_answered(channel, ends, monkeypatch):
    def no_room(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    channel.received(HEAD)
    monkeypatch.setattr("waitress.buffers.OverflowableBuffer.append", no_room)
    assert channel.received(b"1234567890")
    assert channel.server.threads.tasks == [channel]
    monkeypatch.undo()
    channel.service()
    told = ends[1].recv(4096)
    assert told.startswith(b"HTTP/1.1 503 Service Unavailable")
    assert b"Retry-After: 300" in told
    assert channel.close_when_flushed


def test_the_access_log_tells_of_a_request_and_of_nobody():
    lines, real = [], AccessLog(Config())
    form = real.cfg.access_log_format.replace("%(t)s", "")
    told = SimpleNamespace(
        access=lambda *words: lines.append(form % defaultdict(lambda: "-", real.atoms(*words)))
    )
    worker = SimpleNamespace(cfg=SimpleNamespace(accesslog="-"), log=told)

    def application(_environ, start_response):
        start_response("200 OK", [("X-Y", "z")])
        return [b"ok"]

    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/help/", "QUERY_STRING": "q=secret",
        "REQUEST_URI": "/help/?q=secret", "HTTP_COOKIE": "sessionid=secret",
        "REMOTE_ADDR": "203.0.113.9", "SERVER_PROTOCOL": "HTTP/1.1",
    }  # fmt: skip
    logged = serving.Logged(application, worker)
    assert list(logged(environ, lambda *_: None)) == [b"ok"]
    (line,) = lines
    assert '"GET /help/" 200' in line
    assert "secret" not in line
    assert "203.0.113.9" not in line


def test_a_stopping_worker_finishes_what_it_began():
    done = threading.Event()
    worker = SimpleNamespace(
        cfg=SimpleNamespace(graceful_timeout=5),
        servers=[SimpleNamespace(accepting=True)],
        threads=SimpleNamespace(shutdown=lambda timeout: done.set()),
    )
    busy = SimpleNamespace(is_busy=True, request=None, will_close=False)
    idle = SimpleNamespace(is_busy=False, request=None, will_close=False)
    left = [[busy, idle], [busy], []]
    worker._channels = lambda: left.pop(0)
    worker._turn = lambda: None
    serving.Worker._stop(worker)
    assert done.is_set()
    assert (worker.servers[0].accepting, busy.will_close, idle.will_close) == (False, False, True)


def test_a_worker_looks_for_cycles_among_new_objects_only():
    before = gc.get_threshold(), sys.getswitchinterval()
    kept = gc.get_freeze_count()
    gc.set_threshold(700, 10, 10)  # as Python begins; the harness has its own
    try:
        serving.settle()
        assert gc.get_freeze_count() > kept
        assert gc.isenabled()
        assert gc.get_threshold()[0] > 700
    finally:
        gc.set_threshold(*before[0])
        sys.setswitchinterval(before[1])
