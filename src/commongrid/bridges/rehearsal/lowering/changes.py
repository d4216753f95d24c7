"""A charter as an alternative of a plan would have it: other limits, clocks and parameters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from commongrid.bridges.rehearsal.plans import (
    Alternative,
    ClockChange,
    LimitChange,
    ParameterChange,
)
from commongrid.charter.compiler import Compiled, compile_charter
from commongrid.charter.schema import Charter, Limit, Parameter
from commongrid.kernel.duration import Duration, parse_duration

DAYS = {
    "h": Decimal(1) / 24,
    "wh": Decimal(1) / 6,
    "d": Decimal(1),
    "wd": Decimal("1.4"),
    "mo": Decimal(30),
}
"""Roughly how many days a unit of time is, to compare a duration with its bounds."""


class ChangeError(ValueError):
    """A change the charter has no place for, or does not allow. Says which, and why."""


def apply_changes(compiled: Compiled, alternative: Alternative) -> Compiled:
    """The charter with an alternative's changes; its key stays, as it is the same version.

    Raises: ChangeError naming a type, milestone, clock or parameter the charter has not, a value
    that cannot be read, or a bound that is passed.
    """
    charter = compiled.charter
    for limit in alternative.limits:
        charter = _with_limit(charter, limit)
    for clock in alternative.clocks:
        charter = _with_clock(charter, clock)
    for parameter in alternative.parameters:
        charter = _with_parameter(charter, parameter)
    return compiled if charter is compiled.charter else compile_charter(charter)


def _with_limit(charter: Charter, change: LimitChange) -> Charter:
    duration = _duration(change.duration, f"limit {change.type} {change.milestone}")
    hit = [row for row in charter.limits if _is_meant(row, change)]
    if not hit:
        case = f" in the case {change.case}" if change.case else ""
        raise ChangeError(f"limit {change.type} {change.milestone}{case}: the charter has none")
    limits = tuple(replace(row, duration=duration) if row in hit else row for row in charter.limits)
    return replace(charter, limits=limits)


def _is_meant(row: Limit, change: LimitChange) -> bool:
    pattern = change.type
    is_type = row.type.startswith(pattern[:-1]) if pattern.endswith("*") else row.type == pattern
    return is_type and row.milestone == change.milestone and row.case == change.case


def _with_clock(charter: Charter, change: ClockChange) -> Charter:
    if change.clock not in charter.clocks:
        raise ChangeError(f"clock {change.clock}: the charter has none of that name")
    row = charter.clocks[change.clock]
    if row.duration is None:
        raise ChangeError(f"clock {change.clock}: its length comes from the class of urgency")
    duration = _duration(change.duration, f"clock {change.clock}")
    clocks = {**charter.clocks, change.clock: replace(row, duration=duration)}
    return replace(charter, clocks=clocks)


def _with_parameter(charter: Charter, change: ParameterChange) -> Charter:
    if change.name not in charter.parameters:
        raise ChangeError(f"parameter {change.name}: the charter has none of that name")
    row = charter.parameters[change.name]
    _check_bounds(row, change.value)
    parameters = {**charter.parameters, change.name: replace(row, value=change.value)}
    return replace(charter, parameters=parameters)


def _check_bounds(row: Parameter, value: str) -> None:
    if row.unit == "text":
        return
    measured = _measure(row, value)
    bounds = (("least", row.least, -1), ("most", row.most, 1))
    for name, bound, sign in bounds:
        if bound and (measured - _measure(row, bound)) * sign > 0:
            basis = "the law" if row.bound == "law" else "the charter"
            raise ChangeError(
                f"parameter {row.name}: {value} passes the {name} of {basis}, {bound}"
            )


def _measure(row: Parameter, value: str) -> Decimal:
    """A value as a number that bounds can be compared with."""
    if row.unit == "duration":
        duration = _duration(value, f"parameter {row.name}")
        return duration.amount * DAYS[duration.unit]
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ChangeError(f"parameter {row.name}: {value!r} is no number") from None
    if row.unit in ("count", "days") and number != number.to_integral_value():
        raise ChangeError(f"parameter {row.name}: {value} must be a whole number")
    return number


def _duration(text: str, what: str) -> Duration:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ChangeError(f"{what}: {error}") from error
