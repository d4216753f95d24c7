"""What a drill is compared with where nobody said: the same rules and people on ordinary days."""

from __future__ import annotations

from dataclasses import replace

from commongrid.bridges.rehearsal.plans import Plan
from commongrid.kernel.text import Text

CALM = Text(zh="平日", en="ordinary days")
CALM_TOO = Text(zh="平日（不演练）", en="ordinary days, no drill")


def beside_calm(plan: Plan, lang: str) -> Plan:
    """The plan with a calm alternative before its only one, where something strikes that."""
    if len(plan.alternatives) != 1 or plan.shock.is_nothing or plan.alternatives[0].is_calm:
        return plan
    one = plan.alternatives[0]
    name = CALM.in_(lang) if one.name != CALM.in_(lang) else CALM_TOO.in_(lang)
    return replace(plan, alternatives=(replace(one, name=name, is_calm=True), one))
