"""The report from page to page: what comes next, and what the matters room is told at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from commongrid.charter.matter import PUBLIC
from commongrid.charter.schema import Question
from commongrid.charter.sorting import SortAdvice
from commongrid.doors.resident.draft import ReportDraft
from commongrid.doors.resident.matching import Suggestion, suggest_types
from commongrid.doors.resident.pending import drop_pending, keep_pending, open_pending
from commongrid.kernel.text import Text
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import Contact, Draft, Photo, Raised, SimilarCard, TypeCard
from commongrid.rooms.places.face import PlaceCard

TypeGroups = tuple[tuple[Text, tuple[TypeCard, ...]], ...]


def type_groups(place: PlaceCard, at: datetime) -> TypeGroups:
    """The matter types a resident may choose here, in their groups."""
    return matters.list_matter_types(path=place.path, at=at)


def all_types(groups: TypeGroups) -> tuple[TypeCard, ...]:
    """The types of all groups in a row."""
    return tuple(chain.from_iterable(cards for _, cards in groups))


def find_type(groups: TypeGroups, code: str) -> TypeCard | None:
    """The type with a code, or None."""
    return next((card for card in all_types(groups) if card.code == code), None)


def suggestions(groups: TypeGroups, text: str) -> tuple[Suggestion, ...]:
    """Types whose words are in the text."""
    return suggest_types(text, all_types(groups))


def questions_of(draft: ReportDraft, place: PlaceCard, at: datetime) -> tuple[Question, ...]:
    """What the chosen type asks."""
    return matters.list_questions(path=place.path, at=at, type_code=draft.type_code)


def put_what(
    draft: ReportDraft, told: dict[str, Any], place: PlaceCard, at: datetime
) -> ReportDraft:
    """The draft with its words and type; another type forgets the answers to the old one."""
    if told["type_code"] != draft.type_code:
        draft = replace(draft, answers={}, has_answered=False)
    if (told["type_code"], told["text"]) != (draft.type_code, draft.text):
        draft = replace(draft, overruled=(), has_seen_similar=False)
    draft = replace(draft, text=told["text"], type_code=told["type_code"])
    return draft if questions_of(draft, place, at) else replace(draft, has_answered=True)


def advice_for(draft: ReportDraft, place: PlaceCard, at: datetime) -> SortAdvice | None:
    """What the charter says before this is raised, unless the person has gone past it."""
    advice = matters.advise_before_raising(
        path=place.path,
        at=at,
        text=draft.text,
        type_code=draft.type_code,
        answers=draft.answers,
    )
    return advice if advice and advice.rule not in draft.overruled else None


def similar_to(draft: ReportDraft, at: datetime) -> tuple[SimilarCard, ...]:
    """Open matters near by that may be the same; none as long as nobody knows where."""
    if not draft.has_where:
        return ()
    return matters.find_similar(
        at=at,
        type_code=draft.type_code,
        path=draft.path,
        lon=draft.lon,
        lat=draft.lat,
        text=draft.text,
    )


def next_page(draft: ReportDraft, place: PlaceCard, at: datetime) -> str:
    """The first page of the report that still has something to ask; its url name."""
    if not (draft.text and draft.type_code):
        return "resident:what"
    if not draft.has_answered:
        return "resident:questions"
    if advice_for(draft, place, at):
        return "resident:advice"
    if not draft.has_where:
        return "resident:where"
    if not draft.has_seen_similar and similar_to(draft, at):
        return "resident:similar"
    return "resident:check" if draft.has_done_photo else "resident:photo"


def put_person(draft: ReportDraft, told: dict[str, Any]) -> ReportDraft:
    """The draft with photos kept aside, contact, sharing and proxy."""
    tokens = tuple(keep_pending(content) for content in told["photos"])
    names = ("name", "phone", "email", "is_shareable", "is_for_other", "proxy_note")
    kept = {name: told[name] for name in names}
    return replace(draft, photos=draft.photos + tokens, **kept)


def drop_photo(draft: ReportDraft, token: str) -> ReportDraft:
    """The draft without one of its photos."""
    drop_pending((token,) if token in draft.photos else ())
    return replace(draft, photos=tuple(t for t in draft.photos if t != token))


def review(draft: ReportDraft, place: PlaceCard, at: datetime) -> dict[str, Any]:
    """What the last page reads back: the kind with its promises, and the answers in words."""
    asked = questions_of(draft, place, at)
    return {
        "kind": find_type(type_groups(place, at), draft.type_code),
        "answers": [(q.label, _answer(q, draft.answers.get(q.question, ""))) for q in asked],
    }


def _answer(question: Question, given: str) -> Text:
    words = {"yes": Text(zh="是", en="Yes"), "no": Text(zh="否", en="No"), **dict(question.choices)}
    return words.get(given) or Text.both(given)


def send(draft: ReportDraft, *, at: datetime, language: str) -> Raised:
    """Raise the matter. Raises: Refused."""
    return matters.raise_matter(
        actor=PUBLIC,
        at=at,
        command_id=UUID(draft.command_id),
        draft=_told(draft, language),
        contact=contact_of(draft),
        photos=tuple(_photos(draft.photos)),
    )


def follow(
    draft: ReportDraft, matter_id: UUID, contact: Contact, *, at: datetime, language: str
) -> Raised:
    """Follow an open matter instead of raising this one again. Raises: Refused."""
    return matters.follow_matter(
        actor=PUBLIC,
        at=at,
        command_id=UUID(draft.command_id),
        matter_id=matter_id,
        contact=None if contact.is_empty else contact,
        language=language,
    )


def contact_of(draft: ReportDraft) -> Contact | None:
    """The contact of the draft, None when nothing was given."""
    contact = Contact(name=draft.name, phone=draft.phone, email=draft.email)
    return None if contact.is_empty else contact


def _photos(tokens: Iterable[str]) -> Iterable[Photo]:
    for token in tokens:
        content = open_pending(token)
        if content is not None:
            yield Photo(content=content)


def _told(draft: ReportDraft, language: str) -> Draft:
    return Draft(
        type_code=draft.type_code,
        text=draft.text,
        grid_code=draft.grid_code,
        community_code=draft.community_code,
        lon=draft.lon,
        lat=draft.lat,
        address=draft.address,
        channel="proxy" if draft.is_for_other else "web",
        answers=draft.answers,
        is_shareable=draft.is_shareable,
        proxy_note=draft.proxy_note if draft.is_for_other else "",
        language=language,
    )
