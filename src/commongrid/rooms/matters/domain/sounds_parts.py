"""What the three walks over recordings share."""

from __future__ import annotations

from dataclasses import dataclass


class Wrong(ValueError):  # noqa: N818  what it is, not what went wrong
    """The container is not as its rules say, or holds what cannot be cleaned."""


@dataclass(frozen=True, slots=True)
class Walked:
    """A recording walked to its end: what is kept, and how long it sounds."""

    content: bytes
    seconds: float


OPUS_HEAD = b"OpusHead"
OPUS_HEAD_BYTES = 19  # mapping family 0: mono or stereo, and nothing behind


def check_opus_head(head: bytes) -> None:
    """The identification of an Opus stream, with no room for anything else. Raises: Wrong."""
    is_one = head[:8] == OPUS_HEAD and len(head) == OPUS_HEAD_BYTES
    if not is_one or head[8] >> 4 or head[9] not in (1, 2) or head[18] != 0:
        message = "no plain Opus head"
        raise Wrong(message)
