"""Reads of complaints: for staff through ``readable`` alone, for the complainant by code."""

from __future__ import annotations

from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.ledger.face import list_acts
from commongrid.rooms.complaints import sealed
from commongrid.rooms.complaints.cards import (
    ComplaintCard,
    ComplaintPage,
    EntryCard,
    OpeningCard,
    OwnPage,
    StageCard,
)
from commongrid.rooms.complaints.charters import bodies_outside, rules_of, supervision_roles
from commongrid.rooms.complaints.commands.handling import can, private_of
from commongrid.rooms.complaints.commands.own import verdicts_for
from commongrid.rooms.complaints.domain.interest import account_of
from commongrid.rooms.complaints.domain.sealing import ClosedError, unwrap
from commongrid.rooms.complaints.domain.stages import About, Outcome, State
from commongrid.rooms.complaints.models import Complaint, Entry, Identity
from commongrid.rooms.complaints.reading import readable
from commongrid.rooms.complaints.receipts import digest_of_code, marks_of
from commongrid.rooms.people import face as people

LISTED = 100


def list_complaints(
    actor: Actor, at: datetime, *, is_closed: bool = False
) -> tuple[ComplaintCard, ...]:
    """The complaints somebody may read, what is due first. Cost: 1 statement."""
    rows = readable(actor).order_by("due_at", "made_at", "pk")
    of_kind = rows.filter(state=State.CLOSED) if is_closed else rows.exclude(state=State.CLOSED)
    return tuple(_card(row, at, account_of(actor)) for row in of_kind[:LISTED])


def find_complaint(
    actor: Actor, ref: str, at: datetime, *, passphrase: str = "", language: str = "zh-hans"
) -> ComplaintPage | None:
    """One complaint with its dialogue, or None where there is none or it is not theirs to read.

    Sealed words stay None without the passphrase of supervision's key. Cost: 7 statements.
    """
    rows = readable(actor).select_related("sealed_to")
    row = rows.filter(ref=ref.strip().upper()).first()
    if row is None:
        return None
    private = private_of(row, passphrase)
    entries = tuple(_entry(e, sealed.open_words(row, e, private)) for e in row.entries.all())
    return ComplaintPage(
        card=_card(row, at, account_of(actor)),
        stages=_stages(row, at),
        entries=entries,
        accused=_accused(row, at, language),
        is_open=all(entry.words is not None for entry in entries),
        has_identity=Identity.objects.filter(mark__in=marks_of(row.pk), may_open=True).exists(),
        can=can(actor, row),
    )


def list_named_staff(actor: Actor, ref: str, at: datetime) -> tuple[people.AppointmentCard, ...]:
    """Posts of the place a complaint is about, to say who is meant. Cost: 2 statements."""
    row = readable(actor).filter(ref=ref.strip().upper()).first()
    return people.list_appointments(row.place_path, at) if row else ()


def find_own(code: str, at: datetime) -> OwnPage | None:
    """One's own complaint by its receipt code, or None. Cost: about 6 statements."""
    digest = digest_of_code(code)
    rows = Complaint.objects.select_related("sealed_to")
    row = rows.filter(receipt=digest).first() if digest else None
    if row is None:
        return None
    private = _own_private(row, code)
    return OwnPage(
        card=_card(row, at, None),
        stages=_stages(row, at),
        entries=tuple(_entry(e, sealed.open_own_words(row, e, private)) for e in row.entries.all()),
        openings=tuple(
            OpeningCard(role=act.role, purpose=act.after["purpose"], at=act.at)
            for act in list_acts(f"complaint:{row.ref}")
            if act.action == "open_identity"
        ),
        has_identity=Identity.objects.filter(mark__in=marks_of(row.pk)).exists(),
        verdicts=verdicts_for(row),
        may_speak=row.state != State.CLOSED,
        bodies=bodies_outside(rules_of(row.place_path, at)),
    )


def is_own_code(code: str) -> bool:
    """Whether a code opens a complaint. Cost: 1 statement."""
    digest = digest_of_code(code)
    return bool(digest) and Complaint.objects.filter(receipt=digest).exists()


def list_levels(actor: Actor, at: datetime) -> tuple[str, ...]:
    """The places where somebody handles or reviews complaints. Cost: 1 when warm."""
    found = []
    for path in dict.fromkeys(hat.path for hat in actor.hats if hat.path):
        roles = supervision_roles(path, at)
        if any(hat.path == path and hat.role in roles for hat in actor.hats):
            found.append(path)
    return tuple(found)


def _own_private(row: Complaint, code: str) -> bytes | None:
    if row.own_wrapped is None:
        return None
    try:
        return unwrap(bytes(row.own_wrapped), code)
    except ClosedError:
        return None


def _card(row: Complaint, at: datetime, account: int | None) -> ComplaintCard:
    is_mine = account is not None and account in (row.taken_by_id, row.reviewed_by_id)
    return ComplaintCard(
        ref=row.ref,
        about=About(row.about),
        state=State(row.state),
        place_path=row.place_path,
        level_path=row.level_path,
        due_at=row.due_at,
        is_late=row.due_at is not None and row.due_at < at,
        is_sealed=row.sealed_to_id is not None,
        is_mine=is_mine,
        outcome=Outcome(row.outcome) if row.outcome else None,
        made_at=row.made_at,
    )


def _stages(row: Complaint, at: datetime) -> tuple[StageCard, ...]:
    return tuple(
        StageCard(
            state=State(one.state),
            from_at=one.from_at,
            due_at=one.due_at,
            ended_at=one.ended_at,
            is_late=one.due_at is not None and (one.ended_at or at) > one.due_at,
        )
        for one in row.stages.all()
    )


def _entry(entry: Entry, words: dict[str, str] | None) -> EntryCard:
    return EntryCard(
        kind=entry.kind,
        words=None if words is None else words["words"],
        whom="" if words is None else words.get("whom", ""),
        is_office=bool(entry.by),
        role=entry.role,
        at=entry.at,
    )


def _accused(row: Complaint, at: datetime, language: str) -> tuple[str, ...]:
    rules, posts = rules_of(row.place_path, at), list(row.accused.all())
    names = people.display_names({f"staff:{p.account_id}" for p in posts if p.account_id}, language)
    found = []
    for post in posts:
        name = names.get(f"staff:{post.account_id}", "")
        role = rules.role_name(post.role).in_(language) if post.role else ""
        unit = rules.unit_name(post.unit).in_(language) if post.unit else ""
        found.append(" · ".join(part for part in (name, role, unit) if part))
    return tuple(dict.fromkeys(found))
