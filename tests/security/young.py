"""What supervision has of a place: a finding, a sample to check again, a formal complaint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.findings import face as findings
from tests.rooms.findings.standing import AT

Planted = tuple[str, str, tuple[str, ...], set[str]]


def planted(supervisor: Actor, code: str, unit: str, marks: Iterator[str]) -> Iterator[Planted]:
    """What it is, its number, its words, and the units it is about."""
    words = next(marks)
    found = findings.make_finding(
        actor=supervisor, at=AT, command_id=new_id(), place_code=code, unit=unit,
        text=f"查 {words}", about="same-text",
    )  # fmt: skip
    yield "finding", found.ref, (words, found.ref), {unit}
    sample = findings.announce_sample(
        actor=supervisor, at=AT, command_id=new_id(), place_code=code, by="type", size=4,
        since=AT - timedelta(days=15), until=AT,
    )  # fmt: skip
    yield "sample", sample.ref, (sample.ref,), set()
    words = next(marks)
    given: dict[str, Any] = {"place_code": code, "about": complaints.About.STAFF}
    filed = complaints.file_complaint(
        at=AT, command_id=new_id(), reach=None,
        filing=complaints.Filing(**given, words=f"诉 {words}", whom="某人"),
    )  # fmt: skip
    yield "grievance", filed.ref, (words, filed.ref), set()
