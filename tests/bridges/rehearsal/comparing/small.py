"""A town of ten grids and a few types, on a real charter: small enough for the slow simulator."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from commongrid.bridges.rehearsal.assuming import assumed_practice
from commongrid.bridges.rehearsal.plans import Alternative, Plan
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.charter import Compiled
from tests.support.flows import real
from tests.support.rehearsal import GRIDS, TOWN, assumed

TYPES = {"A01": 400.0, "B03": 200.0, "F02": 200.0, "C02": 100.0}


def charter() -> Compiled:
    return real("keerqin-subdistrict")


@cache
def practice(**a_year: float) -> Practice:
    """What is assumed of a town, with these types only."""
    whole = assumed_practice(charter(), place=TOWN, grids=dict.fromkeys(GRIDS, 300.0))
    numbers = TYPES | a_year
    chosen = [one for one in whole.arrivals if one.type in numbers]
    return replace(
        whole,
        arrivals=tuple(replace(one, a_year=assumed(numbers[one.type])) for one in chosen),
    )


def plan(*alternatives: Alternative, **more: Any) -> Plan:
    given: dict[str, Any] = {"least": 3, "most": 3, "seed": 5} | more
    return Plan(
        place=TOWN,
        from_on="2026-03-02",
        until_on="2026-03-16",
        alternatives=alternatives or (Alternative(name="as it is"),),
        **given,
    )


def charters(one: Plan) -> dict[str, Compiled]:
    return {alternative.name: charter() for alternative in one.alternatives}
