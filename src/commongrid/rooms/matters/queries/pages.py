"""One matter, read by staff in charge or by the person who raised it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import choices, decide
from commongrid.charter.matter import Actor, Command, MatterState
from commongrid.charter.schema import Kind
from commongrid.kernel.ids import normalise_receipt_code, receipt_digest
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.ledger.face import ActCard, list_acts
from commongrid.rooms.matters.cards import (
    MatterPage,
    OfferCard,
    PhotoCard,
)
from commongrid.rooms.matters.commands.photos import path_of
from commongrid.rooms.matters.keys import receipt_key
from commongrid.rooms.matters.models import Follower, Matter, OutsideLink, PhotoRow
from commongrid.rooms.matters.queries.forms import choice_card, unit_proposals
from commongrid.rooms.matters.queries.lineage import came_from_ref, leaders_of, lineage_of
from commongrid.rooms.matters.queries.presenting import matter_card, promise_card
from commongrid.rooms.matters.queries.public import is_photo_public
from commongrid.rooms.matters.queries.scope import readable
from commongrid.rooms.matters.queries.sounds import list_sounds
from commongrid.rooms.matters.queries.steps import steps_of
from commongrid.rooms.matters.rows import state_of
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

REPORTER = "reporter"
LINK = "link:"
# Between staff and the reporter alone: followers are not even told that it was done.
PRIVATE = frozenset(
    {"reveal", "outside_reveal", "change_contact", "erase_contact", "ask_step_out", "callback"}
)
# What the reporter says about those who handle the matter is not for them to read.
ABOUT_STAFF = frozenset({"appeal", "ask_step_out"})
# Told to followers as progress, without the words: they answer the reporter, or are the reporter's.
WORDLESS = frozenset(
    {"not_solved", "not_what_needed", "reopen", "resume", "wait_person", "rate", "make_link"}
)
OPENS = "open_followup:"  # the effect that opens an appeal
ANSWERS = {"yes": Text("是", "yes"), "no": Text("否", "no"), "unsure": Text("不清楚", "not sure")}


def get_matter(
    *, actor: Actor, at: datetime, matter_id: UUID, language: str = "zh-hans"
) -> MatterPage | None:
    """A matter as staff in charge read it; None when it is unknown or not theirs to read.

    ``language`` is that of the names of staff. Cost: at most ten statements.
    """
    row = _with_place(readable(actor).filter(pk=matter_id))
    return _page(row, actor, at, language=language, for_reporter=False) if row else None


def get_own_matter(*, actor: Actor, at: datetime, matter_id: UUID) -> MatterPage | None:
    """A matter as the person who raised or follows it reads it: plain words, nothing internal."""
    if not owns_or_follows(actor, matter_id):
        return None
    row = _with_place(Matter.objects.filter(pk=matter_id))
    if row is None:
        return None
    page = _page(row, actor, at, for_reporter=True)
    came_from = came_from_ref(actor, matter_id)
    return replace(page, lineage=replace(page.lineage, came_from=came_from))


def find_by_receipt(code: str) -> tuple[UUID, Actor] | None:
    """The matter a receipt code opens, and the actor whoever holds the code is.

    A follower's code opens the same matter for reading only.
    """
    known = normalise_receipt_code(code)
    if known is None:
        return None
    digest = receipt_digest(known, receipt_key())
    matter_id = Matter.objects.filter(receipt=digest).values_list("pk", flat=True).first()
    if matter_id is not None:
        return matter_id, reporter_of(matter_id)
    follow = Follower.objects.filter(receipt=digest).first()
    if follow is None:
        return None
    follows = frozenset({str(follow.matter_id)})
    return follow.matter_id, Actor(key=f"follower:{follow.pk}", follows=follows)


def reporter_of(matter_id: UUID) -> Actor:
    """The actor who raised a matter, known by the receipt alone.

    What grew out of it (an appeal, a follow-up) is theirs too; the matter it was merged into they
    follow, and the one in which that goes on.
    """
    children = Matter.objects.filter(parent_id=matter_id).values_list("pk", flat=True)
    return Actor(
        key=f"reporter:{matter_id}",
        owns=frozenset({str(matter_id), *map(str, children)}),
        follows=frozenset(map(str, leaders_of(matter_id))),
    )


def owns_or_follows(actor: Actor, matter_id: UUID) -> bool:
    """Whether this person reads the matter by a receipt."""
    return str(matter_id) in actor.owns | actor.follows


def explain_action(*, actor: Actor, at: datetime, matter_id: UUID, action: str) -> Verdict | None:
    """Why a step can or cannot be taken now; None when the matter may not be read."""
    rows = Matter.objects.all() if owns_or_follows(actor, matter_id) else readable(actor)
    row = rows.filter(pk=matter_id).first()
    if row is None:
        return None
    compiled = rules_of(row, at)
    state = state_of(row, row.promises.order_by("id"))
    for choice in choices(state, actor, at, compiled):
        if choice.action == action:
            return choice.verdict
    return decide(state, Command(action=action, actor=actor, at=at), compiled).verdict


def open_photo(*, actor: Actor, photo_id: UUID) -> tuple[bytes, str] | None:
    """A picture's bytes for staff in charge and the reporter, or anybody when it is public."""
    photo = PhotoRow.objects.select_related("matter").filter(pk=photo_id).first()
    if photo is None:
        return None
    may_see = (
        is_photo_public(photo)
        or str(photo.matter_id) in actor.owns
        or readable(actor).filter(pk=photo.matter_id).exists()
    )
    path = path_of(photo.file)
    if not may_see or not path.exists():
        return None
    return path.read_bytes(), "image/jpeg"


def rules_of(row: Matter, at: datetime) -> Compiled:
    """The charter that judges a matter: the one it was accepted under, or the one in force."""
    if row.state in ("reported", "applied", "raised"):
        return places.charter_in_force(row.path, at)[1]
    return places.get_charter(row.charter_key)


def _with_place(rows: QuerySet[Matter]) -> Matter | None:
    return rows.select_related("place__parent", "leading", "parent", "contact").first()


def _page(
    row: Matter, actor: Actor, at: datetime, *, for_reporter: bool, language: str = ""
) -> MatterPage:
    compiled = rules_of(row, at)
    promises = list(row.promises.order_by("id"))
    state = state_of(row, promises)
    acts = list_acts(f"matter:{row.pk}")
    names = {} if for_reporter else _names_of({act.actor for act in acts}, language)
    contact = getattr(row, "contact", None)
    is_owner = str(row.pk) in actor.owns
    is_private = for_reporter and not is_owner  # a follower: the reporter's words are not theirs
    if is_private:
        acts = tuple(_for_follower(act) for act in acts if act.action not in PRIVATE)
    elif not for_reporter and not hears_complaints(actor, row, compiled):
        acts = tuple(replace(a, words="") if a.action in ABOUT_STAFF else a for a in acts)
    card = matter_card(row, compiled, at, show_words=not for_reporter or is_owner)
    return MatterPage(
        card=replace(card, lon=None, lat=None) if is_private else card,
        text=row.text if not for_reporter or is_owner else "",
        address=row.address if not for_reporter or is_owner else "",
        answers=() if is_private else _answers(row, compiled),
        charter_key=compiled.key,
        promises=tuple(promise_card(p, compiled, at, state.claimed_at) for p in state.promises),
        steps=steps_of(acts, Kind(row.kind), compiled, names, for_reporter=for_reporter),
        photos=_photos(row) if not for_reporter or is_owner else (),
        sounds=list_sounds(row, names, for_reporter=for_reporter) if not is_private else (),
        offers=() if for_reporter else _offers(row, compiled),
        choices=tuple(choice_card(c, state, compiled) for c in choices(state, actor, at, compiled)),
        proposals=() if for_reporter else unit_proposals(state, compiled),
        five_orders=five_orders(state, _visited(row, acts), compiled, is_rated=bool(row.rating)),
        has_contact=_follows_reachably(actor, row) if is_private else contact is not None,
        contact_erased_on=contact.erase_at if contact and not is_private else None,
        rating="" if is_private else row.rating,
        rating_words="" if is_private else row.rating_words,
        leading_ref=row.leading.ref if row.leading else "",
        leading_id=row.leading_id,
        parent_ref=row.parent.ref if row.parent and not is_private else "",
        parent_id=None if is_private else row.parent_id,
        children=() if is_private else _children(row, compiled),
        followers=row.follower_count,
        version=row.version,
        lineage=lineage_of(row, compiled, is_whole=not for_reporter),
    )


def _names_of(keys: set[str], language: str) -> Mapping[str, str]:
    """Who acted, in words: staff by name, whoever came by a link by the name of their body."""
    links = {key for key in keys if key.startswith(LINK)}
    names = dict(people.display_names(keys - links, language))
    if links:
        ids = [key.removeprefix(LINK) for key in links]
        rows = OutsideLink.objects.filter(pk__in=ids).values_list("pk", "body")
        names |= {f"{LINK}{pk}": body for pk, body in rows}
    return names


def _for_follower(act: ActCard) -> ActCard:
    """An act without what the reporter said, nor what staff asked of the reporter alone."""
    is_theirs = act.role == REPORTER or act.action in WORDLESS
    return replace(act, words="") if is_theirs else act


def hears_complaints(actor: Actor, row: Matter, compiled: Compiled) -> bool:
    """Whether the reader is one of those whom an appeal goes to, outside the handling line."""
    opened = {
        effect.removeprefix(OPENS)
        for transition in compiled.charter.transitions
        for effect in transition.effects
        if effect.startswith(OPENS)
    }
    roles = {role for code in opened for role in compiled.in_charge.get(code, ())}
    return any(hat.role in roles and row.path.startswith(hat.path) for hat in actor.hats)


def _follows_reachably(actor: Actor, row: Matter) -> bool:
    """Whether a follower has left contact data of their own."""
    kind, _, key = actor.key.partition(":")
    is_follower = kind == "follower" and key.isdecimal()
    return is_follower and row.follows.filter(pk=int(key), sealed__isnull=False).exists()


def five_orders(
    state: MatterState, visited: frozenset[str], compiled: Compiled, *, is_rated: bool
) -> tuple[tuple[Text, Text, str], ...]:
    """The five orders on a matter, where the charter speaks them.

    Each is done, now, later, or skipped: an order whose states the matter never was in is not
    called done. A matter that left the orders (withdrawn, redirected) shows none.
    """
    orders = list(compiled.charter.orders.values())
    here = f"{state.kind}.{state.state}"
    now = next((i for i, order in enumerate(orders) if here in order.states), None)
    if now is None:
        return ()

    def stage(i: int, states: tuple[str, ...]) -> str:
        if i == now:
            return "done" if is_rated else "now"
        if i > now:
            return "later"
        return "done" if visited & set(states) else "skipped"

    return tuple((order.name, order.who, stage(i, order.states)) for i, order in enumerate(orders))


def _visited(row: Matter, acts: tuple[ActCard, ...]) -> frozenset[str]:
    """Every state the matter has been in, as the orders name them."""
    return frozenset(f"{row.kind}.{act.after['state']}" for act in acts if "state" in act.after)


def _answers(row: Matter, compiled: Compiled) -> tuple[tuple[Text, Text], ...]:
    labels = {q.question: q for q in compiled.questions.get(row.type_code, ())}
    told = []
    for name, value in row.answers.items():
        question = labels.get(name)
        words = dict(question.choices).get(value) if question else None
        told.append(
            (
                question.label if question else Text.both(name),
                words or ANSWERS.get(value, Text.both(value)),
            )
        )
    return tuple(told)


def _children(row: Matter, compiled: Compiled) -> tuple[tuple[UUID, str, Text], ...]:
    rows = row.children.order_by("received_at", "pk").values_list("pk", "ref", "type_code")
    types = compiled.charter.types
    return tuple(
        (pk, ref, types[code].name if code in types else Text.both(code)) for pk, ref, code in rows
    )


def _photos(row: Matter) -> tuple[PhotoCard, ...]:
    return tuple(
        PhotoCard(
            id=photo.pk,
            stage=photo.stage,
            by_reporter=photo.by_reporter,
            width=photo.width,
            height=photo.height,
            is_redacted=photo.is_redacted,
            added_at=photo.added_at,
        )
        for photo in row.pictures.all()
    )


def _offers(row: Matter, compiled: Compiled) -> tuple[OfferCard, ...]:
    return tuple(
        OfferCard(
            unit=offer.unit,
            unit_name=compiled.unit_name(offer.unit),
            offered_at=offer.offered_at,
            answer=offer.answer,
            answered_at=offer.answered_at,
            words=offer.words,
        )
        for offer in row.offers.all()
    )
