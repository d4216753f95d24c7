"""Effects: what an action changes on a matter beside its state and its clocks.

Each effect is one small function from state to state. Names that are not here belong to the
live system alone (telling the person, revealing contact data) and change no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from commongrid.charter.matter import WORDS_KEPT, WORDS_SHOWN, Actor, MatterState
from commongrid.kernel.altering import altered

Effect = Callable[[MatterState, Actor, datetime, Mapping[str, Any]], MatterState]


def apply_effects(
    names: tuple[str, ...],
    matter: MatterState,
    actor: Actor,
    at: datetime,
    fields: Mapping[str, Any],
) -> MatterState:
    """Carry out the named effects in order; names for the live system alone change nothing."""
    for name in names:
        effect = EFFECTS.get(name.partition(":")[0])
        if effect is not None:
            matter = effect(matter, actor, at, fields)
    return matter


def _count_redone(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, redone=m.redone + 1)


def _count_transfer(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, transfers=m.transfers + 1)


def _count_callback(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    failed = f.get("callback_result") == "not_reached"
    if not failed:
        return altered(m, callbacks=0, callback_at=())
    return altered(m, callbacks=m.callbacks + 1, callback_at=(*m.callback_at, at))


def _count_reminder(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, reminded_at=(*m.reminded_at, at))


def _begin_wait(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, reminded_at=())


def _count_hung(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, hung=m.hung + 1, obstacle=str(f.get("obstacle") or m.obstacle))


def _give_unit(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    """A unit or team gets the matter without an offer (services: the first receiver assigns)."""
    unit = str(f.get("unit") or m.unit)
    units = m.handler_units | {unit} if unit else m.handler_units
    return altered(m, unit=unit, offered_unit="", handler_units=units)


def _set_offer(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, offered_unit=str(f["unit"]), unit="")


def _take_offer(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    """The unit that was asked holds the matter now (it took it, or its silence did)."""
    unit = m.offered_unit or str(f.get("unit", ""))
    units = m.handler_units | {unit} if unit else m.handler_units
    return altered(_add_handler(m, a), unit=unit, offered_unit="", handler_units=units)


def _drop_offer(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, offered_unit="", refused_by=(*m.refused_by, m.offered_unit))


def _appoint(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    unit = str(f["unit"])
    units = m.handler_units | {unit}
    return altered(m, unit=unit, offered_unit="", appointed=True, handler_units=units)


def _solve_here(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    """Whoever solved it on the spot, and their unit, cannot check it."""
    own = frozenset(hat.unit for hat in a.hats if hat.unit)
    return altered(_add_handler(m, a), handler_units=m.handler_units | own)


def _set_claimed(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(_add_handler(m, a), claimed_at=at, callbacks=0, callback_at=())


def _set_closed(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, closed_at=at, offered_unit="", whistled=frozenset())


def _clear_claimed(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, claimed_at=None, closed_at=None)


def _set_rated(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, rated=True)


def _join_leading(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, leading=str(f["leading"]), closed_at=at)


def _part_leading(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, leading="")


def _publish_words(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, shared=WORDS_SHOWN)


def _keep_words_back(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, shared=WORDS_KEPT)


def _raise_level(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, raised_to=str(f.get("leader") or f.get("unit") or ""))


def _call_units(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, whistled=m.whistled | frozenset(map(str, f["units"])))


def _answer_call(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    own = {hat.unit for hat in a.hats if hat.unit}
    answered = own & m.whistled
    units = m.handler_units | answered
    return altered(_add_handler(m, a), whistled=m.whistled - answered, handler_units=units)


def _keep_receiver(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, first_receiver=m.first_receiver or a.key)


def _set_type(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, type=str(f["type"]))


def _set_case(m: MatterState, a: Actor, at: datetime, f: Mapping[str, Any]) -> MatterState:
    return altered(m, cases=m.cases | {str(f["case"])})


def _add_handler(m: MatterState, actor: Actor) -> MatterState:
    if actor.is_system or m.id in actor.owns:
        return m
    return altered(m, handlers=m.handlers | {actor.key})


EFFECTS: Mapping[str, Effect] = {
    "count_redone": _count_redone,
    "count_transfer": _count_transfer,
    "count_callback": _count_callback,
    "count_hung": _count_hung,
    "count_reminder": _count_reminder,
    "begin_wait": _begin_wait,
    "give_unit": _give_unit,
    "set_offer": _set_offer,
    "take_offer": _take_offer,
    "drop_offer": _drop_offer,
    "appoint": _appoint,
    "solve_here": _solve_here,
    "set_claimed": _set_claimed,
    "set_closed": _set_closed,
    "clear_claimed": _clear_claimed,
    "set_rated": _set_rated,
    "join_leading": _join_leading,
    "part_leading": _part_leading,
    "publish_words": _publish_words,
    "keep_words_back": _keep_words_back,
    "raise_level": _raise_level,
    "call_units": _call_units,
    "answer_call": _answer_call,
    "keep_first_receiver": _keep_receiver,
    "set_type": _set_type,
    "set_case": _set_case,
}

MOVING = frozenset({"give_unit", "set_offer", "take_offer", "drop_offer", "appoint"})
"""Effects by which another unit holds a matter, or is asked to."""
