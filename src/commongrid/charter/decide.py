"""May this be done now, by this actor, and what does it change: ``decide``.

Pure. The live system and the rehearsal call the same function on the same compiled charter;
nothing else in the house knows who may do what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commongrid.charter.clocks import Moment, end_of_day, redate, run_clocks
from commongrid.charter.compiler import Compiled
from commongrid.charter.effects import apply_effects
from commongrid.charter.guards import Question, is_kept
from commongrid.charter.matter import (
    Actor,
    Choice,
    Command,
    Decision,
    Hat,
    MatterState,
    Pending,
)
from commongrid.charter.schema import Power, Scope, Transition
from commongrid.charter.vocabulary import guard_text
from commongrid.kernel.altering import altered
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict

STAYS = "="
SECOND = "second_person"


@dataclass(frozen=True, slots=True)
class Standing:
    """The power row and hat by which an actor may use a power."""

    power: Power
    role: str


def decide(matter: MatterState, command: Command, compiled: Compiled) -> Decision:
    """Judge one command on one matter.

    Returns: a Decision; refused ones carry the rule id and a sentence and have no ``after``.
    Where several transitions fit (the reporter and the checker may both say "not solved"), the
    first that allows it wins; otherwise the refusal that comes closest is given.
    """
    rows = [
        row
        for row in compiled.transitions.get((matter.kind, matter.state), ())
        if row.action == command.action
    ]
    if not rows:
        return _refused(_no_such_step(matter, command.action, compiled))
    best: tuple[int, Verdict] | None = None
    for row in rows:
        depth, verdict, standing = _judge(matter, command, row, compiled)
        if verdict.allowed and standing is not None:
            return _carry_out(matter, command, row, standing, verdict, compiled)
        if best is None or depth > best[0]:
            best = depth, verdict
    assert best is not None
    return _refused(best[1])


def choices(
    matter: MatterState, actor: Actor, at: datetime, compiled: Compiled, *, only: str = ""
) -> tuple[Choice, ...]:
    """Every step this state knows, possible or not now for this actor, with the reason.

    With ``only`` that action alone.

    Fields not given yet count as given: a choice says whether the *form* may be opened.
    Steps of the clock are left out, for nobody can press them.
    """
    found: dict[str, tuple[int, Choice]] = {}
    for row in compiled.transitions.get((matter.kind, matter.state), ()):
        if only and row.action != only:
            continue
        if all(power.scope is Scope.SYSTEM for power in compiled.powers.get(row.power, ())):
            continue
        command = Command(action=row.action, actor=actor, at=at)
        depth, verdict, _ = _judge(matter, command, row, compiled, is_form=True)
        known = found.get(row.action)
        if known is None or depth > known[0]:
            found[row.action] = depth, _choice(row, verdict, compiled)
    return tuple(choice for _, choice in found.values())


def open_choices(
    matter: MatterState, actor: Actor, at: datetime, compiled: Compiled
) -> tuple[Choice, ...]:
    """The possible ones among ``choices``, without a sentence for each that is not.

    For whoever asks about many matters at once; half the time of ``choices`` or less.
    """
    found: dict[str, Choice] = {}
    for row in compiled.transitions.get((matter.kind, matter.state), ()):
        if row.action in found or standing_of(matter, actor, row, compiled) is None:
            continue
        command = Command(action=row.action, actor=actor, at=at)
        _, verdict, _ = _judge(matter, command, row, compiled, is_form=True)
        if verdict.allowed:
            found[row.action] = _choice(row, verdict, compiled)
    return tuple(found.values())


def standing_of(
    matter: MatterState, actor: Actor, row: Transition, compiled: Compiled
) -> Standing | None:
    """The first power row that gives this actor this step on this matter, or None."""
    for power in compiled.powers.get(row.power, ()):
        role = _hat_for(power, matter, actor, row)
        if role is not None:
            return Standing(power, role)
    return None


def _judge(
    matter: MatterState,
    command: Command,
    row: Transition,
    compiled: Compiled,
    *,
    is_form: bool = False,
) -> tuple[int, Verdict, Standing | None]:
    """How far a command gets: who (0), interest (1), fields (2), guards (3), all the way (9)."""
    standing = standing_of(matter, command.actor, row, compiled)
    if standing is None:
        return 0, _not_yours(row, matter, compiled), None
    if matter.id in command.actor.interests and standing.power.scope is not Scope.OWN:
        return 1, _step_out(row), standing
    fields = _with_pending(matter, command, row, compiled)
    if not is_form:
        for need in row.needs:
            name = need.rstrip("?")
            if name == need and _is_empty(fields.get(need)):
                return 2, _field_missing(row, need, compiled), standing
            if not _has_shape(fields.get(name), name, row, compiled):
                return 2, _field_misshaped(row, name, compiled), standing
    if matter.in_charge and not _named_units(fields) <= compiled.units_for_kept(matter.in_charge):
        return 3, _kept_from_unit(row), standing
    question = Question(matter, command.actor, command.at, fields, row, compiled)
    for guard in row.guards:
        if is_form and _asks_fields(guard):
            continue
        if not is_kept(guard, question):
            return 3, Verdict.no(f"{row.rule_id}/{guard}", guard_text(guard)), standing
    if SECOND in row.guards and _is_same_person_again(matter, command, row, compiled):
        return 3, Verdict.no(f"{row.rule_id}/{SECOND}", guard_text(SECOND)), standing
    return 9, Verdict.yes(row.rule_id, compiled.label(row.action)), standing


def _carry_out(
    matter: MatterState,
    command: Command,
    row: Transition,
    standing: Standing,
    verdict: Verdict,
    compiled: Compiled,
) -> Decision:
    fields = _with_pending(matter, command, row, compiled)
    is_proposal = SECOND in row.guards and not _is_second(matter, command, row, compiled)
    if is_proposal:
        pending = Pending(row.action, command.actor.key, dict(command.fields))
        after = altered(matter, pending=pending)
    else:
        after = _after(matter, command, row, fields, compiled)
    told = compiled.action(row.action)
    return Decision(
        verdict=verdict,
        rule_id=row.rule_id,
        power=row.power,
        role=standing.role,
        before=matter,
        after=after,
        effects=() if is_proposal else row.effects,
        is_proposal=is_proposal,
        told=told.told if told and not is_proposal else Text("", ""),
    )


def _after(
    matter: MatterState,
    command: Command,
    row: Transition,
    fields: Mapping[str, Any],
    compiled: Compiled,
) -> MatterState:
    """State, then effects, then clocks: promises belong to the unit that holds the matter now."""
    to_state = matter.state if row.to_state == STAYS else row.to_state
    is_agreed = matter.pending is not None and matter.pending.action == row.action
    is_left = is_agreed or to_state != matter.state  # a proposal is about the state it was made in
    moved = altered(matter, state=to_state, pending=None if is_left else matter.pending)
    changed = apply_effects(row.effects, moved, command.actor, command.at, fields)
    changed = _ended_or_open(changed, matter, command.at, compiled)
    if changed.type != matter.type:
        # What was kept from a line once stays so: naming the matter anew opens it to nobody.
        changed = altered(
            changed,
            urgency=compiled.type(changed.type).urgency,
            in_charge=compiled.in_charge.get(changed.type, ()) or matter.in_charge,
        )
    # A confirmed solution is judged by the day it was claimed, so clocks see that day still.
    seen = changed
    if changed.claimed_at is None and matter.claimed_at is not None:
        seen = altered(changed, claimed_at=matter.claimed_at)
    units = frozenset(hat.unit for hat in command.actor.hats if hat.unit)
    is_by_time = command.actor.is_system
    moment = Moment(seen, compiled, command.at, to_state, fields, units, is_by_time)
    promises = run_clocks(row.clocks, moment)
    if (changed.type, changed.cases) != (matter.type, matter.cases):
        promises = redate(promises, moment)
    owned = tuple(
        altered(p, owner=changed.unit)
        if p.is_open and p.clock in ("finish", "answer") and changed.unit
        else p
        for p in promises
    )
    return altered(changed, promises=owned)


def _ended_or_open(
    after: MatterState, before: MatterState, at: datetime, compiled: Compiled
) -> MatterState:
    """An ended matter has the time of its end and asks nobody any more; an open one has neither."""
    is_end = compiled.is_end(after.kind, after.state)
    if is_end == compiled.is_end(before.kind, before.state):
        return after
    if is_end:
        return altered(after, closed_at=at, offered_unit="", whistled=frozenset())
    return altered(after, closed_at=None)


def _hat_for(power: Power, matter: MatterState, actor: Actor, row: Transition) -> str | None:
    """The role that lets this actor use the power here; None when no hat fits."""
    if power.scope is Scope.SYSTEM:
        return power.role if actor.is_system else None
    if power.scope is Scope.PUBLIC:
        return power.role
    if power.scope is Scope.OWN:
        return power.role if matter.id in actor.owns else None
    if power.scope is Scope.LINK:
        return power.role if matter.id in actor.links else None
    units = _units_in_play(matter, row)
    for hat in actor.hats:
        if not matter.path.startswith(hat.path):
            continue
        if _is_in_place_of(hat, power, matter, row):
            return hat.role
        if hat.role != power.role:
            continue
        if power.scope is Scope.AREA and not _is_kept_from_areas(matter, row):
            return hat.role
        if power.scope is Scope.UNIT and hat.unit in units:
            return hat.role
    return None


def _is_kept_from_areas(matter: MatterState, row: Transition) -> bool:
    """Whether roles of an area have no say here. Units that were called in still answer."""
    return bool(matter.in_charge) and "whistled" not in row.guards


def _named_units(fields: Mapping[str, Any]) -> frozenset[str]:
    """The units a command gives the matter to, in whatever field it names them."""
    units = fields.get("units")
    many = units if isinstance(units, list | tuple | set | frozenset) else (units,)
    return frozenset(str(unit) for unit in (fields.get("unit"), *many) if not _is_empty(unit))


def _is_in_place_of(hat: Hat, power: Power, matter: MatterState, row: Transition) -> bool:
    """Who is in charge of such a matter stands in for every role of the area."""
    is_area = power.scope is Scope.AREA and _is_kept_from_areas(matter, row)
    return is_area and hat.role in matter.in_charge


def _units_in_play(matter: MatterState, row: Transition) -> frozenset[str]:
    """Units whose people a unit power speaks of: who holds it, who was asked, or who was called."""
    if "whistled" in row.guards:
        return matter.whistled
    return frozenset({matter.unit, matter.offered_unit} - {""})


def _proposal(
    matter: MatterState, command: Command, row: Transition, compiled: Compiled
) -> Pending | None:
    """The proposal this command answers. Naming another matter, unit or day is a new proposal,
    so that nobody completes what the first person never agreed to; own words may be added.
    """
    pending = matter.pending
    if SECOND not in row.guards or pending is None or pending.action != row.action:
        return None
    specs = compiled.charter.fields
    for name, value in command.fields.items():
        is_words = name in specs and specs[name].kind in ("text", "photos")
        if not is_words and not _is_empty(value) and value != pending.fields.get(name):
            return None
    return pending


def _with_pending(
    matter: MatterState, command: Command, row: Transition, compiled: Compiled
) -> Mapping[str, Any]:
    pending = _proposal(matter, command, row, compiled)
    return {**pending.fields, **command.fields} if pending is not None else command.fields


def _is_second(matter: MatterState, command: Command, row: Transition, compiled: Compiled) -> bool:
    pending = _proposal(matter, command, row, compiled)
    return pending is not None and pending.actor != command.actor.key


def _is_same_person_again(
    matter: MatterState, command: Command, row: Transition, compiled: Compiled
) -> bool:
    pending = _proposal(matter, command, row, compiled)
    return pending is not None and pending.actor == command.actor.key


# Guards that judge what the form will carry; they are asked when the form comes back.
FIELD_GUARDS = frozenset(
    {
        "accepted_type",
        "before_expiry",
        "case",
        "confirmed_obstacle",
        "evidence",
        "future_date",
        "in_duty_list",
        "known_unit",
        "last_milestone",
        "max_same_length",
        "milestone_open",
        "new_reason",
        "not_same_unit",
        "once",
        "other_unit",
        "review_by",
    }
)


def _asks_fields(guard: str) -> bool:
    return guard.partition(":")[0] in FIELD_GUARDS


def _is_empty(value: object) -> bool:
    return value is None or value in ("", (), [])


def _has_shape(value: object, name: str, row: Transition, compiled: Compiled) -> bool:
    """Whether a field holds what its row in the charter says: a day, a choice, not too many words.

    Forms say so sooner and better; a command from a phone or a program has had no form.
    """
    spec = compiled.charter.fields.get(name)
    if spec is None or _is_empty(value):
        return True
    if spec.kind == "date":
        return _is_day(value, compiled)
    if spec.choices:
        return value in {key for key, _ in spec.choices}
    if spec.kind == "units":
        return isinstance(value, (tuple, list))
    is_raising = row.from_state == ""  # raising has its own, longer measure
    too_long = isinstance(value, str) and 0 < spec.max_length < len(value)
    return is_raising or not too_long


def _is_day(value: object, compiled: Compiled) -> bool:
    if not isinstance(value, (str, date)):
        return False
    try:
        moment = end_of_day(value, compiled)
    except ValueError:
        return False
    return moment.tzinfo is not None


def _choice(row: Transition, verdict: Verdict, compiled: Compiled) -> Choice:
    action = compiled.action(row.action)
    return Choice(
        action=row.action,
        label=action.label if action else Text.both(row.action),
        tone=action.tone if action else "normal",
        verdict=verdict,
        needs=row.needs,
        rule_id=row.rule_id,
        power=row.power,
    )


def _refused(verdict: Verdict) -> Decision:
    return Decision(verdict=verdict, rule_id=verdict.rule)


def _no_such_step(matter: MatterState, action: str, compiled: Compiled) -> Verdict:
    state = compiled.charter.states.get((matter.kind, matter.state))
    name = state.name if state else Text.both(matter.state)
    label = compiled.label(action)
    say = Text(
        zh=f"事项现在的状态是“{name.zh}”,不能“{label.zh}”。",
        en=f"The matter is now “{name.en}”; “{label.en}” is not possible in this state.",
    )
    return Verdict.no(f"{matter.kind}.{matter.state or 'new'}", say, log=f"no step {action}")


def _not_yours(row: Transition, matter: MatterState, compiled: Compiled) -> Verdict:
    is_kept = _is_kept_from_areas(matter, row)
    roles = [
        compiled.role_name(role)
        for power in compiled.powers.get(row.power, ())
        if power.scope is not Scope.SYSTEM
        for role in (matter.in_charge if is_kept and power.scope is Scope.AREA else (power.role,))
    ]
    zh = "、".join(dict.fromkeys(role.zh for role in roles)) or "系统时钟"
    en = ", ".join(dict.fromkeys(role.en for role in roles)) or "the clock"
    label = compiled.label(row.action)
    say = Text(
        zh=f"“{label.zh}”只能由本事项的{zh}办理。",
        en=f"“{label.en}” can only be done by this matter's {en}.",
    )
    return Verdict.no(f"{row.rule_id}/who", say, log=f"power {row.power} not held")


def _step_out(row: Transition) -> Verdict:
    say = Text(
        zh="您与本事项有直接利害关系,应当回避。",
        en="You have a direct interest in this matter and have to step out of it.",
    )
    return Verdict.no(f"{row.rule_id}/no_interest", say)


def _kept_from_unit(row: Transition) -> Verdict:
    say = Text(
        zh="本事项只能交给章程为这类事项指定的单位,不能交给其他单位。",
        en="This matter can be given only to the units the charter names for its kind.",
    )
    return Verdict.no(f"{row.rule_id}/kept_apart", say)


def _field_missing(row: Transition, need: str, compiled: Compiled) -> Verdict:
    field = compiled.charter.fields.get(need)
    label = field.label if field else Text.both(need)
    say = Text(zh=f"请填写“{label.zh}”。", en=f"“{label.en}” is needed.")
    return Verdict.no(f"{row.rule_id}/needs:{need}", say, log=need)


def _field_misshaped(row: Transition, need: str, compiled: Compiled) -> Verdict:
    label = compiled.charter.fields[need].label
    say = Text(
        zh=f"“{label.zh}”填得不对,请检查后重填。",
        en=f"“{label.en}” cannot be read as it is; please check it.",
    )
    return Verdict.no(f"{row.rule_id}/needs:{need}", say, log=need)
