"""One-matter links, read by whoever holds one and by the staff who handed it out."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import choices
from commongrid.charter.matter import Actor
from commongrid.charter.schema import Kind
from commongrid.kernel.text import Text
from commongrid.ledger.face import ActCard, list_acts
from commongrid.rooms.matters.cards import (
    LinkCard,
    LinkPage,
    PhotoCard,
    StepCard,
    WaitingLink,
)
from commongrid.rooms.matters.commands.photos import path_of
from commongrid.rooms.matters.domain.links import ANSWER, TALK, WAITING, LinkState, state_of_link
from commongrid.rooms.matters.keys import receipt_key
from commongrid.rooms.matters.models import Matter, OutsideLink, PhotoRow
from commongrid.rooms.matters.queries.forms import choice_card
from commongrid.rooms.matters.queries.presenting import FINISH, matter_card, promise_card
from commongrid.rooms.matters.queries.scope import readable
from commongrid.rooms.matters.queries.steps import steps_of
from commongrid.rooms.matters.rows import state_of
from commongrid.rooms.places import face as places

END = "end"
MOST_WAITING = 100


def link_digest(token: str) -> str:
    """What is kept of a link."""
    return hmac.new(receipt_key(), b"link token\n" + token.encode(), sha256).hexdigest()


def actor_of(link: OutsideLink) -> Actor:
    """Whoever holds a link: nobody but an outside body at one matter."""
    return Actor(key=f"link:{link.pk}", links=frozenset({str(link.matter_id)}))


def find_link(token: str) -> UUID | None:
    """The id of the link that an address names, live or not; None when there is none."""
    if not token.isascii() or len(token) > 64:
        return None
    found = OutsideLink.objects.filter(digest=link_digest(token))
    return found.values_list("pk", flat=True).first()


def live_link(link_id: UUID, at: datetime) -> OutsideLink | None:
    """The link while it opens its matter."""
    row = OutsideLink.objects.select_related("matter").filter(pk=link_id).first()
    return row if row is not None and _state(row, at) is LinkState.LIVE else None


def get_link_page(*, link_id: UUID, at: datetime) -> LinkPage | None:
    """What the holder of a link reads: of a link that is over, only why; None for an unknown one.

    No contact data, no name, no history but what was said between the unit and this body.
    Cost: seven statements and the charter.
    """
    rows = OutsideLink.objects.select_related("matter__place__parent", "matter__contact")
    link = rows.filter(pk=link_id).first()
    if link is None:
        return None
    compiled = places.get_charter(link.matter.charter_key)
    card = _card(link, compiled, at)
    if card.state is not LinkState.LIVE:
        return LinkPage(link=card, actor=actor_of(link))
    return _live_page(link, card, compiled, at)


def _live_page(link: OutsideLink, card: LinkCard, compiled: Compiled, at: datetime) -> LinkPage:
    row, actor = link.matter, actor_of(link)
    state = state_of(row, row.promises.order_by("id"))
    allowed = (choice for choice in choices(state, actor, at, compiled))
    owed = [p for p in state.promises if p.is_open and p.clock == FINISH]
    return LinkPage(
        link=card,
        actor=actor,
        matter=matter_card(row, compiled, at, show_words=True),
        text=row.text,
        address=row.address,
        promises=tuple(promise_card(p, compiled, at, state.claimed_at) for p in owed),
        photos=tuple(_photo(photo) for photo in row.pictures.all()),
        choices=tuple(
            choice_card(choice, state, compiled)
            for choice in allowed
            if choice.action in link.actions and choice.verdict.allowed
        ),
        talk=_talk(link, compiled),
        may_reveal=bool(link.contact_purpose) and getattr(row, "contact", None) is not None,
        version=row.version,
    )


def open_link_photo(*, link_id: UUID, photo_id: UUID, at: datetime) -> bytes | None:
    """A picture of the link's own matter, while the link is live."""
    link = live_link(link_id, at)
    if link is None:
        return None
    name = PhotoRow.objects.filter(pk=photo_id, matter_id=link.matter_id)
    file = name.values_list("file", flat=True).first()
    path = path_of(file) if file else None
    return path.read_bytes() if path is not None and path.exists() else None


def list_links(*, actor: Actor, at: datetime, matter_id: UUID) -> tuple[LinkCard, ...]:
    """The links of a matter, for staff who may read it; the latest first."""
    mine = readable(actor).filter(pk=matter_id).values("pk")
    rows = OutsideLink.objects.filter(matter__in=mine).select_related("matter")
    return tuple(
        _card(row, places.get_charter(row.matter.charter_key), at)
        for row in rows.order_by("-made_at", "-pk")
    )


def list_waiting_links(*, actor: Actor, at: datetime) -> tuple[WaitingLink, ...]:
    """Outside bodies that asked, objected or reported, and wait for the unit; oldest first."""
    rows = (
        OutsideLink.objects.filter(
            last_action__in=WAITING, ended_at=None, matter__claimed_at=None,
            matter__state_kind="open", matter__in=readable(actor).values("pk"),
        )
        .select_related("matter__place__parent")
        .order_by("last_at", "pk")[:MOST_WAITING]
    )  # fmt: skip
    found = []
    for row in rows:
        compiled = places.get_charter(row.matter.charter_key)
        card = matter_card(row.matter, compiled, at, show_words=True)
        found.append(WaitingLink(link=_card(row, compiled, at), matter=card))
    return tuple(found)


def _card(row: OutsideLink, compiled: Compiled, at: datetime) -> LinkCard:
    matter = row.matter
    return LinkCard(
        id=row.pk,
        matter_id=matter.pk,
        ref=matter.ref,
        body=row.body,
        unit_name=compiled.unit_name(row.unit),
        actions=tuple(row.actions),
        contact_purpose=row.contact_purpose,
        made_at=row.made_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        state=_state(row, at),
        last_action=row.last_action,
        last_label=compiled.label(row.last_action) if row.last_action else Text("", ""),
        last_at=row.last_at,
        is_waiting=row.last_action in WAITING and matter.claimed_at is None,
    )


def _state(row: OutsideLink, at: datetime) -> LinkState:
    matter: Matter = row.matter
    return state_of_link(
        at=at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        unit=row.unit,
        holding=matter.unit,
        is_over=matter.state_kind == END or matter.is_sealed or bool(matter.in_charge),
    )


def _talk(link: OutsideLink, compiled: Compiled) -> tuple[StepCard, ...]:
    """What this body said and what the unit answered since; nobody is named."""
    own = f"link:{link.pk}"

    def is_ours(act: ActCard) -> bool:
        said = act.action in TALK and act.actor == own
        return said or (act.action == ANSWER and act.at >= link.made_at)

    acts = tuple(act for act in list_acts(f"matter:{link.matter_id}") if is_ours(act))
    kind = Kind(link.matter.kind)
    return steps_of(acts, kind, compiled, {}, for_reporter=False)


def _photo(photo: PhotoRow) -> PhotoCard:
    return PhotoCard(
        id=photo.pk,
        stage=photo.stage,
        by_reporter=photo.by_reporter,
        width=photo.width,
        height=photo.height,
        is_redacted=photo.is_redacted,
        added_at=photo.added_at,
    )
