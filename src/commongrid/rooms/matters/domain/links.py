"""What a one-matter link is about: its steps, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

STEPS = ("outside_accept", "outside_object", "outside_ask", "outside_done")
"""The steps a unit may leave to an outside body, in the order they are offered."""

WAITING = frozenset({"outside_object", "outside_ask", "outside_done"})
"""Steps after which the unit has to say or do something."""

ANSWER = "answer_outside"
TALK = frozenset({*STEPS, ANSWER})


class LinkState(StrEnum):
    """How a link stands now."""

    LIVE = "live"
    EXPIRED = "expired"
    ENDED = "ended"  # taken back
    MOVED = "moved"  # another unit holds the matter, and decides anew
    OVER = "over"  # the matter has ended


def state_of_link(
    *,
    at: datetime,
    expires_at: datetime,
    ended_at: datetime | None,
    unit: str,
    holding: str,
    is_over: bool,
) -> LinkState:
    """Why a link opens nothing any more; LIVE while it does."""
    reasons: Iterable[tuple[bool, LinkState]] = (
        (ended_at is not None, LinkState.ENDED),
        (is_over, LinkState.OVER),
        (unit != holding, LinkState.MOVED),
        (at >= expires_at, LinkState.EXPIRED),
    )
    return next((state for is_so, state in reasons if is_so), LinkState.LIVE)
