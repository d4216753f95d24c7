"""What the forms of a place ask of a role: how many fields, and how long that takes as estimated.

The estimate is charter data (parameters ``burden_*``): seconds for opening any form, and for a
field of each kind. It is about forms; nothing here knows who fills them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from commongrid.charter.compiler import Compiled
from commongrid.kernel.text import Text

RAISE, ACTION = "raise", "action"
RAISED_WITH = ("type", "text", "point", "text", "flag", "text")
"""What raising asks of any type: type, words, place, address, whether to share, a way to reach."""
NO_PHOTO = "none"
BASE = "form"
ESTIMATE_S = {"form": 20, "text": 40, "choice": 6, "point": 15, "photo": 20, "flag": 3}
"""Seconds where a charter says nothing: one from before there were these parameters."""
AS = {
    "text": "text", "line": "text", "number": "text", "matter": "text", "rating": "choice",
    "photos": "photo", "flag": "flag", "yes_no": "flag", "point": "point",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What one form asks at each use. Units: ``seconds`` as estimated by the charter."""

    form: str  # raise:<kind> or action:<action>
    name: Text
    fields: float  # the mean over the types or steps that share the form
    seconds: float


def list_forms(compiled: Compiled, role: str) -> tuple[Asked, ...]:
    """Every form the charter gives a role, in the order of their codes: no count decides it."""
    charter = compiled.charter
    found: dict[str, tuple[Text, list[tuple[str, ...]]]] = {}
    for row in charter.types.values():
        name = Text(zh=f"上报：{_kind(row.kind).zh}", en=f"Raise: {_kind(row.kind).en}")
        kinds = fields_of_raise(compiled, row.code)
        found.setdefault(f"{RAISE}:{row.kind}", (name, []))[1].append(kinds)
    for step in charter.transitions:
        roles = {power.role for power in compiled.powers.get(step.power, ())}
        if step.from_state and role in roles:
            name = compiled.label(step.action)
            kinds = fields_of_step(compiled, step.rule_id)
            found.setdefault(f"{ACTION}:{step.action}", (name, []))[1].append(kinds)
    return tuple(
        Asked(
            form=form,
            name=name,
            fields=sum(map(len, ways)) / len(ways),
            seconds=sum(seconds_of(compiled, kinds) for kinds in ways) / len(ways),
        )
        for form, (name, ways) in sorted(found.items())
    )


def fields_of_raise(compiled: Compiled, type_code: str) -> tuple[str, ...]:
    """The kinds of the fields shown when a matter of this type is raised."""
    row = compiled.charter.types.get(type_code)
    photo = ("photos",) if row is None or row.photo != NO_PHOTO else ()
    questions = tuple(q.kind for q in compiled.questions.get(type_code, ()))
    return (*RAISED_WITH, *questions, *photo)


def fields_of_step(compiled: Compiled, rule_id: str) -> tuple[str, ...]:
    """The kinds of the fields a step asks for, required or not; () for a rule that is no step."""
    specs = compiled.charter.fields
    for step in compiled.charter.transitions:
        if step.rule_id == rule_id:
            names = (need.rstrip("?") for need in step.needs)
            return tuple(specs[name].kind for name in names if name in specs)
    return ()


def seconds_of(compiled: Compiled, kinds: Iterable[str]) -> float:
    """How long a form with these fields takes, as estimated."""
    return estimate_s(compiled, BASE) + sum(
        estimate_s(compiled, AS.get(kind, "choice")) for kind in kinds
    )


def estimate_s(compiled: Compiled, part: str) -> float:
    """The charter's estimate for opening a form, or for a field of a kind. Units: seconds."""
    row = compiled.charter.parameters.get(f"burden_{part}_s")
    return float(Decimal(row.value)) if row else float(ESTIMATE_S[part])


def _kind(kind: str) -> Text:
    return KINDS[kind]


KINDS = {
    "service": Text("服务事项", "a service"),
    "event": Text("事件", "an event"),
    "dispute": Text("矛盾纠纷", "a dispute"),
    "emergency": Text("紧急情况", "an emergency"),
}
