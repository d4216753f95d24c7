"""What the office answers for: impact assessments and breaches, each step one act.

Source: Personal Information Protection Law art. 55-57 [S127]. The law says "at once" of telling a
breach; 24 hours are this project's proposal. Assessments are kept three years [law].
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActDraft, find_act, record_act
from commongrid.rooms.vault.models import Assessment, Breach

ROLES = ("data_officer",)
POWER = "answer_rights"
TELL_WITHIN = timedelta(hours=24)
SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentCard:
    """An impact assessment as the office reads it."""

    ref: str
    purposes: tuple[str, ...]
    findings: str
    measures: str
    is_allowed: bool
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachCard:
    """A breach as the office reads it. ``is_late``: somebody is still to be told, too late."""

    ref: str
    what: str
    kinds: str
    persons: int | None
    measures: str
    found_at: datetime
    due_at: datetime
    authority_told_at: datetime | None
    persons_told_at: datetime | None
    persons_how: str
    closed_at: datetime | None
    is_late: bool


def assess(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    path: str,
    purposes: Collection[str],
    findings: str,
    measures: str,
    is_allowed: bool,
) -> AssessmentCard:
    """Record an impact assessment of purposes at a place. Raises: Refused."""

    def work(role: str) -> None:
        if not (purposes and findings.strip() and measures.strip()):
            raise Refused(_no("assess/empty", "写明针对哪些用途、评估结论和保护措施。",
                              "Name the purposes, the findings and the measures."))  # fmt: skip
        row = Assessment.objects.create(
            ref=_ref("IA", at), path=path, purposes=sorted(purposes), findings=findings.strip(),
            measures=measures.strip(), is_allowed=is_allowed, made_by=actor.key, made_at=at,
            made_by_act=command_id,
        )  # fmt: skip
        after = {"purposes": row.purposes, "is_allowed": is_allowed}
        _record(actor, role, at, command_id, f"assessment:{row.ref}", "assess", after)

    _once(actor, path, command_id, work)
    return _assessment(Assessment.objects.get(made_by_act=command_id))


def list_assessments(path: str) -> tuple[AssessmentCard, ...]:
    """The assessments made for a place or above it, newest first. Cost: 1 statement."""
    rows = [row for row in Assessment.objects.all() if path.startswith(row.path)]
    return tuple(map(_assessment, rows))


def is_assessed(ref: str, *, path: str, purposes: Collection[str]) -> bool:
    """Whether this assessment allows these purposes at the place. Cost: 1 statement."""
    row = Assessment.objects.filter(ref=ref, is_allowed=True).first()
    return row is not None and path.startswith(row.path) and set(purposes) <= set(row.purposes)


def record_breach(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    path: str,
    what: str,
    kinds: str,
    persons: int | None,
    found_at: datetime,
) -> BreachCard:
    """Record that data got out, were lost or altered. The clock runs from when it was found.

    Raises: Refused.
    """

    def work(role: str) -> None:
        if not (what.strip() and kinds.strip()) or found_at > at:
            raise Refused(_no("breach/empty", "写明发生了什么、哪些信息、什么时候发现的。",
                              "Say what happened, to which data, when it was found."))  # fmt: skip
        row = Breach.objects.create(
            ref=_ref("BR", at), path=path, what=what.strip(), kinds=kinds.strip(), persons=persons,
            found_at=found_at, due_at=found_at + TELL_WITHIN, made_by=actor.key,
            made_by_act=command_id,
        )  # fmt: skip
        after = {"persons": persons, "found_at": found_at, "due_at": row.due_at}
        _record(actor, role, at, command_id, f"breach:{row.ref}", "record_breach", after)

    _once(actor, path, command_id, work)
    return _breach(Breach.objects.get(made_by_act=command_id), at)


def step_breach(
    *, actor: Actor, at: datetime, command_id: UUID, ref: str, step: str, words: str = ""
) -> BreachCard:
    """Go on with a breach: ``tell_authority``, ``tell_persons`` (words: how they were told) or
    ``close`` (words: what was done). Raises: Refused; it is closed only when both were told.
    """
    path = Breach.objects.filter(ref=ref).values_list("path", flat=True).first() or ""

    def work(role: str) -> None:
        row = Breach.objects.select_for_update().get(ref=ref)
        _STEPS[step](row, at, words.strip())
        row.save()
        _record(actor, role, at, command_id, f"breach:{ref}", step + "_breach", {"step": step})

    if step not in _STEPS:
        raise Refused(_no("breach/step", "没有这一步。", "There is no such step."))
    _once(actor, path, command_id, work)
    return _breach(Breach.objects.get(ref=ref), at)


def list_breaches(path: str, *, at: datetime) -> tuple[BreachCard, ...]:
    """The breaches of a place and what is below it, newest first. Cost: 1 statement."""
    return tuple(_breach(row, at) for row in Breach.objects.filter(path__startswith=path))


def _authority(row: Breach, at: datetime, _: str) -> None:
    row.authority_told_at = row.authority_told_at or at


def _persons(row: Breach, at: datetime, words: str) -> None:
    if not words:
        raise Refused(_no("breach/how", "写明怎样通知的。", "Say how they were told."))
    row.persons_told_at, row.persons_how = row.persons_told_at or at, words


def _close(row: Breach, at: datetime, words: str) -> None:
    if not (row.authority_told_at and row.persons_told_at and words):
        raise Refused(_no("breach/untold", "主管部门和本人都通知了、写明措施，才能结束。",
                          "It ends when the authority and the persons were told, and the "
                          "measures are written down."))  # fmt: skip
    row.measures, row.closed_at = words, row.closed_at or at


_STEPS: dict[str, Callable[[Breach, datetime, str], None]] = {
    "tell_authority": _authority,
    "tell_persons": _persons,
    "close": _close,
}


def _once(actor: Actor, path: str, command_id: UUID, work: Callable[[str], None]) -> None:
    """One transaction and one act; sending it twice does nothing twice. Raises: Refused."""
    known = find_act(command_id)
    if known is not None:
        if known.actor != actor.key:
            raise Refused(_no("reused", "这个操作编号已经用过。", "This number was used before."))
        return
    role = next((h.role for h in actor.hats if h.role in ROLES and path.startswith(h.path)), "")
    if not (path and role):
        raise Refused(_no("who", "由本地的数据保护负责人办理。",
                          "The data protection officer of the place does this."))  # fmt: skip
    with transaction.atomic():
        work(role)


def _record(
    actor: Actor, role: str, at: datetime, command_id: UUID, subject: str, action: str,
    after: dict[str, Any],
) -> None:  # fmt: skip
    record_act(
        ActDraft(
            command_id=command_id, subject=subject, action=action, actor=actor.key, role=role,
            power=POWER, rule_id=f"vault.{action}", at=at, after=after,
        )
    )  # fmt: skip


def _ref(kind: str, at: datetime) -> str:
    return f"{kind}{at:%y%m%d}-{''.join(secrets.choice(SYMBOLS) for _ in range(5))}"


def _no(rule: str, zh: str, en: str) -> Verdict:
    return Verdict.no(f"vault.{rule}", Text(zh, en))


def _assessment(row: Assessment) -> AssessmentCard:
    return AssessmentCard(
        ref=row.ref, purposes=tuple(row.purposes), findings=row.findings, measures=row.measures,
        is_allowed=row.is_allowed, made_at=row.made_at,
    )  # fmt: skip


def _breach(row: Breach, at: datetime) -> BreachCard:
    told = row.authority_told_at and row.persons_told_at
    return BreachCard(
        ref=row.ref, what=row.what, kinds=row.kinds, persons=row.persons, measures=row.measures,
        found_at=row.found_at, due_at=row.due_at, authority_told_at=row.authority_told_at,
        persons_told_at=row.persons_told_at, persons_how=row.persons_how, closed_at=row.closed_at,
        is_late=not told and at > row.due_at,
    )  # fmt: skip
