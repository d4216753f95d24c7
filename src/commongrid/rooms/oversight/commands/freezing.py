"""A month of a place frozen once and for ever, with an act: what every monthly publication shares.

A second publication of a month could be compared with the first (ADR 0016), so a month settles,
the clock publishes it, and nobody does it again, earlier or later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db import models, transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger import face as ledger
from commongrid.rooms.oversight.queries import publishable_from
from commongrid.rooms.places import face as places

TOO_EARLY = Text(zh="这个月还没到公布的时候。", en="It is too early to publish this month.")
ONCE = Text(
    zh="这个月已经公布过，只公布一次。",
    en="This month has been published; it is published only once.",
)
REUSED = Text(
    zh="这个操作编号已用于另一件事。", en="This command number was used for something else."
)
Row = TypeVar("Row", bound=models.Model)


class Month(Protocol):
    """A month of a place that may be published."""

    @property
    def root_code(self) -> str: ...
    @property
    def month(self) -> date: ...
    @property
    def until(self) -> datetime: ...
    @property
    def least(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly(Generic[Row]):
    """One kind of monthly publication.

    ``rows``: its table, one row a place and month, with ``digest`` and ``made_by_act``; ``subject``
    comes before the place's code in the subject of the act.
    """

    rows: type[Row]
    action: str
    rule: str
    subject: str
    only_the_clock: Text


def publish_once(
    kind: Monthly[Row],
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    month: Month,
    keep: Callable[[dict[str, Any]], Row],
) -> Row:
    """Publish a month in one transaction; ``keep`` makes its rows of what all publications have.

    Raises: Refused to anybody but the clock and the installer, before the month has settled, and
    when it was published already.
    """
    with transaction.atomic():
        act = ledger.find_act(command_id)
        if act is not None:
            return _again(kind, act, month, actor)
        verdict = _may_publish(kind, actor, at, month)
        if not verdict:
            raise Refused(verdict)
        head = {
            "root_code": month.root_code,
            "month": month.month,
            "as_of": at,
            "least": month.least,
            "made_by_act": command_id,
        }
        row: Any = keep(head)
        ledger.record_act(
            ledger.ActDraft(
                command_id=command_id,
                subject=f"{kind.subject}:{row.root_code}",
                action=kind.action,
                actor=actor.key,
                rule_id=verdict.rule,
                at=at,
                after={"month": row.month, "digest": row.digest, "least": row.least},
            )
        )
        kept: Row = row
        return kept


def _may_publish(kind: Monthly[Row], actor: Actor, at: datetime, month: Month) -> Verdict:
    rule = kind.rule
    if not actor.is_system and actor.key != places.SETUP_KEY:
        return Verdict.no(f"{rule}.actor", kind.only_the_clock, log=actor.key)
    if at < publishable_from(month.until):
        return Verdict.no(f"{rule}.early", TOO_EARLY, log=str(month.month))
    rows = kind.rows._default_manager.filter(root_code=month.root_code, month=month.month)
    if rows.exists():
        return Verdict.no(f"{rule}.once", ONCE, log=f"{month.root_code} {month.month}")
    return Verdict.yes(rule)


def _again(kind: Monthly[Row], act: ledger.ActCard, month: Month, actor: Actor) -> Row:
    row: Any = kind.rows._default_manager.filter(made_by_act=act.command_id).first()
    asked = month.root_code, month.month, actor.key
    if row is None or (row.root_code, row.month, act.actor) != asked:
        raise Refused(Verdict.no(f"{kind.rule}.reused", REUSED, log=str(act.command_id)))
    kept: Row = row
    return kept
