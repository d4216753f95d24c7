"""Tasks for the grids of a small place, proposed, heard and decided by real commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from commongrid.charter.matter import Actor
from commongrid.charter.schema import Question
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.rooms.duties import face as duties
from tests.rooms.people.standing import actor as actor_of
from tests.rooms.people.standing import make_staff
from tests.support import factories as f

AT = f.AT
TOWN = "150502004000"
OTHER_TOWN = "/150500000000/150502000000/150502003000/"
LATER = AT + timedelta(days=6)  # the hearing is over
UNTIL = (AT + timedelta(days=200)).date()
ITEM = "question:B01/how_deep:number!"


def staff(name: str, role: str, path: str = f.TOWN) -> Actor:
    return actor_of(make_staff(name, role, path))


def keeper() -> Actor:
    return staff("gate-keeper", "charter_keeper")


def centre(name: str = "gate-centre") -> Actor:
    return staff(name, "centre")


def worker(name: str = "gate-worker", path: str = f.GRID) -> Actor:
    return staff(name, "grid_worker", path)


def draft(**more: Any) -> duties.DutyDraft:
    given = {
        "task": "路面坑洞报深度", "items": (ITEM,), "basis_kind": "list",
        "basis": "街道职责清单第 12 项(虚构)", "reason": "养护按深度派工", "minutes_a_week": 10,
        "valid_until": UNTIL, **more,
    }  # fmt: skip
    return duties.DutyDraft(**given)


def proposed(actor: Actor, at: Any = AT, **more: Any) -> duties.AdmissionCard:
    command_id = more.pop("command_id", None) or new_id()
    place = more.pop("place_code", TOWN)
    return duties.propose_duty(
        actor=actor, at=at, command_id=command_id, place_code=place, draft=draft(**more)
    )


def said(
    actor: Actor, card: duties.AdmissionCard, is_for: bool | None = True, **more: Any
) -> duties.AdmissionCard:
    given = {"at": AT, "command_id": new_id(), "said": "", **more}
    return duties.give_opinion(actor=actor, admission_id=card.id, is_for=is_for, **given)


def decided(
    actor: Actor, card: duties.AdmissionCard, is_approved: bool = True, **more: Any
) -> duties.AdmissionCard:
    given = {"at": LATER, "command_id": new_id(), "reason": "联席会议纪要 3 号(虚构)", **more}
    return duties.decide_duty(actor=actor, admission_id=card.id, is_approved=is_approved, **given)


def with_question(version: str = "2026.90", **more: Any) -> Any:
    """The charter of the town with one more question to grids."""
    charter = f.town_charter()
    like = charter.questions[0]
    given = {
        "type": "B01", "question": "how_deep", "kind": "number", "required": True,
        "label": Text("多深？", "How deep?"), "sets_case": "", "choices": (), **more,
    }  # fmt: skip
    asked: Question = replace(like, **given)
    return replace(charter, version=version, questions=(*charter.questions, asked))
