"""What the logs may hold: no query strings, no receipt codes, no tokens, no address of anybody."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

# A receipt code or the link of one matter opens it, so neither may lie about in a log.
_RECEIPT = re.compile(r"(/(?:r|task|follow/(?:confirm|stop))/)[^/\s?\"']+")
_DETAIL = re.compile(r"((?:DETAIL|CONTEXT|STATEMENT): +)[^\n]*")
_QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")
_SECRETS = (
    re.compile(r"\bcgk_[\w-]+"),  # keys of programs
    re.compile(r"(?<![\w-])[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){2}(?:-?[0-9A-Za-z])?(?![\w-])"),
    re.compile(r"(?<![\w-])[0-9A-HJKMNP-TV-Z]{13}(?![\w-])"),  # a code without its hyphens
    re.compile(r"[^\s@<>\"'(]+@[^\s@<>\"')]+\.[^\s@<>\"')]+"),  # e-mail
    re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),  # mobile numbers
    re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
    re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"),
    re.compile(r"(?<![\w:])[0-9a-fA-F]{1,4}::(?:[0-9a-fA-F]{1,4}:?)*"),
)


def mask_path(text: str) -> str:
    """Hide what a log must not keep of an address.

    Example:
    >>> mask_path("/r/ABCD-2345/rate/?next=1")
    '/r/***/rate/'
    """
    return _RECEIPT.sub(r"\1***", _QUERY.sub(r"\1", text))


def mask_words(text: str) -> str:
    """Hide codes, keys, addresses and numbers wherever they stand.

    Example:
    >>> mask_words("from 203.0.113.9 with ABCD-2345-EFGH-7")
    'from *** with ***'
    """
    text = mask_path(text)
    for pattern in _SECRETS:
        text = pattern.sub("***", text)
    return text


def mask_trace(text: str) -> str:
    """Hide what a database adds to an error: the whole row, with a person's words in it.

    Example:
    >>> mask_trace("DETAIL:  Failing row contains (1, words).")
    'DETAIL:  ***'
    """
    return mask_words(_DETAIL.sub(r"\1***", text))


class Plain(logging.Formatter):
    """Lines of our own form, whose traces are masked like the lines."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name logging calls
        """Where it was raised and of what kind. Its words may hold what somebody sent."""
        told, error = [], ei[1]
        while error is not None:
            frames = "".join(traceback.format_tb(error.__traceback__))
            told.append(f"{frames}{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return mask_trace("\nwhich came of\n".join(told))


class MaskPaths(logging.Filter):
    """Mask every log line; a line about a request names its route instead of its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message; never drop it."""
        request, status = getattr(record, "request", None), getattr(record, "status_code", None)
        if request is not None and status is not None:
            from commongrid.site.watching import route_of  # reads the settings, which read us

            reason = HTTPStatus(status).phrase
            record.msg, record.args = f"{status} {reason}: {route_of(request)}", None
            return True
        message = record.getMessage()
        masked = mask_words(message)
        if masked != message:
            record.msg, record.args = masked, None
        return True


class Json(logging.Formatter):
    """One JSON object a line. Of an exception its kind and where it was raised, not its words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        from commongrid.site.watching import request_id  # as above

        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask_words(record.getMessage()),
        }
        if request_id.get():
            line["request"] = request_id.get()
        if hasattr(record, "took_ms"):
            line["took_ms"] = record.took_ms
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)
