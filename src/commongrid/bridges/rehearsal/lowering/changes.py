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
from commongrid.kernel.text import Text

DAYS = {
    "h": Decimal(1) / 24,
    "wh": Decimal(1) / 6,
    "d": Decimal(1),
    "wd": Decimal("1.4"),
    "mo": Decimal(30),
}
"""Roughly how many days a unit of time is, to compare a duration with its bounds."""


class ChangeError(ValueError):
    """A change the charter has no place for, or does not allow.

    ``column``: the field of the change that is wrong. ``rule``: why, in both languages.
    """

    def __init__(self, column: str, rule: Text) -> None:
        super().__init__(rule.en)
        self.column, self.rule = column, rule


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
    duration = _duration(change.duration, "duration", f"limit {change.type} {change.milestone}")
    hit = [row for row in charter.limits if _is_meant(row, change)]
    if not hit:
        raise ChangeError("type", _no_limit(change))
    limits = tuple(replace(row, duration=duration) if row in hit else row for row in charter.limits)
    return replace(charter, limits=limits)


def _no_limit(change: LimitChange) -> Text:
    zh, en = (f"，情形 {change.case}", f" in the case {change.case}") if change.case else ("", "")
    return Text(
        zh=f"章程里没有这一时限：类型 {change.type}，节点 {change.milestone}{zh}",
        en=f"limit {change.type} {change.milestone}{en}: the charter has none",
    )


def _is_meant(row: Limit, change: LimitChange) -> bool:
    pattern = change.type
    is_type = row.type.startswith(pattern[:-1]) if pattern.endswith("*") else row.type == pattern
    return is_type and row.milestone == change.milestone and row.case == change.case


def _with_clock(charter: Charter, change: ClockChange) -> Charter:
    if change.clock not in charter.clocks:
        raise ChangeError("clock", _unknown("时钟", "clock", change.clock))
    row = charter.clocks[change.clock]
    if row.duration is None:
        raise ChangeError(
            "clock",
            Text(
                zh=f"时钟 {change.clock} 的长短由紧急类别决定，不能单独改",
                en=f"clock {change.clock}: its length comes from the class of urgency",
            ),
        )
    duration = _duration(change.duration, "duration", f"clock {change.clock}")
    clocks = {**charter.clocks, change.clock: replace(row, duration=duration)}
    return replace(charter, clocks=clocks)


def _with_parameter(charter: Charter, change: ParameterChange) -> Charter:
    if change.name not in charter.parameters:
        raise ChangeError("name", _unknown("参数", "parameter", change.name))
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
            raise ChangeError("value", _passed(row, value, name, bound))


def _passed(row: Parameter, value: str, name: str, bound: str) -> Text:
    whose = Text("法律", "the law") if row.bound == "law" else Text("章程", "the charter")
    edge = "下限" if name == "least" else "上限"
    return Text(
        zh=f"参数 {row.name}：{value} 超出{whose.zh}规定的{edge} {bound}",
        en=f"parameter {row.name}: {value} passes the {name} of {whose.en}, {bound}",
    )


def _unknown(zh: str, en: str, name: str) -> Text:
    return Text(
        zh=f"章程里没有这个{zh}：{name}", en=f"{en} {name}: the charter has none of that name"
    )


def _measure(row: Parameter, value: str) -> Decimal:
    """A value as a number that bounds can be compared with."""
    if row.unit == "duration":
        duration = _duration(value, "value", f"parameter {row.name}")
        return duration.amount * DAYS[duration.unit]
    try:
        number = Decimal(value)
    except InvalidOperation:
        rule = Text(
            zh=f"参数 {row.name}：{value!r} 不是数字",
            en=f"parameter {row.name}: {value!r} is no number",
        )
        raise ChangeError("value", rule) from None
    if row.unit in ("count", "days") and number != number.to_integral_value():
        rule = Text(
            zh=f"参数 {row.name}：{value} 应是整数",
            en=f"parameter {row.name}: {value} must be a whole number",
        )
        raise ChangeError("value", rule)
    return number


def _duration(text: str, column: str, what: str) -> Duration:
    try:
        return parse_duration(text)
    except ValueError as error:
        rule = Text(zh=f"{text!r} 不是时长；应如 0.5h、4wh、7d、5wd、1mo", en=f"{what}: {error}")
        raise ChangeError(column, rule) from error
