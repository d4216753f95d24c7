"""What the rooms of supervision, complaints, duties and publications have of a place.

Most of what duties and publications hold is public: planted there is what is not (an opinion
before the decision), and that there is something at all to be shown, answered and published for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.ids import new_id
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.duties import face as duties
from commongrid.rooms.findings import face as findings
from commongrid.rooms.findings.models import DrawnRow, SampleRow
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from tests.rooms.duties.standing import draft
from tests.rooms.findings.standing import AT

PUBLISHED, OWED = "2025-Q3", "2025-Q4"


@dataclass(frozen=True)
class Spot:
    """A place to plant in: its code, a grid of it, a matter there, and who acts by role."""

    code: str
    grid: str
    unit: str
    matter: Any
    hat: Callable[[str], Actor]
    mark: Callable[[], str]


@dataclass(frozen=True)
class Planted:
    """What it is, its key, its words, the units it is about; ``path``: other than the place's."""

    about: str
    id: Any
    words: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()
    path: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def planted(spot: Spot) -> Iterator[Planted]:
    """All of it for one place."""
    yield from _supervised(spot)
    yield from _complained(spot)
    yield from _proposed(spot)
    yield _published(spot)


def _supervised(spot: Spot) -> Iterator[Planted]:
    """A finding, a sample that is announced, and one that is drawn and half re-checked."""
    supervisor, words = spot.hat("supervisor"), spot.mark()
    found = findings.make_finding(
        actor=supervisor, at=AT, command_id=new_id(), place_code=spot.code, unit=spot.unit,
        text=f"查 {words}", about="same-text",
    )  # fmt: skip
    unit = frozenset({spot.unit})  # numbers stand in the acts, which more read than words
    yield Planted("finding", found.ref, (words,), unit, more={"id": found.id})
    yield Planted("finding-number", found.ref, (found.ref,), unit)
    sample = _announced(spot, supervisor)
    yield Planted("sample", sample.ref)
    yield Planted("sample-number", sample.ref, (sample.ref,))
    # Weeks would go by until a unit has solved something and the day of drawing comes.
    drawn, how, framed = _announced(spot, supervisor), spot.mark(), spot.mark()
    frame = [[spot.matter.more["ref"], "A01"], [framed, "A01"]]
    SampleRow.objects.filter(pk=drawn.id).update(
        state="drawn", drawn_at=AT, chance="0" * 64, frame=frame, frame_digest=digest(frame),
        strata={"A01": 2}, names={"A01": {"zh": "垃圾", "en": "waste"}},
    )  # fmt: skip
    row = SampleRow.objects.get(pk=drawn.id)
    DrawnRow.objects.create(sample=row, matter=spot.matter.id, matter_ref=frame[0][0],
                            stratum="A01")  # fmt: skip
    DrawnRow.objects.create(sample=row, matter=new_id(), matter_ref=framed, stratum="A01",
                            found="solved", how=how, checked_at=AT)  # fmt: skip
    yield Planted("drawn", drawn.ref, (framed, how), more={"drawn": frame[0][0]})
    yield Planted("sample-number", drawn.ref, (drawn.ref,))


def _announced(spot: Spot, supervisor: Actor) -> findings.SampleCard:
    return findings.announce_sample(
        actor=supervisor, at=AT, command_id=new_id(), place_code=spot.code, by="type", size=4,
        since=AT - timedelta(days=15), until=AT,
    )  # fmt: skip


def _complained(spot: Spot) -> Iterator[Planted]:
    """A complaint about somebody, and one about a unit: nobody of the unit reads that one."""
    given: dict[str, Any] = {"place_code": spot.code, "about": complaints.About.STAFF}
    for about, whom in (
        ("grievance", {"whom": "某人"}), ("grievance-unit", {"unit": spot.unit}),
    ):  # fmt: skip
        words = spot.mark()
        filed = complaints.file_complaint(
            at=AT, command_id=new_id(), reach=None,
            filing=complaints.Filing(**given, words=f"诉 {words}", **whom),
        )  # fmt: skip
        units = frozenset({spot.unit}) if "unit" in whom else frozenset()
        yield Planted(about, filed.ref, (words, filed.ref), units, more={"code": filed.code})
        yield Planted("grievance-code", filed.ref, (filed.code,))


def _proposed(spot: Spot) -> Iterator[Planted]:
    """A task that grids are asked about, and what one of them said to it."""
    card = duties.propose_duty(
        actor=spot.hat("township"), at=AT, command_id=new_id(), place_code=spot.code, draft=draft()
    )
    words = spot.mark()
    duties.give_opinion(
        actor=spot.hat("grid_worker"), at=AT, command_id=new_id(), admission_id=card.id,
        is_for=True, said=f"见 {words}",
    )  # fmt: skip
    yield Planted("duty", card.ref, more={"id": card.id})
    yield Planted("opinion", card.ref, (words,))


def _published(spot: Spot) -> Planted:
    """What a community published, and what it has yet to publish."""
    body = places.list_line(spot.grid)[-2]
    card = publications.publish_affair(
        actor=spot.hat("desk"), at=AT, command_id=new_id(),
        draft=publications.AffairDraft(
            place_code=body.code, rule="affairs", period=PUBLISHED, title="演示", text="演示"
        ),
    )  # fmt: skip
    return Planted("publisher", body.code, path=body.path, more={"affair": card.id})
