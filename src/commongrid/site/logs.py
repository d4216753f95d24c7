"""What the logs may hold: no query strings, no receipt codes."""

import logging
import re

# A receipt code opens a matter, so it must not lie about in a log.
_RECEIPT = re.compile(r"(/r/)[^/\s?\"']+")
_QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']*")


def mask_path(text: str) -> str:
    """Hide what a log must not keep.

    Example:
    >>> mask_path("/r/ABCD-2345/rate/?next=1")
    '/r/***/rate/'
    """
    return _RECEIPT.sub(r"\1***", _QUERY.sub(r"\1", text))


class MaskPaths(logging.Filter):
    """Mask the addresses in every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message; never drop it."""
        message = record.getMessage()
        masked = mask_path(message)
        if masked != message:
            record.msg, record.args = masked, None
        return True
