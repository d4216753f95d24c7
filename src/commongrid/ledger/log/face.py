"""The log's face: what the doors, the rounds and the commands may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from commongrid.ledger.log import keys
from commongrid.ledger.log.asking import CONFLICTS, ask_witnesses, take_cosignature
from commongrid.ledger.log.checking import LogReport, verify_log
from commongrid.ledger.log.closing import SALTS_GONE
from commongrid.ledger.log.models import Asking, SignedCheckpoint, WitnessedLog
from commongrid.ledger.log.notes import BadNoteError
from commongrid.ledger.log.reading import tile_content as _tile_content
from commongrid.ledger.log.receipts import count_waiting, note_of, receipt_of
from commongrid.ledger.log.rows_witness import add_checkpoint
from commongrid.ledger.log.sequencing import append_acts
from commongrid.ledger.log.signing import (
    NotContinuedError,
    erase_old_checkpoints,
    latest,
    renew,
    sign_checkpoint,
)
from commongrid.ledger.log.tiles import TileName, parse_path
from commongrid.ledger.log.verifying import (
    BadReceiptError,
    CheckedAct,
    CheckedReceipt,
    check_receipt,
)
from commongrid.ledger.log.witnessing import Answer

__all__ = [
    "SALTS_GONE",
    "Answer",
    "BadNoteError",
    "BadReceiptError",
    "CheckedAct",
    "CheckedReceipt",
    "LogCard",
    "LogReport",
    "LogRound",
    "MarkCard",
    "NotContinuedError",
    "TileName",
    "WitnessCard",
    "WitnessedCard",
    "add_checkpoint",
    "append_acts",
    "ask_witnesses",
    "check_receipt",
    "count_waiting",
    "erase_old_checkpoints",
    "find_log",
    "find_mark",
    "find_tile",
    "list_witnessed",
    "own_witness_key",
    "parse_path",
    "receipt_of",
    "renew",
    "run_log_round",
    "sign_checkpoint",
    "take_cosignature",
    "verify_log",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessCard:
    """A witness of our log: up to where, and since when, it has signed."""

    name: str
    vkey: str
    size: int
    asked_at: datetime | None
    trouble: str
    is_conflict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCard:
    """The log as everybody may know it: its newest checkpoint and who vouches for it."""

    origin: str
    size: int
    root: bytes
    made_at: datetime
    note: str
    keys: tuple[str, ...]
    witnesses: tuple[WitnessCard, ...]

    @property
    def mark(self) -> str:
        """The first 8 bytes of the root in groups, as they are printed on a post."""
        return grouped(self.root[:8].hex())


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedCard:
    """The log of another house, as far as this house has cosigned it."""

    origin: str
    size: int
    mark: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkCard:
    """What is printed on a post: how many acts, the beginning of the root, and of when."""

    size: int
    mark: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRound:
    """What a round did. ``trouble``: why nothing was signed; empty when all is well."""

    appended: int = 0
    size: int = 0
    trouble: str = ""


def run_log_round(*, at: datetime) -> LogRound:
    """Append what has no place yet, and sign. Trouble is told, not raised: time goes on.

    ``trouble``: shorter, differs, origin, memory (signing.py), or damaged: rows of the log itself
    are missing or do not fit each other.
    """
    appended = 0
    try:
        appended = append_acts()
        point = sign_checkpoint(at=at)
    except NotContinuedError as error:
        return LogRound(appended=appended, trouble=error.code)
    except (ValueError, IntegrityError):
        return LogRound(appended=appended, trouble="damaged")
    except OSError:  # the memory could not be kept: a full or closed disk
        return LogRound(appended=appended, trouble="memory")
    return LogRound(appended=appended, size=point.size if point else 0)


def find_log() -> LogCard | None:
    """The newest checkpoint, None before the first. Cost: 4 statements."""
    point = latest()
    return _card(point) if point else None


def find_mark() -> MarkCard | None:
    """The newest root as it is printed, None before the first. Cost: 1 statement."""
    point = SignedCheckpoint.objects.order_by("-pk").first()
    if point is None:
        return None
    mark = grouped(bytes(point.root)[:8].hex())
    return MarkCard(size=point.size, mark=mark, made_at=point.made_at)


def list_witnessed() -> tuple[WitnessedCard, ...]:
    """The logs this house witnesses. Cost: 1 statement."""
    rows = {row.origin: row for row in WitnessedLog.objects.exclude(note="")}
    return tuple(
        WitnessedCard(
            origin=origin,
            size=rows[origin].size if origin in rows else 0,
            mark=grouped(bytes(rows[origin].root)[:8].hex()) if origin in rows else "",
            at=rows[origin].signed_at if origin in rows else None,
        )
        for origin in keys.witnessed_logs()
    )


def find_tile(path: str) -> bytes | None:
    """What is served below ``tile/``; None for what is not there or wrongly written.

    Only what a signed checkpoint covers is served. Cost: 3 statements at the most.
    """
    name = parse_path(path)
    point = latest() if name else None
    return _tile_content(name, point.size) if name and point else None


def own_witness_key() -> str:
    """The key line of this house as a witness."""
    return keys.witness_signer().verifier.vkey


def grouped(hexadecimal: str) -> str:
    """Hexadecimal digits in groups of four, to be read and compared by people.

    Example:
        >>> grouped("0123456789abcdef")
        '0123 4567 89ab cdef'
    """
    return " ".join(hexadecimal[at : at + 4] for at in range(0, len(hexadecimal), 4))


def _card(point: SignedCheckpoint) -> LogCard:
    asked = {row.witness: row for row in Asking.objects.all()}
    cards = []
    for verifier, _ in keys.witnesses():
        row = asked.get(verifier.vkey)
        cards.append(
            WitnessCard(
                name=verifier.name,
                vkey=verifier.vkey,
                size=row.size if row else 0,
                asked_at=row.asked_at if row else None,
                trouble=row.trouble if row else "",
                is_conflict=bool(row and row.trouble in CONFLICTS),
            )
        )
    return LogCard(
        origin=point.origin,
        size=point.size,
        root=bytes(point.root),
        made_at=point.made_at,
        note=note_of(point).written,
        keys=tuple(s.verifier.vkey for s in keys.signers(point.origin)),
        witnesses=tuple(cards),
    )
