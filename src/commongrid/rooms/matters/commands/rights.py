"""ask_right and what answers it: a person asks about their own data, by their receipt, as a matter.

The request is a matter of type I07 with its own limits, grown out of the one it is about: whoever
holds that receipt reads and follows it too. What the person can do at once (see, copy, correct and
erase contact data) needs no request.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, ActDraft, record_act
from commongrid.rooms.matters.commanded import Done, Draft, Raised
from commongrid.rooms.matters.commands.erasing_all import POWER, role_for_rights
from commongrid.rooms.matters.commands.forgetting import subject_of
from commongrid.rooms.matters.commands.photos import locked
from commongrid.rooms.matters.commands.raising import raise_matter
from commongrid.rooms.matters.commands.writing import check_same, run_once, unknown_matter
from commongrid.rooms.matters.domain.words import indexed_words
from commongrid.rooms.matters.models import Matter, SearchWords
from commongrid.rooms.vault import face as vault

TYPE, QUESTION = "I07", "right"
RIGHTS = ("see", "copy", "correct", "delete", "restrict", "explain")
ASKED = UUID("5a7a3f2b-7f61-4f0a-9a35-6e1b3b8a9d52")
CORRECT, RESTRICT, LIFT = "correct_words", "restrict", "lift_restriction"


def ask_right(
    *, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID, right: str, words: str
) -> Raised:
    """Ask for one right about one's own matter. Raises: Refused unless the matter is theirs.

    Only what the person writes is kept: nothing of the matter is copied into the request.
    """
    row = Matter.objects.select_related("place").filter(pk=matter_id).first()
    if row is None or str(matter_id) not in actor.owns:
        raise unknown_matter()
    if right not in RIGHTS:
        raise Refused(_unknown_right())
    return raise_matter(
        actor=actor,
        at=at,
        command_id=uuid5(ASKED, f"{matter_id}/{command_id}"),
        draft=Draft(
            type_code=TYPE,
            text=words,
            grid_code=row.place.code,
            channel="web",
            language=row.language,
            answers={QUESTION: right},
        ),
        parent=row,
    )


def correct_words(
    *, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID, text: str, address: str
) -> Done:
    """Put right what is kept of a person's words; what was wrong is kept nowhere.

    Raises: Refused without the power to answer for rights.
    """

    def write(row: Matter) -> None:
        row.text, row.address = text.strip(), address.strip()
        row.save(update_fields=["text", "address"])
        words = indexed_words(row.ref.replace("-", " "), row.text, row.address)
        SearchWords.objects.filter(matter=row).update(words=words)

    return _answer(actor, at, command_id, matter_id, CORRECT, write)


def restrict(*, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID) -> Done:
    """Lock the person's data: nobody opens contact data, neighbours read nothing of it.

    Raises: Refused without the power to answer for rights.
    """

    def write(row: Matter) -> None:
        vault.restrict(subject=subject_of(row), act_id=command_id, at=at)
        vault.withdraw_consent(subject=subject_of(row), purpose=vault.SHARED, at=at)
        row.is_shareable = False
        row.save(update_fields=["is_shareable"])

    return _answer(actor, at, command_id, matter_id, RESTRICT, write)


def lift_restriction(*, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID) -> Done:
    """Take the lock away; what was shared with neighbours stays withdrawn. Raises: Refused."""

    def write(row: Matter) -> None:
        vault.lift(subject=subject_of(row), at=at)

    return _answer(actor, at, command_id, matter_id, LIFT, write)


def _answer(
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    action: str,
    write: Callable[[Matter], None],
) -> Done:
    def work() -> Done:
        row = locked(matter_id)
        role = role_for_rights(actor, row)
        write(row)
        # Whoever keeps a copy, a phone or a program, asks by the version. ``changed_at`` stays: on
        # an ended matter the keeping time counts from it, and asking must not prolong that.
        row.version += 1
        row.save(update_fields=["version"])
        record_act(
            ActDraft(
                command_id=command_id, subject=subject_of(row), action=action, actor=actor.key,
                role=role, power=POWER, rule_id=f"matter.{action}", at=at,
                charter_key=row.charter_key, after={"state": row.state},
            )
        )  # fmt: skip
        return Done.as_asked(row.pk, action, row.state, is_replay=False)

    def again(act: ActCard) -> Done:
        check_same(act, subject=f"matter:{matter_id}", action=action, actor=actor.key)
        row = Matter.objects.get(pk=matter_id)
        return Done.as_asked(matter_id, action, row.state, is_replay=True)

    return run_once(command_id, work, again)


def _unknown_right() -> Verdict:
    say = Text(zh="请选一项您想要的。", en="Choose what you ask for.")
    return Verdict.no("matter.ask_right/right", say)
