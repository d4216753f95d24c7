"""What a person does with their own matter and their own data, between the views and the face."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from commongrid.charter.matter import Actor
from commongrid.doors.common.pictures import picture_answer
from commongrid.doors.resident.forms.act import ActForm
from commongrid.doors.resident.forms.person import OwnContactForm
from commongrid.doors.resident.telling import ASKS, Ask, asks_of
from commongrid.ledger.log import face as log
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import ChoiceCard, Contact, Done, MatterPage

PHOTO_S = 600  # how long a browser may keep a shared photo; it may be covered by then


def no_such_code() -> str:
    """What to do when a code opens nothing."""
    return gettext(
        "This code opens no matter. Compare it with your receipt symbol by symbol: it has 13 "
        "letters and digits. Without the code, ask at the counter with the number of the matter."
    )


def link_of(code: str) -> str:
    """The address that opens a matter by its code."""
    return reverse("resident:my_link", args=[code])


def is_follower(actor: Actor, matter_id: UUID) -> bool:
    """Whether this person follows a matter that somebody else raised."""
    return str(matter_id) not in actor.owns


def read(actor: Actor, matter_id: UUID, *, at: datetime) -> MatterPage:
    """The matter as this person may read it. Raises: Http404."""
    page = matters.get_own_matter(actor=actor, at=at, matter_id=matter_id)
    if page is None:
        raise Http404
    return _for_follower(page) if is_follower(actor, matter_id) else page


def _for_follower(page: MatterPage) -> MatterPage:
    """What happened, without the words, answers, rating and point of the one who raised it."""
    # Also a checker's "not solved" loses its words: better one sentence too few.
    steps = tuple(replace(s, words={}) if s.action in ASKS else s for s in page.steps)
    card = replace(page.card, lon=None, lat=None)
    return replace(page, card=card, steps=steps, answers=(), rating="", rating_words="")


def find_choice(
    actor: Actor, matter_id: UUID, action: str, language: str, *, at: datetime
) -> tuple[ChoiceCard, Ask] | None:
    """One step of the person, possible or not; None when the matter has gone past it.

    Raises: Http404 for a step that is never the person's.
    """
    if action not in ASKS or is_follower(actor, matter_id):
        raise Http404
    page = read(actor, matter_id, at=at)
    choice = next((c for c in page.choices if c.action == action), None)
    return (choice, asks_of((choice,), language, page.card.paused_for)[0]) if choice else None


def act(form: ActForm, actor: Actor, matter_id: UUID, action: str, *, at: datetime) -> Done:
    """Take the step. Raises: Refused."""
    return matters.take_action(
        actor=actor,
        at=at,
        command_id=form.cleaned_data["command_id"],
        matter_id=matter_id,
        action=action,
        fields=form.plain_fields(),
        photos=form.photos(),
    )


def contact_of(actor: Actor, matter_id: UUID) -> Contact | None:
    """The person's own contact data, None when nothing is kept."""
    return matters.read_own_contact(actor=actor, matter_id=matter_id)


def change(form: OwnContactForm, actor: Actor, matter_id: UUID, *, at: datetime) -> Done:
    """Keep the contact data as corrected. Raises: Refused."""
    return matters.change_contact(
        actor=actor,
        at=at,
        command_id=form.cleaned_data["command_id"],
        matter_id=matter_id,
        contact=form.contact(),
    )


def photo_answer(found: tuple[bytes, str] | None, *, is_shared: bool = False) -> HttpResponse:
    """A photo for the browser that may see it; closing one's matter leaves none behind.

    Raises: Http404.
    """
    if found is None:
        raise Http404
    answer = picture_answer(found[0])
    answer.headers["Cache-Control"] = f"private, max-age={PHOTO_S}" if is_shared else "no-store"
    return answer


def plain(page: MatterPage, contact: Contact | None, language: str) -> dict[str, Any]:
    """A matter as the person may take it away: plain values under plain names."""
    card = page.card
    return {
        "ref": card.ref,
        "type": card.type_name.in_(language),
        "state": card.state_plain.in_(language),
        "place": card.place_name.in_(language),
        "place_code": card.place_code,
        "point": [card.lon, card.lat] if card.lon is not None else None,
        "address": page.address,
        "received_at": card.received_at.isoformat(),
        "words": page.text,
        "answers": {q.in_(language): a.in_(language) for q, a in page.answers},
        "shared_with_neighbours": card.is_shareable,
        "contact": _contact(contact),
        "contact_erased_on": _iso(page.contact_erased_on),
        "promises": [
            {
                "what": p.name.in_(language),
                "owner": p.owner.in_(language),
                "due_at": _iso(p.due_at),
                "first_due_at": _iso(p.first_due_at),
                "met_at": _iso(p.met_at),
                "status": p.status,
            }
            for p in page.promises
        ],
        "steps": [
            {
                "at": step.at.isoformat(),
                "what": step.told.in_(language),
                "rule": step.rule_id,
                "words": {name: words.in_(language) for name, words in step.words.items()},
                "hash": step.hash,
            }
            for step in page.steps
        ],
        "photos": [{"added_at": p.added_at.isoformat(), "stage": p.stage} for p in page.photos],
        "voice_notes": [
            {"added_at": s.added_at.isoformat(), "seconds": s.seconds, "words": s.words}
            for s in page.sounds
        ],
        "rating": page.rating,
        "rating_words": page.rating_words,
        "charter": page.charter_key,
    }


def proof(page: MatterPage, *, at: datetime) -> dict[str, Any]:
    """The receipt that proves each step of a matter without our server (docs/adr/0035)."""
    said = {s.position: {"zh": s.told.zh, "en": s.told.en} for s in page.steps}
    return log.receipt_of(f"matter:{page.card.id}", ref=page.card.ref, at=at, said=said)


def _contact(contact: Contact | None) -> dict[str, str] | None:
    if contact is None:
        return None
    return {"name": contact.name, "phone": contact.phone, "email": contact.email}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
