"""Rows to cards: the one place where keys become words."""

from __future__ import annotations

from datetime import datetime

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import PromiseState, PromiseStatus
from commongrid.charter.schema import Kind, Outcome, StateKind
from commongrid.kernel.text import Text
from commongrid.rooms.matters.cards import Light, MatterCard, PromiseCard
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.matters.rows import promise_lights, shared_of
from commongrid.rooms.places import face as places

EXCERPT = 80
FINISH = "finish"
NOBODY = Text("", "")


class Rules:
    """The charters the rows of one answer need, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, Compiled] = {}

    def of(self, charter_key: str) -> Compiled:
        if charter_key not in self._known:
            self._known[charter_key] = places.get_charter(charter_key)
        return self._known[charter_key]


def light_of(row: Matter, at: datetime) -> Light:
    """The light of a matter now, from the times its governing promise changes colour."""
    if row.paused_for and row.due_at is None:
        return Light.GREY
    for light, since in (
        (Light.RED, row.red_at),
        (Light.YELLOW, row.yellow_at),
        (Light.BLUE, row.blue_at),
    ):
        if since is not None and at >= since:
            return light
    return Light.NONE


def matter_card(row: Matter, compiled: Compiled, at: datetime, *, show_words: bool) -> MatterCard:
    """A row of a list. Expects ``place`` and ``place__parent`` to be loaded."""
    kind = Kind(row.kind)
    state = compiled.charter.states[kind, row.state]
    matter_type = compiled.charter.types.get(row.type_code)
    community = row.place.parent or row.place
    return MatterCard(
        id=row.pk,
        ref=row.ref,
        kind=kind,
        type_code=row.type_code,
        type_name=matter_type.name if matter_type else Text.both(row.type_code),
        urgency=row.urgency,
        state=row.state,
        state_kind=StateKind(row.state_kind),
        outcome=Outcome(state.outcome),
        state_name=state.name,
        state_plain=state.plain,
        place_code=row.place.code,
        place_name=Text(row.place.name_zh, row.place.name_en or row.place.name_zh),
        community_name=Text(community.name_zh, community.name_en or community.name_zh),
        path=row.path,
        excerpt=_excerpt(row.text) if show_words else "",
        lon=row.lon,
        lat=row.lat,
        channel=row.channel,
        received_at=row.received_at,
        closed_at=row.closed_at,
        due_at=row.due_at,
        due_name=clock_name(row.due_key, compiled) if row.due_key else NOBODY,
        light=light_of(row, at),
        paused_for=row.paused_for,
        unit=row.unit,
        unit_name=compiled.unit_name(row.unit) if row.unit else NOBODY,
        offered_unit=row.offered_unit,
        offered_unit_name=compiled.unit_name(row.offered_unit) if row.offered_unit else NOBODY,
        pending_action=row.pending["action"] if row.pending else "",
        pending_by=row.pending["actor"] if row.pending else "",
        redone=row.redone,
        transfers=row.transfers,
        photos=row.photos,
        followers=row.follower_count,
        is_shareable=row.is_shareable,
        shared=shared_of(row),
        is_sealed=row.is_sealed,
    )


def promise_card(
    p: PromiseState, compiled: Compiled, at: datetime, claimed_at: datetime | None = None
) -> PromiseCard:
    """A promise in words. Work claimed done is judged by the day of the claim, so a solution that
    only waits for its check does not grow late.
    """
    since = claimed_at if p.clock == FINISH and p.is_open else None
    return PromiseCard(
        key=p.key,
        clock=p.clock,
        name=clock_name(p.key, compiled),
        milestone=p.milestone,
        owner=owner_name(p.owner, compiled),
        owner_key=p.owner,
        started_at=p.started_at,
        due_at=p.due_at,
        first_due_at=p.first_due_at,
        is_moved=p.extensions > 0,
        status=p.status.value,
        paused_for=p.pauses[-1].cause if p.status is PromiseStatus.PAUSED and p.pauses else "",
        met_at=p.met_at,
        claimed_at=since,
        light=_promise_light(p, compiled, at) if since is None else _light_of_claim(p, since),
        limit=str(p.duration) if p.duration else "",
    )


def clock_name(key: str, compiled: Compiled) -> Text:
    """A promise's key in words: the clock, or the milestone of the solution."""
    clock, _, milestone = key.partition("#")[0].partition(":")
    if clock == "finish" and milestone:
        row = compiled.charter.milestones.get(milestone)
        return row.name if row else Text.both(milestone)
    if clock == "whistle" and milestone:
        name, unit = compiled.charter.clocks["whistle"].name, compiled.unit_name(milestone)
        return Text(f"{name.zh}({unit.zh})", f"{name.en} ({unit.en})")
    known = compiled.charter.clocks.get(clock)
    return known.name if known else Text.both(clock)


def owner_name(owner: str, compiled: Compiled) -> Text:
    """Who owes a promise: a unit, a role, or "the unit" while none holds the matter."""
    if owner in compiled.charter.units:
        return compiled.charter.units[owner].name
    if owner in compiled.charter.roles:
        return compiled.charter.roles[owner].name
    return Text("承办单位(待定)", "handling unit, not named yet")


def _promise_light(p: PromiseState, compiled: Compiled, at: datetime) -> Light:
    if p.status is PromiseStatus.PAUSED:
        return Light.GREY
    times = promise_lights(p, compiled)
    if times is None:
        return Light.NONE
    if p.due_at is not None and at >= p.due_at:
        return Light.RED
    for light, since in (
        (Light.RED, times.red_at),
        (Light.YELLOW, times.yellow_at),
        (Light.BLUE, times.blue_at),
    ):
        if since is not None and at >= since:
            return light
    return Light.NONE


def _light_of_claim(p: PromiseState, claimed_at: datetime) -> Light:
    is_late = p.due_at is not None and claimed_at > p.due_at
    return Light.RED if is_late else Light.NONE


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"
