"""erase_all: everything of the person behind one matter, when the person asked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, ActDraft, list_acts, record_act
from commongrid.ledger.log.face import SALTS_GONE
from commongrid.rooms.matters.commands.forgetting import (
    close_commitments,
    forget_contact,
    forget_details,
    subject_of,
)
from commongrid.rooms.matters.commands.photos import locked
from commongrid.rooms.matters.commands.writing import check_same, run_once
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

ERASE, POWER = "erase_person", "answer_rights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A certificate of deletion: what went, how much, when, and the act that proves it."""

    matter_id: UUID
    ref: str
    place_code: str
    at: datetime
    counts: Mapping[str, int]
    act_hash: str
    act_position: int


def erase_all(
    *, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID, beside: Mapping[str, int]
) -> Gone:
    """Erase what this room keeps of the person, and record it with what others erased beside.

    Raises: Refused without the charter's power to answer for rights, and while the matter is open:
    whoever wants it gone before withdraws it first; contact data go at any time.
    """

    def work() -> Gone:
        row = locked(matter_id)
        role = role_for_rights(actor, row)
        if row.state_kind != "end":
            raise Refused(_still_open())
        people.require_alone(actor, "erase", at=at)
        forgotten, subjects = _forget_with_offspring(row, at)
        counts = {**forgotten, **beside}
        facts = {"state": row.state, "counts": counts, SALTS_GONE: subjects}
        act = record_act(
            ActDraft(
                command_id=command_id, subject=subject_of(row), action=ERASE, actor=actor.key,
                role=role, power=POWER, rule_id="matter.erase_person", at=at,
                charter_key=row.charter_key, after=facts,
            )
        )  # fmt: skip
        return gone_of(row, act)

    def again(act: ActCard) -> Gone:
        check_same(act, subject=f"matter:{matter_id}", action=ERASE, actor=actor.key)
        return gone_of(Matter.objects.get(pk=matter_id), act)

    return run_once(command_id, work, again)


def _forget_with_offspring(row: Matter, at: datetime) -> tuple[dict[str, int], list[str]]:
    """The matter, and what grew out of it and has ended: an appeal repeats the person's words.

    Returns how much there was, and whose acts the log can no longer be held against.
    """
    counts: Counter[str] = Counter()
    subjects: list[str] = []
    for one in (row, *Matter.objects.filter(parent=row, state_kind="end").select_for_update()):
        counts.update(forget_contact(one, at=at))
        counts.update(forget_details(one, at=at))
        counts["commitments"] += close_commitments(one, at=at)
        subjects.append(subject_of(one))
        one.words_erased_at = one.words_erased_at or at
        one.is_shareable = False  # there is nothing left to share
        one.save()
    return dict(counts), subjects


def find_certificates(matter_id: UUID) -> tuple[Gone, ...]:
    """The certificates of a matter, oldest first: by request, by the clock, and after a restore."""
    row = Matter.objects.select_related("place").get(pk=matter_id)
    return certificates_in(row, list_acts(subject_of(row)))


def certificates_in(row: Matter, acts: Iterable[ActCard]) -> tuple[Gone, ...]:
    """The certificates among the acts of a matter, in their order."""
    kinds = (ERASE, "erase_contact", "erase_words", "erase_point", "erase_again")
    return tuple(gone_of(row, act) for act in acts if act.action in kinds)


def role_for_rights(actor: Actor, row: Matter) -> str:
    """The role by which the charter lets this actor answer for rights here. Raises: Refused."""
    compiled = places.get_charter(row.charter_key)
    roles = {power.role for power in compiled.powers.get(POWER, ())}
    for hat in actor.hats:
        if row.path.startswith(hat.path) and hat.role in roles:
            return hat.role
    names = [compiled.role_name(role) for role in sorted(roles)]
    say = Text(
        zh=f"个人信息权利请求由{'、'.join(name.zh for name in names)}办理。",
        en=f"Requests about personal data are answered by: {', '.join(n.en for n in names)}.",
    )
    raise Refused(Verdict.no("matter.answer_rights/who", say))


def gone_of(row: Matter, act: ActCard) -> Gone:
    """An act of erasing as its certificate."""
    return Gone(
        matter_id=row.pk,
        ref=row.ref,
        place_code=row.place.code,
        at=act.at,
        counts=dict(act.after.get("counts", {})),
        act_hash=act.hash,
        act_position=act.position,
    )


def _still_open() -> Verdict:
    say = Text(
        zh="这件事还没有办结，办理需要这些内容；可以先撤回。联系方式随时可以删除。",
        en="The matter is still open and needs its words; it can be withdrawn first. Contact data "
        "can be erased at any time.",
    )
    return Verdict.no("matter.erase_person/open", say)
