"""take_action: every step of every flow, on every matter, through one door.

The charter says which steps there are, who may take them and what they do to state and clocks;
this command loads the matter, asks ``decide``, writes what it decided and one act about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import decide
from commongrid.charter.matter import (
    WORDS_SHOWN,
    WORDS_WAIT,
    Actor,
    Command,
    Decision,
    MatterState,
)
from commongrid.charter.schema import StateKind
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, ActDraft, add_outbox, record_act
from commongrid.rooms.matters.cards import Standing
from commongrid.rooms.matters.commanded import Done, Photo
from commongrid.rooms.matters.commands.consequences import follow_through
from commongrid.rooms.matters.commands.forgetting import seal_matter
from commongrid.rooms.matters.commands.merging import find_leading, lock_family
from commongrid.rooms.matters.commands.photos import ready_photos, store_photos
from commongrid.rooms.matters.commands.writing import (
    check_same,
    run_once,
    sealed_matter,
    unknown_matter,
    words_of,
)
from commongrid.rooms.matters.domain.links import ANSWER, WAITING
from commongrid.rooms.matters.models import (
    CalledUnit,
    ContactRow,
    Matter,
    Offer,
    OutsideLink,
    Promise,
)
from commongrid.rooms.matters.queries.links import live_link
from commongrid.rooms.matters.queries.scope import is_readable
from commongrid.rooms.matters.queries.standing import standing_of
from commongrid.rooms.matters.rows import (
    copy_promise,
    promise_row,
    shared_of,
    state_of,
    write_state,
)
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

FACTS = (
    "state",
    "type",
    "unit",
    "offered_unit",
    "appointed",
    "redone",
    "transfers",
    "hung",
    "callbacks",
    "raised_to",
    "leading",
    "shared",
)
FREE = ("text", "person")
OWN_COMMANDS = frozenset(
    {"raise", "follow", "reveal", "make_link", "end_link", "outside_reveal"}
)  # they do more than move a state
ANSWERS = {"object": "objected"}  # the unit stays asked while its objection is decided


Look = Callable[[Standing], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A matter locked for this transaction, with the rules it is judged by."""

    row: Matter
    promises: dict[str, Promise]
    state: MatterState
    compiled: Compiled


def take_action(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    action: str,
    fields: Mapping[str, Any],
    photos: Sequence[Photo] = (),
    expected_version: int | None = None,
    look: Look | None = None,
) -> Done:
    """Take one step of the charter on one matter.

    ``look`` is shown how the matter stands, under its lock, and gives the fields it then is taken
    with; what it raises is raised, and nothing is changed. Who may not read the matter does not
    get so far.

    ``expected_version`` is that of the page the step was decided on: judged under the matter's
    lock, so that nobody acts on what they have not seen. A replay is not held to it, having moved
    the version itself.

    Raises: Refused when the matter is unknown or has changed, the step is not allowed now or to
    this actor, a field is missing, or a picture cannot be read; nothing is changed then.
    """
    step = _Step(
        actor=actor,
        at=at,
        command_id=command_id,
        matter_id=matter_id,
        action=action,
        photos=tuple(photos),
    )

    if action in OWN_COMMANDS:
        raise _has_own_command(action)

    def work() -> Done:
        lock_family(matter_id, action, str(fields.get("leading") or ""))
        loaded = load_matter(matter_id, at=at)
        check_version(loaded.row, expected_version)
        check_link(actor, loaded.row, action, at)
        given = _given(step, loaded.row, _seen(step, loaded, look) if look else fields)
        command = Command(action=action, actor=actor, at=at, fields=given)
        decision = decide(loaded.state, command, loaded.compiled)
        if decision.after is None:
            raise Refused(decision.verdict)
        check_second(actor, loaded.state, decision, action, at)
        marks = _carry_out(step, loaded, decision, given)
        _record(step, loaded, decision, given, marks)
        return replace(done_of(matter_id, action, decision), version=loaded.row.version)

    return run_once(command_id, work, lambda act: _again(step, act))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """Who wants to do what, to which matter, under which command id."""

    actor: Actor
    at: datetime
    command_id: UUID
    matter_id: UUID
    action: str
    photos: tuple[Photo, ...]

    @property
    def subject(self) -> str:
        return f"matter:{self.matter_id}"


def _seen(step: _Step, loaded: Loaded, look: Look) -> Mapping[str, Any]:
    """What whoever acts decides on how the matter stands now. Raises: Refused, and as ``look``."""
    row, actor = loaded.row, step.actor
    if not is_readable(row, actor):
        raise unknown_matter()
    standing = standing_of(
        row, loaded.state, loaded.compiled, actor=actor, at=step.at, action=step.action
    )
    return look(standing)


def _given(step: _Step, row: Matter, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the rules may believe them. Raises: Refused."""
    given = {name: value for name, value in fields.items() if name != "photos"}
    if step.photos:
        given["photos"] = len(step.photos)  # counted here: saying that there are some is no proof
    if row.is_sealed and (step.photos or given.get("words") or step.action == "note"):
        raise sealed_matter()  # also staff's notes: nothing would be left of them
    if "leading" in given:
        given["leading"] = find_leading(row, str(given["leading"]), step.actor)
    return given


def _carry_out(
    step: _Step, loaded: Loaded, decision: Decision, given: Mapping[str, Any]
) -> list[str]:
    """Write what was decided: the matter, what it touches, its pictures; returns their marks."""
    assert decision.after is not None
    row, marks = loaded.row, list[str]()
    write_decision(loaded, decision, at=step.at, fields=given)
    if loaded.compiled.type(decision.after.type).sealed and not row.is_sealed:
        seal_matter(row, at=step.at)
        if step.photos:
            raise sealed_matter()
    if not decision.is_proposal:
        follow_through(row, decision, at=step.at, command_id=step.command_id, fields=given)
        note_talk(step.actor, row, step.action, step.at)
    if step.photos:
        is_own = str(row.pk) in step.actor.owns
        row.photos += len(step.photos)
        for stage, batch in _by_stage(step.photos, is_own=is_own).items():
            ready = ready_photos(row, batch)
            marks += store_photos(row, ready, stage=stage, by_reporter=is_own, at=step.at)
        if is_own and shared_of(row) == WORDS_SHOWN and loaded.compiled.is_read_first:
            row.reading = WORDS_WAIT  # nobody has seen this picture yet: all is read once more
    row.save()
    return marks


def _by_stage(photos: Sequence[Photo], *, is_own: bool) -> dict[str, list[Photo]]:
    """The reporter's pictures are of the report; staff's show before, after, or are evidence."""
    found: dict[str, list[Photo]] = {}
    for photo in photos:
        stage = photo.stage if photo.stage in ("before", "after") else "evidence"
        found.setdefault("report" if is_own else stage, []).append(photo)
    return found


def _record(
    step: _Step,
    loaded: Loaded,
    decision: Decision,
    given: Mapping[str, Any],
    marks: Sequence[str],
) -> None:
    """The one act of the step, and what is to be delivered after the commit."""
    assert decision.after is not None
    draft = act_of(
        decision,
        loaded,
        action=step.action,
        actor=step.actor,
        at=step.at,
        fields=given,
        command_id=step.command_id,
        subject=step.subject,
    )
    if marks:
        draft = replace(draft, after={**(draft.after or {}), "files": list(marks)})
    record_act(draft)
    add_outbox(
        topic=f"matter.{step.action}",
        subject=step.subject,
        command_id=step.command_id,
        at=step.at,
        payload={"state": decision.after.state},
    )


def _again(step: _Step, act: ActCard) -> Done:
    """The answer to a command that was done before."""
    check_same(act, subject=step.subject, action=step.action, actor=step.actor.key)
    return Done(
        matter_id=step.matter_id,
        action=step.action,
        verdict=Verdict.yes(act.rule_id),
        state=str(act.after.get("state", "")),
        told=Text("", ""),
        is_replay=True,
        is_proposal=bool(act.after.get("proposed")),
    )


def check_version(row: Matter, expected: int | None) -> None:
    """Hold a step to the version its decision was made on. Raises: Refused."""
    if expected is None or expected == row.version:
        return
    say = Text(
        zh="您看过之后，这件事项又有了变化。请重新查看，再决定怎么办。",
        en="The matter has changed since you read it. Read it again, then decide.",
    )
    raise Refused(Verdict.no("matter.version", say, log=f"{expected} is now {row.version}"))


def check_second(
    actor: Actor, state: MatterState, decision: Decision, action: str, at: datetime
) -> None:
    """Hold whoever completes a step of two persons to be independent of the first.

    Cost: none but where a step of two is completed. Raises: Refused.
    """
    pending = state.pending
    if pending is not None and pending.action == action and not decision.is_proposal:
        people.require_independent(first=pending.actor, second=actor.key, at=at)


def check_link(actor: Actor, row: Matter, action: str, at: datetime) -> None:
    """Whoever acts by a one-matter link does so while it is live, and only what it is for.

    Judged under the matter's lock, so that a link taken back takes no more steps. Raises: Refused.
    """
    if not actor.links:
        return
    link = OutsideLink.objects.filter(pk=actor.key.removeprefix("link:"), matter=row).first()
    is_for = link is not None and (action in link.actions or action == "outside_reveal")
    if link is None or not is_for or live_link(link.pk, at) is None:
        say = Text(
            zh="这个链接现在不能做这一步；请联系给您链接的单位。",
            en="This link does not allow this step now; ask the unit that gave it to you.",
        )
        raise Refused(Verdict.no("link.not_live", say, log=action))


def note_talk(actor: Actor, row: Matter, action: str, at: datetime) -> None:
    """Keep on the link who spoke last, so that the unit finds who waits for it."""
    if actor.links:
        links = row.outside_links.filter(pk=actor.key.removeprefix("link:"))
        links.update(last_action=action, last_at=at)
    elif action == ANSWER:
        row.outside_links.filter(last_action__in=WAITING).update(last_action=ANSWER, last_at=at)


def _has_own_command(action: str) -> Refused:
    say = Text(
        zh="这一步有自己的入口,不能当作普通步骤办理。",
        en="This step has an entrance of its own and is not taken as a plain step.",
    )
    return Refused(Verdict.no(f"matters.own_command/{action}", say, log=action))


def load_matter(matter_id: UUID, *, at: datetime) -> Loaded:
    """Lock a matter and read it with its rules. Raises: Refused for an unknown one.

    A matter not yet accepted is judged by the charter in force now; acceptance fixes the version
    it keeps to its end.
    """
    rows = Matter.objects.select_for_update() if connection.in_atomic_block else Matter.objects
    row = rows.filter(pk=matter_id).first()
    if row is None:
        raise unknown_matter()
    promises = {p.key: p for p in row.promises.order_by("id")}
    if row.state in ("reported", "applied", "raised"):
        key, compiled = places.charter_in_force(row.path, at)
        if row.type_code in compiled.charter.types:
            row.charter_key = key
    compiled = places.get_charter(row.charter_key)
    return Loaded(row, promises, state_of(row, promises.values()), compiled)


def write_decision(
    loaded: Loaded, decision: Decision, *, at: datetime, fields: Mapping[str, Any]
) -> None:
    """Rows follow the decision: the matter (saved by the caller), its promises, its offers."""
    after = decision.after
    assert after is not None
    row = loaded.row
    write_state(after, row, loaded.compiled, at)
    row.version += 1
    write_promises(loaded, after)
    if decision.is_proposal:
        return
    if "set_rated" in decision.effects:
        row.rating = str(fields.get("rating", ""))
        row.rating_words = str(fields.get("rating_text") or "")
    if new := after.whistled - loaded.state.whistled:
        rows = [CalledUnit(matter=loaded.row, unit=unit) for unit in sorted(new)]
        CalledUnit.objects.bulk_create(rows, ignore_conflicts=True)
    write_offers(loaded, after, decision.rule_id.rpartition(".")[2], fields, at)
    _mind_contact(loaded, after, at)


def write_promises(loaded: Loaded, after: MatterState) -> None:
    """Save new promises and changed ones: two statements at the most."""
    before = {p.key: p for p in loaded.state.promises}
    new = [promise_row(p, loaded.row) for p in after.promises if p.key not in before]
    changed = []
    for p in after.promises:
        if p.key in before and p != before[p.key]:
            copy_promise(p, loaded.promises[p.key])
            changed.append(loaded.promises[p.key])
    if new:
        Promise.objects.bulk_create(new)
    if changed:  # their matter is locked and they are there; bulk_update takes 12 times as long
        names = [f.name for f in Promise._meta.concrete_fields if f.name not in ("id", "matter")]
        Promise.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=names
        )


def write_offers(
    loaded: Loaded, after: MatterState, action: str, fields: Mapping[str, Any], at: datetime
) -> None:
    """An offer made, and the answer to the one before it."""
    before = loaded.state
    is_over = before.offered_unit and before.offered_unit != after.offered_unit
    if is_over or action in ANSWERS:
        taken = "taken" if after.unit == before.offered_unit else "withdrawn"
        answer = ANSWERS.get(action, taken)
        words = " ".join(str(fields[n]) for n in ("legal_basis", "reason") if fields.get(n))
        loaded.row.offers.filter(unit=before.offered_unit, answer="open").update(
            answer=answer, answered_at=at, words=words
        )
    if after.offered_unit and after.offered_unit != before.offered_unit:
        Offer.objects.create(matter=loaded.row, unit=after.offered_unit, offered_at=at)
    if after.appointed and not before.appointed:
        Offer.objects.create(
            matter=loaded.row, unit=after.unit, offered_at=at, answer="appointed", answered_at=at
        )


def act_of(
    decision: Decision,
    loaded: Loaded,
    *,
    action: str,
    actor: Actor,
    at: datetime,
    fields: Mapping[str, Any],
    command_id: UUID,
    subject: str,
) -> ActDraft:
    """The one act of a step: facts before and after, the words apart and erasable."""
    before, after = decision.before, decision.after
    assert before is not None
    assert after is not None
    facts = _changed_facts(before, after)
    if decision.is_proposal:
        facts[1]["proposed"] = action
    return ActDraft(
        command_id=command_id,
        subject=subject,
        action=action,
        actor=actor.key,
        role=decision.role,
        power=decision.power,
        rule_id=decision.rule_id,
        at=at,
        charter_key=loaded.compiled.key,
        words=words_of(_keepable(fields, loaded)),
        before=facts[0],
        after=facts[1],
    )


def _keepable(fields: Mapping[str, Any], loaded: Loaded) -> Mapping[str, Any]:
    """What the ledger may keep of a form: on a sealed matter nothing that was written freely."""
    if not loaded.row.is_sealed:
        return fields
    specs = loaded.compiled.charter.fields
    coded = {name for name, spec in specs.items() if spec.kind not in FREE}
    return {name: value for name, value in fields.items() if name in coded}


def done_of(matter_id: UUID, action: str, decision: Decision) -> Done:
    """What a step did, as the caller is told."""
    assert decision.after is not None
    return Done(
        matter_id=matter_id,
        action=action,
        verdict=decision.verdict,
        state=decision.after.state,
        told=decision.told,
        is_replay=False,
        is_proposal=decision.is_proposal,
    )


def _changed_facts(
    before: MatterState, after: MatterState
) -> tuple[dict[str, Any], dict[str, Any]]:
    """State always; other facts and due times only where they changed."""
    old: dict[str, Any] = {"state": before.state}
    new: dict[str, Any] = {"state": after.state}
    for name in FACTS:
        if getattr(before, name) != getattr(after, name):
            old[name], new[name] = getattr(before, name), getattr(after, name)
    was = {p.key: p for p in before.promises}
    moved = [p for p in after.promises if was.get(p.key) != p]
    if moved:
        old["promises"] = {p.key: _promise_facts(was[p.key]) for p in moved if p.key in was}
        new["promises"] = {p.key: _promise_facts(p) for p in moved}
    return old, new


def _promise_facts(p: Any) -> dict[str, Any]:
    return {"status": p.status.value, "due": p.due_at, "owner": p.owner}


def _mind_contact(loaded: Loaded, after: MatterState, at: datetime) -> None:
    """Contact data gets its date of erasure when the matter ends, and loses it when reopened."""
    kind = loaded.compiled.state(after.kind, after.state).kind
    was = loaded.compiled.state(loaded.state.kind, loaded.state.state).kind
    if (kind is StateKind.END) == (was is StateKind.END):
        return
    kept_for = timedelta(days=loaded.compiled.number("keep_contact_days"))
    erase_at = at + kept_for if kind is StateKind.END else None
    ContactRow.objects.filter(matter=loaded.row).update(erase_at=erase_at)
