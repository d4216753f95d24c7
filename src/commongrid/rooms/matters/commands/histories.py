"""record_histories: past matters enter by the same rules as new ones, many in one transaction.

A history is a raising and the steps after it, each at its own time. ``decide`` judges every step
on the matter as the step before left it; what it refuses ends the history there and is told.
Rows and acts are those that ``raise_matter`` and ``take_action`` would have written one by one;
no delivery is asked for, since nobody is told today about steps of long ago.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import decide
from commongrid.charter.matter import Actor, Command, Decision, MatterState
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActDraft, record_chains
from commongrid.rooms.matters.commanded import Draft
from commongrid.rooms.matters.commands.acting import ANSWERS, Loaded, act_of
from commongrid.rooms.matters.commands.raising import (
    Ground,
    check_draft,
    find_ground,
    new_ref,
    new_state,
    row_of,
)
from commongrid.rooms.matters.domain.words import indexed_words
from commongrid.rooms.matters.models import Matter, Offer, Promise, SearchWords
from commongrid.rooms.matters.rows import promise_row, write_state
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard

IMPORT_REQUESTS = "import_requests"
NOT_YET_ACCEPTED = ("reported", "applied", "raised")
BEYOND = frozenset({"join_leading", "open_followup"})  # effects on matters other than its own


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryStep:
    """One step that was taken: by which office, when, with what."""

    action: str
    actor: Actor
    at: datetime
    command_id: UUID
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One past matter. ``origin_id`` names it for ever, so that it enters once.

    ``place`` is the grid where it was already located; else the draft says where.
    """

    origin_id: str
    actor: Actor
    at: datetime
    command_id: UUID
    draft: Draft
    place: PlaceCard | None = None
    steps: tuple[HistoryStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A step the rules refused. Position 0 is the raising: nothing was recorded then."""

    origin_id: str
    position: int
    action: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoriesRecorded:
    """What came of a batch."""

    recorded: int
    acts: int
    known: tuple[str, ...]  # origin ids that were here before
    stopped: tuple[Stopped, ...]


@dataclass(slots=True)
class _Told:
    """A history as far as the rules allowed it."""

    row: Matter
    compiled: Compiled
    state: MatterState
    acts: list[ActDraft]
    offers: list[Offer] = field(default_factory=list)


def record_histories(
    *, actor: Actor, at: datetime, histories: Sequence[History], is_dry_run: bool = False
) -> HistoriesRecorded:
    """Record past matters with their acts, all or none of the batch.

    ``actor`` is who imports (a place keeper, or the installer); the steps name the offices they
    were taken in. A history whose ``origin_id`` is known changes nothing, so a batch may be sent
    again after a crash.

    Raises: Refused when the actor may not import there, or a step lies after ``at``.
    Cost: some 70 statements for 500 matters of 6 acts on SQLite.
    """
    with transaction.atomic():
        known = known_origins([history.origin_id for history in histories])
        rules = PastRules()
        told: list[_Told] = []
        stopped: list[Stopped] = []
        for history in histories:
            if history.origin_id in known:
                continue
            _require_past(history, at)
            one = _tell(actor, history, rules, stopped)
            if one is not None:
                told.append(one)
        acts = sum(len(one.acts) for one in told)
        if told and not is_dry_run:
            _write(told)
    return HistoriesRecorded(
        recorded=len(told), acts=acts, known=tuple(sorted(known)), stopped=tuple(stopped)
    )


def known_origins(origin_ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids under which a matter was imported. Cost: 1 statement."""
    rows = Matter.objects.filter(origin_id__in=origin_ids).order_by("origin_id")
    found = rows.values_list("origin_id", flat=True)
    return frozenset(origin_id for origin_id in found if origin_id is not None)


def may_import(actor: Actor, path: str, compiled: Compiled) -> Verdict:
    """Whether the actor may bring past requests into a place (power ``import_requests``)."""
    if actor.key == places.SETUP_KEY:
        return Verdict.yes(IMPORT_REQUESTS, log="the installer")
    roles = {power.role for power in compiled.powers.get(IMPORT_REQUESTS, ())}
    if any(hat.role in roles and path.startswith(hat.path) for hat in actor.hats):
        return Verdict.yes(IMPORT_REQUESTS)
    say = Text(
        zh="只有本地的区划网格管理员可以导入历史诉求。",
        en="Only the place keeper of this place may import past requests.",
    )
    return Verdict.no(IMPORT_REQUESTS, say, log=f"{actor.key} over {path}")


class PastRules:
    """The charters of a batch, each asked for once; made anew for each batch.

    Which versions count at an instant follows from the list of adopted ones, so the places room
    is asked once for every set of versions and not once for every step.
    """

    def __init__(self) -> None:
        self._cards = places.list_charters()
        self._grids: dict[str, PlaceCard | None] = {}
        self._found: dict[tuple[str, tuple[str, ...]], tuple[str, Compiled]] = {}

    def in_force(self, path: str, at: datetime) -> tuple[str, Compiled]:
        """As ``places.charter_in_force``. Raises: LookupError."""
        day = timezone.localtime(at).date()
        ruling = tuple(
            card.key for card in self._cards if card.adopted_at <= at and card.valid_from <= day
        )
        key = (path, ruling)
        if key not in self._found:
            self._found[key] = places.charter_in_force(path, at)
        return self._found[key]

    def ground(self, history: History) -> Ground:
        """Where a history lies and its rules at the time. Raises: Refused."""
        code = history.draft.grid_code
        place = history.place
        if place is None and code:
            if code not in self._grids:
                self._grids[code] = places.find_place(code)
            place = self._grids[code]
        try:
            if place is not None:
                return Ground(place, *self.in_force(place.path, history.at))
        except LookupError:
            pass  # the one-by-one way below words the refusal
        return find_ground(history.draft, history.at, places.look_up())


def _require_past(history: History, at: datetime) -> None:
    """A history lies in the past, and time runs forward in it."""
    times = [history.at, *(step.at for step in history.steps), at]
    if times == sorted(times):
        return
    say = Text(
        zh="历史事项的步骤必须按时间先后,并且都已经过去。",
        en="The steps of a past matter must follow each other in time and lie in the past.",
    )
    raise Refused(Verdict.no("history.past", say, log=history.origin_id))


def _tell(actor: Actor, history: History, rules: PastRules, stopped: list[Stopped]) -> _Told | None:
    """Fold a history in memory; None when it could not even be raised."""

    def stop(position: int, action: str, verdict: Verdict) -> None:
        stopped.append(
            Stopped(origin_id=history.origin_id, position=position, action=action, verdict=verdict)
        )

    try:
        one = _raised(actor, history, rules)
    except Refused as refused:
        if refused.verdict.rule == IMPORT_REQUESTS:
            raise
        stop(0, "raise", refused.verdict)
        return None
    for position, step in enumerate(history.steps, start=1):
        decision = _decided(one, step, rules)
        if decision.after is None or not _stays_within(decision):
            verdict = _beyond() if decision.after is not None else decision.verdict
            stop(position, step.action, verdict)
            break
        _take(one, step, decision)
    return one


def _raised(actor: Actor, history: History, rules: PastRules) -> _Told:
    """The matter after its first act, as ``raise_matter`` makes it. Raises: Refused."""
    draft, at = history.draft, history.at
    ground = rules.ground(history)
    verdict = may_import(actor, ground.place.path, ground.compiled)
    if not verdict:
        raise Refused(verdict)
    check_draft(draft, ground.compiled, is_asked=True)
    fields = {"words": draft.text, "photos": 0}
    command = Command(action="raise", actor=history.actor, at=at, fields=fields)
    decision = decide(new_state(draft, ground, at), command, ground.compiled)
    if decision.after is None:
        raise Refused(decision.verdict)
    row = row_of(draft, ground, decision.after, None, at)  # nobody is there to take a code
    row.origin_id = history.origin_id
    act = _act_of_raising(history, row, decision, ground)
    return _Told(row, ground.compiled, decision.after, [act])


def _act_of_raising(history: History, row: Matter, decision: Decision, ground: Ground) -> ActDraft:
    after = decision.after
    assert after is not None
    return ActDraft(
        command_id=history.command_id,
        subject=f"matter:{row.pk}",
        action="raise",
        actor=history.actor.key,
        role=decision.role,
        power=decision.power,
        rule_id=decision.rule_id,
        at=history.at,
        charter_key=ground.charter_key,
        after={
            "state": after.state,
            "type": after.type,
            "place": ground.place.code,
            "channel": row.channel,
            "cases": sorted(after.cases),
            "promises": {p.key: {"due": p.due_at} for p in after.promises},
        },
    )


def _decided(one: _Told, step: HistoryStep, rules: PastRules) -> Decision:
    """Judge a step. Until acceptance the charter in force at the step counts, as for new ones."""
    if one.state.state in NOT_YET_ACCEPTED:
        key, compiled = rules.in_force(one.state.path, step.at)
        if one.state.type in compiled.charter.types:
            one.compiled = compiled
            one.state = replace(one.state, charter_key=key)
    command = Command(action=step.action, actor=step.actor, at=step.at, fields=dict(step.fields))
    return decide(one.state, command, one.compiled)


def _stays_within(decision: Decision) -> bool:
    named = {effect.partition(":")[0] for effect in decision.effects}
    return decision.is_proposal or not named & BEYOND


def _beyond() -> Verdict:
    say = Text(
        zh="并单、拆分和另立事项要一件一件办,不能随历史导入。",
        en="Merging, splitting and opening another matter are done one by one, not in a history.",
    )
    return Verdict.no("history.beyond", say)


def _take(one: _Told, step: HistoryStep, decision: Decision) -> None:
    before, after = one.state, decision.after
    assert after is not None
    loaded = Loaded(one.row, {}, before, one.compiled)
    one.acts.append(
        act_of(
            decision,
            loaded,
            action=step.action,
            actor=step.actor,
            at=step.at,
            fields=step.fields,
            command_id=step.command_id,
            subject=f"matter:{one.row.pk}",
        )
    )
    one.state = after
    one.row.version += 1
    one.row.changed_at = step.at
    if decision.is_proposal:
        return
    if "set_rated" in decision.effects:
        one.row.rating = str(step.fields.get("rating", ""))
        one.row.rating_words = str(step.fields.get("rating_text") or "")
    _note_offers(one, before, decision, step)


def _note_offers(one: _Told, before: MatterState, decision: Decision, step: HistoryStep) -> None:
    """The offers as ``acting.write_offers`` keeps them, on rows that are not saved yet."""
    after = one.state
    action = decision.rule_id.rpartition(".")[2]
    is_over = before.offered_unit and before.offered_unit != after.offered_unit
    if is_over or action in ANSWERS:
        taken = "taken" if after.unit == before.offered_unit else "withdrawn"
        words = " ".join(
            str(step.fields[n]) for n in ("legal_basis", "reason") if step.fields.get(n)
        )
        for offer in one.offers:
            if offer.unit == before.offered_unit and offer.answer == "open":
                offer.answer, offer.answered_at = ANSWERS.get(action, taken), step.at
                offer.words = words
    if after.offered_unit and after.offered_unit != before.offered_unit:
        one.offers.append(Offer(matter=one.row, unit=after.offered_unit, offered_at=step.at))
    if after.appointed and not before.appointed:
        one.offers.append(
            Offer(
                matter=one.row,
                unit=after.unit,
                offered_at=step.at,
                answer="appointed",
                answered_at=step.at,
            )
        )


def _write(told: Sequence[_Told]) -> None:
    """Save a batch: rows first, then the acts, in one transaction."""
    _settle_refs(told)
    for one in told:
        write_state(one.state, one.row, one.compiled, one.row.changed_at)
    Matter.objects.bulk_create([one.row for one in told])
    Promise.objects.bulk_create(
        [promise_row(p, one.row) for one in told for p in one.state.promises]
    )
    SearchWords.objects.bulk_create(
        [
            SearchWords(
                matter=one.row,
                words=indexed_words(one.row.ref.replace("-", " "), one.row.text, one.row.address),
            )
            for one in told
        ]
    )
    Offer.objects.bulk_create([offer for one in told for offer in one.offers])
    record_chains(one.acts for one in told)


def _settle_refs(told: Sequence[_Told]) -> None:
    """Give another number to a matter whose number is taken.

    Numbers are drawn by chance for each day; a large import meets a taken one now and then.
    """
    refs = [one.row.ref for one in told]
    taken = set(Matter.objects.filter(ref__in=refs).order_by("ref").values_list("ref", flat=True))
    for one in told:
        while one.row.ref in taken:
            one.row.ref = new_ref(one.row.received_at, one.compiled.calendar.zone)
            if Matter.objects.filter(ref=one.row.ref).exists():
                taken.add(one.row.ref)
        taken.add(one.row.ref)
