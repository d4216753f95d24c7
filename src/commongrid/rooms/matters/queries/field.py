"""The open matters of a grid worker's own grids, as their phone keeps them for days without signal.

A phone says what it was given last; it gets what differs from that. So a commit that comes late,
a matter that ended, moved away or may no longer be read are one case, and no log is kept of what
a phone has.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import open_choices
from commongrid.charter.facts import is_fact
from commongrid.charter.matter import Actor, Choice, MatterState
from commongrid.charter.schema import Kind
from commongrid.kernel.text import Text
from commongrid.ledger.face import ActCard, list_last_acts
from commongrid.rooms.matters.commands.acting import OWN_COMMANDS
from commongrid.rooms.matters.models import ContactRow, Matter, Promise
from commongrid.rooms.matters.queries.forms import choice_card
from commongrid.rooms.matters.queries.pages import ABOUT_STAFF, hears_complaints
from commongrid.rooms.matters.queries.presenting import NOBODY, Rules, clock_name
from commongrid.rooms.matters.queries.scope import IsOpen, readable
from commongrid.rooms.matters.queries.steps import step_of
from commongrid.rooms.matters.rows import state_of
from commongrid.rooms.people.face import is_within
from commongrid.rooms.places import face as places

LAST_STEPS = 3
REVEAL = "reveal"
MARK_BYTES = 3
NEW_STATES = ("reported", "applied", "raised")
FREE = ("text", "person")
SHARED_OPTIONS = ("type", "case")
"""Fields whose options are those of the charter: a phone has them with its rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldField:
    """A field a step asks for. ``options`` only where they are this matter's own."""

    name: str
    is_required: bool
    options: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """A step that may be taken now. A fact is never held to what was known when it was made."""

    action: str
    is_fact: bool
    fields: tuple[FieldField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldStep:
    """What was done on a matter lately; ``words`` is what was written with it."""

    action: str
    label: Text
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMatter:
    """An open matter as a grid worker's phone keeps it. A sealed one has no words and no point."""

    id: UUID
    ref: str
    kind: str
    type_code: str
    state: str
    state_kind: str
    urgency: str
    place_code: str
    text: str
    address: str
    lon: float | None
    lat: float | None
    received_at: datetime
    due_at: datetime | None
    due_name: Text
    blue_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None
    paused_for: str
    unit: str
    unit_name: Text
    offered_unit: str
    version: int
    photos: int
    is_sealed: bool
    has_contact: bool  # there are some, and the reader may open them for a reason
    is_handed: bool  # the reader's unit holds it, was offered it or called to it
    last: tuple[FieldStep, ...]  # newest first
    can: tuple[FieldChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFeed:
    """What differs from what was held: matters new or changed, those to forget, all marks now."""

    matters: tuple[FieldMatter, ...]
    gone: tuple[UUID, ...]
    marks: Mapping[UUID, bytes]


def list_field_matters(
    *, actor: Actor, at: datetime, paths: Collection[str], held: Mapping[UUID, bytes]
) -> FieldFeed:
    """The open matters in these places that the actor may read, as far as they are not held.

    ``held`` are the marks of an earlier answer; with none of them everything comes.
    Cost: four statements for any number of matters, two where nothing changed. What they read
    grows with the open matters of these places, not with what is elsewhere or has ended.
    """
    if not paths:
        return FieldFeed(matters=(), gone=tuple(held), marks={})
    with places.one_look():
        own = _own(actor, paths)
        marks = {pk: _mark(*facts) for pk, *facts in own.values_list(*MARKED)}
        wanted = [pk for pk, mark in marks.items() if held.get(pk) != mark]
        return FieldFeed(
            matters=tuple(_matters(own, wanted, actor, at)) if wanted else (),
            gone=tuple(pk for pk in held if pk not in marks),
            marks=marks,
        )


MARKED = ("pk", "version", "changed_at", "has_contact")


def _own(actor: Actor, paths: Collection[str]) -> QuerySet[Matter]:
    inside = Q()
    for path in sorted(paths):
        inside |= Q(is_within("path", path))
    contact = ContactRow.objects.filter(matter=OuterRef("pk"))
    rows = readable(actor).filter(inside, IsOpen("state_kind"))
    return rows.annotate(has_contact=Exists(contact)).order_by("received_at", "pk")


def _mark(*facts: object) -> bytes:
    return hashlib.sha256(repr(facts).encode()).digest()[:MARK_BYTES]


def _matters(
    own: QuerySet[Matter], wanted: list[UUID], actor: Actor, at: datetime
) -> Iterator[FieldMatter]:
    rows = list(own.filter(pk__in=wanted).select_related("place"))
    promises: dict[UUID, list[Promise]] = defaultdict(list)
    for promise in Promise.objects.filter(matter_id__in=wanted).order_by("id"):
        promises[promise.matter_id].append(promise)
    acts = list_last_acts([f"matter:{pk}" for pk in wanted], most=LAST_STEPS)
    rules = Rules()
    for row in rows:
        compiled = _rules_of(row, rules, at)
        state = state_of(row, promises[row.pk])
        yield _matter(row, state, actor, at, compiled, acts.get(f"matter:{row.pk}", ()))


def _rules_of(row: Matter, rules: Rules, at: datetime) -> Compiled:
    """As a step on it would be judged (``acting.load_matter``)."""
    if row.state in NEW_STATES:
        compiled = places.charter_in_force(row.path, at)[1]
        if row.type_code in compiled.charter.types:
            return compiled
    return rules.of(row.charter_key)


def _matter(
    row: Matter,
    state: MatterState,
    actor: Actor,
    at: datetime,
    compiled: Compiled,
    acts: Iterable[ActCard],
) -> FieldMatter:
    is_open = not row.is_sealed
    allowed = open_choices(state, actor, at, compiled)
    may_reveal = any(choice.action == REVEAL for choice in allowed)
    units = {hat.unit for hat in actor.hats if hat.unit and row.path.startswith(hat.path)}
    return FieldMatter(
        id=row.pk,
        ref=row.ref,
        kind=row.kind,
        type_code=row.type_code,
        state=row.state,
        state_kind=row.state_kind,
        urgency=row.urgency,
        place_code=row.place.code,
        text=row.text if is_open else "",
        address=row.address if is_open else "",
        lon=row.lon if is_open else None,
        lat=row.lat if is_open else None,
        received_at=row.received_at,
        due_at=row.due_at,
        due_name=clock_name(row.due_key, compiled) if row.due_key else NOBODY,
        blue_at=row.blue_at,
        yellow_at=row.yellow_at,
        red_at=row.red_at,
        paused_for=row.paused_for,
        unit=row.unit,
        unit_name=compiled.unit_name(row.unit) if row.unit else NOBODY,
        offered_unit=row.offered_unit,
        version=row.version,
        photos=row.photos,
        is_sealed=row.is_sealed,
        has_contact=may_reveal and row.has_contact,  # type: ignore[attr-defined]  # an annotation
        is_handed=bool(units & {row.unit, row.offered_unit, *row.whistled}),
        last=tuple(_last(row, actor, acts, compiled)),
        can=tuple(_can(allowed, state, compiled)),
    )


def _last(
    row: Matter, actor: Actor, acts: Iterable[ActCard], compiled: Compiled
) -> Iterator[FieldStep]:
    """The last steps. Whom a complaint is about does not read it here either."""
    is_kept = row.is_sealed or not hears_complaints(actor, row, compiled)
    for act in acts:
        step = step_of(act, Kind(row.kind), compiled, {}, for_reporter=False)
        is_silent = act.action == "raise" or row.is_sealed
        is_silent = is_silent or (is_kept and act.action in ABOUT_STAFF)
        words = "" if is_silent else _written(step.words, compiled)
        yield FieldStep(action=step.action, label=step.label, at=step.at, words=words)


def _written(words: Mapping[str, Text], compiled: Compiled) -> str:
    """What was written freely; keys and dates stay with the step."""
    specs = compiled.charter.fields
    kept = [text.zh for name, text in words.items() if name in specs and specs[name].kind in FREE]
    return "\n".join(kept)


def _can(
    allowed: Iterable[Choice], state: MatterState, compiled: Compiled
) -> Iterator[FieldChoice]:
    for choice in allowed:
        if choice.action in OWN_COMMANDS:
            continue
        card = choice_card(choice, state, compiled)
        yield FieldChoice(
            action=choice.action,
            is_fact=is_fact(state.kind, choice.action, compiled),
            fields=tuple(
                FieldField(
                    name=field.name,
                    is_required=field.required,
                    options=() if _is_shared(field.name, compiled) else field.options,
                )
                for field in card.fields
            ),
        )


def _is_shared(name: str, compiled: Compiled) -> bool:
    spec = compiled.charter.fields.get(name)
    return name in SHARED_OPTIONS or bool(spec and spec.choices)
