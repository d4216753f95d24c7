# ruff: noqa: E501 - one pattern group a line shows what belongs together
"""Checks of parameters against their own bounds and against those no charter may cross."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Parameter
from commongrid.charter.vocabulary import GUARDS, alternatives, word_args, word_name
from commongrid.kernel.text import Text
from commongrid.kernel.worktime import parse_duration

_SECONDS = {"h": 3600, "wh": 3600, "d": 86400, "wd": 86400, "mo": 31 * 86400}
_EXPECTED = {
    "duration": Text("时限，例如 15d", "a duration, such as 15d"),
    "count": Text("整数", "a whole number"),
    "share": Text("0 到 1 之间的数", "a number from 0 to 1"),
}
_NUMBER = Text("数", "a number")


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound that stands whatever a charter writes into ``least`` and ``most``."""

    least: str
    most: str
    source: Text

    @property
    def words(self) -> str:
        """The bound as it is shown."""
        if self.least == self.most:
            return self.least
        return " … ".join((self.least or "", self.most or "")).strip()


# Reference domain 5.1. A national law's bound and the house's own lines; bounds taken over from
# another place's regulation stand in the charter's own ``least`` and ``most``.
BOUNDS: Mapping[str, Bound] = {
    "returns_after_appointment": Bound("0", "0", Text("潍坊条例第 22 条", "Weifang regulation art. 22")),
    "extension_times": Bound("0", "1", Text("延期一次", "one extension")),
    "extension_most_share": Bound("0", "1", Text("最多同样长", "at most the same length")),
    "hung_review_days": Bound("1", "90", Text("挂账不算解决", "a hung matter is never solved")),
    "handover_grace": Bound("", "2wd", Text("交接宽限不能用来拖延", "a handover hides no lateness")),
    "handover_rest_days": Bound("30", "", Text("交接宽限不能用来拖延", "a handover hides no lateness")),
    "smallest_count": Bound("5", "", Text("公开数字不少于五", "no published count below five")),
    "mediation_limit": Bound("", "1mo", Text("人民调解工作若干规定第 33 条", "mediation rule 2002 art. 33")),
    "labour_mediation_limit": Bound("", "15d", Text("劳动争议调解仲裁法", "labour dispute law")),
    "confirmation_days": Bound("30", "30", Text("人民调解法第 33 条", "People's Mediation Law art. 33")),
    "meeting_notice_days": Bound("10", "", Text("村民委员会组织法", "Villagers' Committee Law")),
    "activation_days": Bound("1", "14", Text("应急状态有终点", "the emergency mode ends itself")),
    "link_days": Bound("1", "30", Text("链接自己会到期", "a link ends by itself")),
    "keep_assessment_days": Bound("1095", "", Text("个人信息保护法", "Personal Information Protection Law")),
}  # fmt: skip


CHOICES: Mapping[str, tuple[str, ...]] = {"shared_words": ("at_once", "after_reading")}
"""Parameters that name one of a few ways."""


def check_parameters(charter: Charter) -> Iterator[Problem]:
    """Problems of values, bounds and missing parameters."""
    for name, row in charter.parameters.items():
        yield from _check_value(name, row)
    yield from _check_named(charter)


def _check_value(name: str, row: Parameter) -> Iterator[Problem]:
    where, shown = row.where, row.value
    known = CHOICES.get(name, (shown,))
    if shown not in known:
        wanted = Text(*(" / ".join(known),) * 2)
        yield lint_problem(
            "parameter_value_bad", where, name, name=name, value=shown, expected=wanted
        )
        return
    value = measure(row, shown)
    if value is None:
        wanted = _EXPECTED.get(row.unit, _NUMBER)
        yield lint_problem(
            "parameter_value_bad", where, name, name=name, value=shown, expected=wanted
        )
        return
    if not _inside(row, value, row.least, row.most):
        span = f"{row.least} … {row.most}".strip()
        yield lint_problem("parameter_outside", where, name, name=name, value=shown, expected=span)
    bound = BOUNDS.get(name)
    if bound and not _inside(row, value, bound.least, bound.most):
        span, law = bound.words, bound.source
        yield lint_problem(
            "parameter_crosses_bound",
            where,
            name,
            name=name,
            value=shown,
            expected=span,
            source=law,
        )
    if row.bound == "law" and not row.least and not row.most:
        yield lint_problem("parameter_bound_missing", where, name, name=name)


def measure(row: Parameter, text: str) -> Decimal | None:
    """A value of a parameter as a number to compare (seconds for durations); None if unreadable."""
    if row.unit == "text":
        return Decimal(0)
    try:
        if row.unit == "duration":
            duration = parse_duration(text)
            return duration.amount * _SECONDS[duration.unit]
        value = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    is_whole = value == value.to_integral_value()
    fits = {"count": is_whole, "share": 0 <= value <= 1}.get(row.unit, True)
    return value if fits and value >= 0 else None


def _inside(row: Parameter, value: Decimal, least: str, most: str) -> bool:
    low = measure(row, least) if least else None
    high = measure(row, most) if most else None
    return (low is None or low <= value) and (high is None or value <= high)


def _check_named(charter: Charter) -> Iterator[Problem]:
    """Parameters that guards name exist (a stored charter has not been through the loader)."""
    for row in charter.transitions:
        for guard in (part for cell in row.guards for part in alternatives(cell)):
            word = GUARDS.get(word_name(guard))
            kinds = word.args if word else ()
            for kind, arg in zip(kinds, word_args(guard), strict=False):
                if kind == "parameter" and arg not in charter.parameters:
                    yield lint_problem("parameter_missing", row.where, row.rule_id, name=arg)
