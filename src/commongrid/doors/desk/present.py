"""What the pages show: lists, tabs, chips. Cards and rules in, values for templates out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commongrid.doors.desk import words
from commongrid.doors.desk.filters import (
    ACTIVE,
    MANY,
    SHOWN,
    Asked,
    query_of,
)
from commongrid.doors.desk.rules import Rules
from commongrid.kernel.text import Text
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

LIGHT_TABS = ("red", "yellow", "blue", "grey")


@dataclass(frozen=True, slots=True)
class Tab:
    """A counter that is also a way to the list it counts. ``light`` is "" where it has none."""

    name: Any
    query: str
    count: int
    is_now: bool
    light: str = ""
    is_exact: bool = True  # or there are more


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words, and the list without it."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``sign`` changes whenever what the line says has changed."""

    card: matters.MatterCard
    sign: str
    community: str  # "" where the grid's own name says it already


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a list of several pages."""

    number: int
    total: int
    before: str
    after: str


def lang() -> str:
    """The language of the page."""
    return get_language() or "zh-hans"


def say(text: Text) -> str:
    """A text in the language of the page."""
    return text.in_(lang())


def rows_of(cards: Iterable[matters.MatterCard]) -> list[Row]:
    """Lines of a list."""
    return [Row(card=card, sign=sign_of(card), community=community_of(card)) for card in cards]


def community_of(card: matters.MatterCard) -> str:
    """The community a grid lies in; "" where the grid's own name says it already."""
    community = say(card.community_name)
    return "" if say(card.place_name).startswith(community) else community


def sign_of(card: matters.MatterCard) -> str:
    """A short digest of what a line says."""
    parts = (
        card.state, card.light, card.due_at, card.unit, card.offered_unit, card.type_code,
        card.redone, card.transfers, card.photos, card.followers, card.paused_for,
        card.pending_action,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def tabs_of(counted: Mapping[str, matters.Counts], asked: Asked) -> list[Tab]:
    """In hand, each light of it, waiting, ended: with how many there are.

    ``counted`` has the counts of each kind of state: active, waiting, end.
    """
    f = asked.filters

    def tab(name: Any, kind: str, *, light: str = "", shown: tuple[str, ...] = ACTIVE) -> Tab:
        counts = counted[kind]
        count = counts.by_light.get(light, 0) if light else total_of(counts)
        there = replace(f, lights=(light,) if light else (), state_kinds=shown, states=())
        is_now = f.lights == there.lights and f.state_kinds == shown and not f.states
        query = query_of(there, size=asked.size)
        return Tab(name, query, count, is_now, light, is_exact=counts.is_exact)

    return [
        tab(_("In hand"), "active"),
        *(tab(words.LIGHTS[c], "active", light=c) for c in LIGHT_TABS),
        tab(words.SHOWN["waiting"], "waiting", shown=SHOWN["waiting"]),
        tab(words.SHOWN["end"], "end", shown=SHOWN["end"]),
    ]


def total_of(counts: matters.Counts) -> int:
    """All matters that were counted."""
    return sum(counts.by_light.values())


def chips_of(asked: Asked, rules: Callable[[], Rules]) -> list[Chip]:
    """Every filter in force, each with the list as it is without it."""
    f = asked.filters
    chips: list[Chip] = []

    def chip(label: str, **changes: Any) -> None:
        chips.append(Chip(label, query_of(replace(f, **changes), size=asked.size)))

    if f.text:
        chip(_("Text: %(text)s") % {"text": f.text}, text="")
    for field in MANY.values():
        values: tuple[str, ...] = getattr(f, field)
        for value in values:
            rest = tuple(v for v in values if v != value)
            chip(value_words(field, value, rules), **{field: rest})
    if f.path:
        chip(_("In: %(place)s") % {"place": place_words(f.path)}, path="")
    if f.received_from:
        day = timezone.localdate(f.received_from)
        chip(_("From %(day)s") % {"day": day.isoformat()}, received_from=None)
    if f.received_until:
        day = timezone.localdate(f.received_until) - timedelta(days=1)
        chip(_("Until %(day)s") % {"day": day.isoformat()}, received_until=None)
    if f.is_redone is not None:
        chip(_("Redone") if f.is_redone else _("Never redone"), is_redone=None)
    if f.mine:
        chip(_("I handled it"), mine=False)
    return chips


def value_words(field: str, value: str, rules: Callable[[], Rules]) -> str:
    """A filter's value in words."""
    tables = {"lights": words.LIGHTS, "kinds": words.KINDS, "channels": words.CHANNELS}
    if field in tables:
        return str(tables[field].get(value, value))
    named = {"states": "state_name", "types": "type_name", "units": "unit_name"}[field]
    return say(getattr(rules(), named)(value))


def place_words(path: str) -> str:
    """The name of the place at a path. Cost: 1 statement."""
    card = places.list_places((path,)).get(path)
    return say(card.name) if card else path


def pages_of(listed: matters.MatterList, query: str) -> Pages:
    """The way to the pages before and after."""

    def to(number: int) -> str:
        if not 1 <= number <= listed.pages:
            return ""
        return "&".join(filter(None, (query, f"page={number}")))

    return Pages(listed.page, listed.pages, to(listed.page - 1), to(listed.page + 1))


def etag_of(listed: matters.MatterList, reader_key: str) -> str:
    """The tag of a list as one person sees it in one language."""
    parts = (listed.version, reader_key, lang(), listed.page, listed.total)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'


def place_options(roots: Sequence[str], at: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Communities with their grids, as grouped options of a choice. Cost: 2 statements a root."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for root in roots:
        grids = places.list_grids(root, at)
        above = {grid.path.rsplit("/", 2)[0] + "/" for grid in grids}
        named = places.list_places(tuple(sorted(above)))
        for path in sorted(above):
            own = [g for g in grids if g.path.startswith(path)]
            community = say(named[path].name) if path in named else path
            whole = [(path, _("%(place)s, all of it") % {"place": community})]
            groups.append((community, whole + [(g.path, say(g.name)) for g in own]))
    return groups
