"""This door on a real port, and what clients asked of it and were told: a transcript.

A transcript line is one request and its answer, with what differs from run to run taken out.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

FIXTURES = Path(__file__).parent / "transcripts"
_CURSOR = re.compile(r"(after=)[\w%-]+")
_PORT = re.compile(r"127\.0\.0\.1:\d+")
_REF = re.compile(r"\b\d{6}-[0-9A-Z]{5}\b")


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@dataclass
class Served:
    """Where the door is, and what was said there."""

    url: str
    said: list[dict[str, Any]] = field(default_factory=list)

    def transcript(self) -> str:
        """Every distinct request with its answer, in the order of the first time."""
        lines = [json.dumps(one, ensure_ascii=False, sort_keys=True) for one in self.said]
        return "\n".join(dict.fromkeys(lines)) + "\n"


@contextmanager
def serve() -> Iterator[Served]:
    """Serve until the test ends; every answer is written down."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    told: list[dict[str, Any]] = []
    site = get_wsgi_application()

    def app(environ: dict[str, Any], start: Any) -> Any:
        head: dict[str, Any] = {}

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            head.update(status=int(status[:3]), headers=dict(headers))
            return start(status, headers, *rest)

        answer = site(environ, started)
        body = b"".join(answer)
        answer.close()
        told.append(_told(environ, head, body))
        connections.close_all()  # of this thread: the test's own stay open
        return [body]

    server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served = Served(f"http://127.0.0.1:{server.server_port}/ogc/", told)
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _told(environ: dict[str, Any], head: dict[str, Any], body: bytes) -> dict[str, Any]:
    query = environ["QUERY_STRING"]
    path = environ["PATH_INFO"] + (f"?{query}" if query else "")
    content_type = head["headers"].get("Content-Type", "")
    said: dict[str, Any] = {
        "asked": _plain(f"{environ['REQUEST_METHOD']} {path}"),
        "accept": environ.get("HTTP_ACCEPT", ""),
        "status": head["status"],
        "type": content_type,
    }
    if "json" in content_type:
        said["answer"] = _outline(json.loads(_plain(body.decode())))
    return said


def _plain(text: str) -> str:
    return _REF.sub("REF", _PORT.sub("HOST", _CURSOR.sub(r"\1CURSOR", text)))


def _outline(said: Any) -> Any:
    """The answer without what is long: documents that other tests hold become a digest."""
    if "features" in said:
        return {
            "numberMatched": said.get("numberMatched"),
            "numberReturned": said["numberReturned"],
            "ids": [one["id"] for one in said["features"]],
            "next": any(one["rel"] == "next" for one in said["links"]),
        }
    if said.get("type") == "Feature":
        return {"id": said["id"], "geometry": said["geometry"]}
    keys = sorted(said)
    return {"keys": keys, "digest": hashlib.sha256(json.dumps(keys).encode()).hexdigest()[:8]}
