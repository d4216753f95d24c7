"""After a restore: what was erased since the backup is erased again, before anyone comes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commongrid.ledger.log import face as log
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.duties import face as duties
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.findings import face as findings
from commongrid.rooms.matters import face as matters
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.vault import face as vault


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedAgain:
    """What a list of erasures did. ``listed``: its lines; ``came_back``: what had to go again."""

    listed: int
    unknown: int
    came_back: int
    expired: int


def erase_again(lists: Sequence[Path], *, at: datetime) -> ErasedAgain:
    """Read the lists, note what this database does not know, and erase what came back.

    What time alone has ended since the backup goes as well. Raises: BrokenListError.
    """
    entries = tuple(entry for path in lists for entry in vault.read_list(path))
    unknown = vault.take_over(entries, at=at)
    came_back = matters.erase_again(entries, at=at) + subscriptions.erase_again(entries, at=at)
    came_back += complaints.erase_again(entries, at=at)
    if came_back:
        log.append_acts()  # an act that closes commitments takes their salts with its own place
    return ErasedAgain(
        listed=len(entries), unknown=unknown, came_back=came_back, expired=_erase_expired(at)
    )


def _erase_expired(at: datetime) -> int:
    """Everything that had a clock, until nothing is due."""
    expired = fieldwork.erase_expired(at=at) + complaints.erase_due(at=at)
    expired += duties.erase_expired(at=at)
    while gone := findings.erase_expired(at=at):
        expired += gone
    while gone := subscriptions.erase_expired(at=at):
        expired += gone
    while (erased := matters.erase_due(at=at)).total:
        expired += erased.total
    return expired
