"""What the logs may hold: no query strings, no receipt codes."""

import logging
import re
from typing import Any

# A receipt code opens a matter, so it must not lie about in a log.
_RECEIPT = re.compile(r"(/r/)[^/\s?\"']+")
_DETAIL = re.compile(r"((?:DETAIL|CONTEXT|STATEMENT): +)[^\n]*")
_QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")


def mask_path(text: str) -> str:
    """Hide what a log must not keep.

    Example:
    >>> mask_path("/r/ABCD-2345/rate/?next=1")
    '/r/***/rate/'
    """
    return _RECEIPT.sub(r"\1***", _QUERY.sub(r"\1", text))


def mask_trace(text: str) -> str:
    """Hide what a database adds to an error: the whole row, with a person's words in it.

    Example:
    >>> mask_trace("DETAIL:  Failing row contains (1, words).")
    'DETAIL:  ***'
    """
    return mask_path(_DETAIL.sub(r"\1***", text))


class Plain(logging.Formatter):
    """Lines of our own form, whose traces are masked like the lines."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name logging calls
        """The trace without the database's details."""
        return mask_trace(super().formatException(ei))


class MaskPaths(logging.Filter):
    """Mask the addresses in every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message; never drop it."""
        message = record.getMessage()
        masked = mask_path(message)
        if masked != message:
            record.msg, record.args = masked, None
        return True
