"""What time erases here: samples, and the words of findings, each five years on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.ledger.face import erase_words, in_turn
from commongrid.rooms.findings.domain.standing import KEPT
from commongrid.rooms.findings.models import DrawnRow, FindingRow, SampleRow
from commongrid.rooms.vault import face as vault

A_GO = 200
NO_WORDS = {"text": "", "answer": "", "verdict": ""}


def erase_expired(*, at: datetime) -> int:
    """Erase samples announced five years ago, and the words of findings that ended then.

    Words go from the acts as well; the acts, the states, the dates and the counts stay. Returns
    how many samples and findings. Idempotent. Cost: some five statements for each.
    """
    samples = SampleRow.objects.filter(announced_at__lte=at - KEPT).order_by("pk")
    findings = FindingRow.objects.filter(ended_at__lte=at - KEPT).exclude(**NO_WORDS)
    done = sum(_erase_sample(pk, at) for pk in list(samples.values_list("pk", flat=True)[:A_GO]))
    return done + sum(
        _erase_finding(pk, at)
        for pk in list(findings.order_by("pk").values_list("pk", flat=True)[:A_GO])
    )


def _erase_sample(pk: UUID, at: datetime) -> int:
    with in_turn(), transaction.atomic():
        row = SampleRow.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return 0
        drawn = DrawnRow.objects.filter(sample=row).delete()[0]
        _note(f"sample:{row.ref}", {"samples": 1, "drawn": drawn}, at)
        row.delete()
        return 1


def _erase_finding(pk: UUID, at: datetime) -> int:
    with in_turn(), transaction.atomic():
        done = FindingRow.objects.filter(pk=pk).exclude(**NO_WORDS).update(**NO_WORDS)
        if done:
            ref = FindingRow.objects.values_list("ref", flat=True).get(pk=pk)
            _note(f"finding:{ref}", {"findings": done}, at)
        return done


def _note(subject: str, counts: dict[str, int], at: datetime) -> None:
    acts = erase_words(subject)
    vault.note_erasure(subject=subject, what=vault.WORDS, counts={**counts, "acts": acts}, at=at)
