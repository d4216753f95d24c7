"""A real server on loopback, what was said to it, and comparing that with what was said before."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import WSGIRequestHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

FOLDER = Path(__file__).parent / "transcripts"
LONGEST_BODY = 60  # lines; the list of services is long and is tested elsewhere
WAIT_S = 0.05
_PICTURE = re.compile(rb"\x89PNG.*?\n--", re.DOTALL)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    kind: str
    sent: bytes
    status: str
    answered_kind: str
    answer: bytes


@dataclass
class Recorder:
    """The application, and all that went through it."""

    application: Callable[..., Any] = field(default_factory=WSGIHandler)
    exchanges: list[Exchange] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(sent)
        seen: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            seen.extend((status, dict(headers).get("Content-Type", "")))
            return start_response(status, headers, *rest)

        response = self.application(environ, start)
        answer = b"".join(response)
        response.close()
        query = environ.get("QUERY_STRING", "")
        path = environ["PATH_INFO"] + (f"?{query}" if query else "")
        kind = environ.get("CONTENT_TYPE", "") if sent else ""
        self.exchanges.append(
            Exchange(environ["REQUEST_METHOD"], path, kind, sent, seen[0], seen[1], answer)
        )
        return [answer]


class Quiet(WSGIRequestHandler):
    """Says nothing to standard error."""

    def log_message(self, *args: Any) -> None:
        pass


def converse(script: Callable[[str], Any], tick: Callable[[], None]) -> tuple[Any, list[Exchange]]:
    """Run a client against a server on loopback; what it returned, and what was exchanged.

    The client runs in a thread of its own and the server in this one, so that the server sees the
    test's transaction. The server ends with the client. ``tick`` moves the clock between requests.
    """
    recorder, outcome = Recorder(), {}

    def run() -> None:
        try:
            outcome["told"] = script(url)
        except BaseException as error:  # noqa: BLE001  told to the test's own thread
            outcome["error"] = error

    with keeping_connections(), make_server("127.0.0.1", 0, recorder, WSGIServer, Quiet) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        server.timeout = WAIT_S
        client = threading.Thread(target=run, daemon=True)
        client.start()
        while client.is_alive():
            said = len(recorder.exchanges)
            server.handle_request()
            if len(recorder.exchanges) > said:
                tick()
        client.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["told"], recorder.exchanges


@contextmanager
def keeping_connections() -> Iterator[None]:
    """The test's transaction lives in its connection: no request may close it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


# --- writing it down ------------------------------------------------------------------------------
def written(exchanges: list[Exchange], key: str) -> str:
    """The exchange as text, without what differs each time: hosts, keys, numbers, boundaries."""
    parts = "\n".join(_written(one) for one in exchanges)
    return Names(key).plain(parts)


def _written(one: Exchange) -> str:
    lines = [f"> {one.method} {one.path}"]
    if one.sent:
        lines += [f"> {one.kind}", *_body(one.sent, "> ")]
    lines += [f"< {one.status}", f"< {one.answered_kind}", *_body(one.answer, "")]
    return "\n".join(lines) + "\n"


def _body(content: bytes, mark: str) -> Iterator[str]:
    lines = _PICTURE.sub(b"(a picture)\n--", content.replace(b"\r", b"")).decode().split("\n")
    yield from (f"{mark}{line}".rstrip() for line in lines[:LONGEST_BODY])
    if len(lines) > LONGEST_BODY:
        yield f"{mark}... and so on"


class Names:
    """Stable names for what is drawn anew each time, in the order they are met."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.known: dict[str, str] = {}

    def plain(self, text: str) -> str:
        text = text.replace(self.key, "KEY")
        text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
        text = re.sub(r"boundary=([\w-]+)", self._boundary, text)
        for boundary, name in [*self.known.items()]:
            text = text.replace(boundary, name)
        text = re.sub(r"\b\d{6}-[2-9A-HJKMNP-TV-Z]{5}\b(?<!ZZZZZ)", self._named("REF"), text)
        receipt = r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b"
        return re.sub(receipt, self._named("RECEIPT"), text)

    def _boundary(self, found: re.Match[str]) -> str:
        self.known[found[1]] = "BOUNDARY"
        return "boundary=BOUNDARY"

    def _named(self, kind: str) -> Callable[[re.Match[str]], str]:
        def name(found: re.Match[str]) -> str:
            number = sum(value.startswith(kind) for value in self.known.values()) + 1
            return self.known.setdefault(found[0], f"{kind}-{number}")

        return name


# --- saying it again ------------------------------------------------------------------------------
def said_again(
    text: str, key: str, send: Callable[..., Any], tick: Callable[[], None], picture: bytes
) -> str:
    """Send the requests of a transcript once more; the transcript that comes of it."""
    exchanges: list[Exchange] = []
    for method, path, kind, sent in _requests(text):
        names = Names(key)
        names.plain("\n".join(map(_written, exchanges)))
        real = {name: value for value, name in names.known.items()} | {"KEY": key}
        body = _real(sent, real).encode().replace(b"(a picture)", picture)
        given = {"data": body, "content_type": kind} if kind else {}
        answer = send(method, _real(path, real), headers={"host": "127.0.0.1:1"}, **given)
        status = f"{answer.status_code} {answer.reason_phrase}"
        exchanges.append(
            Exchange(
                method, _real(path, real), kind, body, status,
                answer.headers["Content-Type"], answer.content,
            )
        )  # fmt: skip
        tick()
    return written(exchanges, key)


def _requests(text: str) -> Iterator[tuple[str, str, str, str]]:
    for part in re.split(r"\n\n(?=> )", text.rstrip("\n")):
        told = [line.removeprefix(">")[1:] for line in part.split("\n") if line.startswith(">")]
        method, path = told[0].split(" ", 1)
        ending = "\r\n" if len(told) > 3 else ""
        yield method, path, told[1] if len(told) > 1 else "", ending.join(told[2:])


def _real(text: str, real: dict[str, str]) -> str:
    return re.sub(r"\b(KEY|REF-\d+|RECEIPT-\d+)\b", lambda found: real[found[0]], text)
