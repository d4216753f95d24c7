"""Plans, practices and reports as plain JSON values and back, without losing a digit.

What is kept in a row, sent by the command line or written to a file has this form. Reading tells
of every fault at once, by field and rule, in both languages: a form can put each beside its field.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from commongrid.bridges.rehearsal.bounds import Fault, plan_faults
from commongrid.bridges.rehearsal.plans import Plan
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.bridges.rehearsal.reports import Report
from commongrid.kernel import canon
from commongrid.kernel.text import Text

T = TypeVar("T")
_BAD: Any = object()


class PlainError(ValueError):
    """A plain value that is no plan, practice or report. ``faults`` has every field and rule."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "; ".join(f"{field or 'value'}: {rule.in_('en')}" for field, rule in self.faults)


def plan_to_plain(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values."""
    return _written(plan)


def plan_from_plain(plain: object) -> Plan:
    """The plan in these values, held to its bounds.

    Raises: PlainError with every fault.
    """
    plan = _read(Plan, plain)
    faults = plan_faults(plan)
    if faults:
        raise PlainError(faults)
    return plan


def practice_to_plain(practice: Practice) -> dict[str, Any]:
    """The practice as JSON values; ``staff`` is a list, for its keys are pairs."""
    return _written(practice)


def practice_from_plain(plain: object) -> Practice:
    """The practice in these values. Raises: PlainError with every fault."""
    return _read(Practice, plain)


def report_to_plain(report: Report) -> dict[str, Any]:
    """The report as JSON values."""
    return _written(report)


def report_from_plain(plain: object) -> Report:
    """The report in these values. Raises: PlainError with every fault."""
    return _read(Report, plain)


def digest(value: Plan | Practice) -> str:
    """The SHA-256 of the canonical JSON of its plain form."""
    return canon.digest(_written(value))


def sealed(report: Report) -> Report:
    """The report with its digest: over everything but how long it took and the digest itself."""
    return replace(report, digest=report_digest(report))


def report_digest(report: Report) -> str:
    """What ``digest`` of this report has to be."""
    plain = report_to_plain(report)
    del plain["digest"], plain["took_s"]
    return canon.digest(plain)


# --- writing


def _written(value: Any) -> dict[str, Any]:
    written: dict[str, Any] = _plain(value, type(value))
    return written


def _plain(value: Any, kind: Any) -> Any:
    """By the declared kind, not by the value's: a whole number in a float's place is a float."""
    if value is None:
        return None
    if kind is float:
        return float(value)
    if is_dataclass(value):
        hints, later = _hints(value.__class__), _later(value.__class__)
        return {
            name: _plain(getattr(value, name), hint)
            for name, hint in hints
            if name not in later or getattr(value, name) != later[name]
        }
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        key, part = typing.get_args(kind)
        if key is not str:
            return [[*pair, _plain(value[pair], part)] for pair in sorted(value)]
        return {name: _plain(one, part) for name, one in sorted(value.items())}
    if isinstance(value, tuple):
        (part, *_) = typing.get_args(kind)
        return list(value) if part in (int, str) else [_plain(one, part) for one in value]
    return value


@cache
def _hints(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a dataclass with what each is."""
    hints = typing.get_type_hints(kind)
    return tuple((field.name, _without_none(hints[field.name])) for field in fields(kind))


@cache
def _later(kind: type) -> dict[str, Any]:
    """Fields that came later, with what they say where they are not written."""
    return {field.name: field.default for field in fields(kind) if field.metadata.get("later")}


def _without_none(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        (hint,) = (part for part in typing.get_args(hint) if part is not type(None))
    return hint


# --- reading


def _read(kind: type[T], plain: object) -> T:
    faults: list[Fault] = []
    value = _part(kind, plain, "", faults)
    if faults:
        raise PlainError(tuple(faults))
    return typing.cast(T, value)


def _part(kind: Any, plain: Any, at: str, faults: list[Fault]) -> Any:
    """The value of this kind, or ``_BAD`` after adding what is wrong to ``faults``."""
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind, plain, at, faults)
    origin = typing.get_origin(kind)
    if origin is tuple:
        (part, *_) = typing.get_args(kind)
        return _tuple(part, plain, at, faults)
    if origin is not None and issubclass(origin, Mapping):
        key, part = typing.get_args(kind)
        reading = _mapping if key is str else _pairs
        return reading(part, plain, at, faults)
    return _leaf(kind, plain, at, faults)


def _dataclass(kind: type, plain: Any, at: str, faults: list[Fault]) -> Any:
    if not isinstance(plain, Mapping):
        return _fault(faults, at, Text(zh="应是一组字段", en="must be an object with fields"))
    known = {field.name: field for field in fields(kind)}
    values: dict[str, Any] = {}
    for name in plain:
        if name not in known:
            _fault(faults, _under(at, str(name)), Text(zh="没有这个字段", en="is no known field"))
    for name, hint in _hints(kind):
        here = _under(at, name)
        if name not in plain:
            if _is_required(known[name]):
                _fault(faults, here, Text(zh="缺少此项", en="is missing"))
        elif plain[name] is None and known[name].default is None:
            values[name] = None
        else:
            values[name] = _part(hint, plain[name], here, faults)
    if any(value is _BAD for value in values.values()) or len(faults) > 0:
        return _BAD
    return kind(**values)


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _tuple(part: Any, plain: Any, at: str, faults: list[Fault]) -> Any:
    if not isinstance(plain, list | tuple):
        return _fault(faults, at, Text(zh="应是一个列表", en="must be a list"))
    return tuple(_part(part, one, _under(at, str(n)), faults) for n, one in enumerate(plain))


def _mapping(part: Any, plain: Any, at: str, faults: list[Fault]) -> Any:
    if not isinstance(plain, Mapping):
        return _fault(faults, at, Text(zh="应是一组字段", en="must be an object with fields"))
    return {
        _leaf(str, name, at, faults): _part(part, one, _under(at, str(name)), faults)
        for name, one in plain.items()
    }


def _pairs(part: Any, plain: Any, at: str, faults: list[Fault]) -> Any:
    """Keys of two words are written as lists of three: word, word, value."""
    if not isinstance(plain, list | tuple):
        return _fault(faults, at, Text(zh="应是一个列表", en="must be a list"))
    found = {}
    for n, row in enumerate(plain):
        here = _under(at, str(n))
        if not isinstance(row, list | tuple) or len(row) != 3:
            _fault(faults, here, Text(zh="应有三项", en="must have three parts"))
            continue
        first, second = (_leaf(str, word, here, faults) for word in row[:2])
        if (first, second) in found:
            _fault(faults, here, Text(zh="重复", en="is given twice"))
        found[first, second] = _part(part, row[2], here, faults)
    return found


def _leaf(kind: Any, plain: Any, at: str, faults: list[Fault]) -> Any:
    if kind is bool:
        if isinstance(plain, bool):
            return plain
        return _fault(faults, at, Text(zh="应是真或假", en="must be true or false"))
    if kind is int:
        if isinstance(plain, int) and not isinstance(plain, bool):
            return plain
        return _fault(faults, at, Text(zh="应是整数", en="must be a whole number"))
    if kind is float:
        return _float(plain, at, faults)
    if not isinstance(plain, str):
        return _fault(faults, at, Text(zh="应是文字", en="must be text"))
    if kind is str:
        return _words(plain, at, faults)
    if plain not in {known.value for known in kind}:
        words = ", ".join(known.value for known in kind)
        return _fault(faults, at, Text(zh=f"应是其中之一：{words}", en=f"must be one of {words}"))
    return kind(plain)


def _float(plain: Any, at: str, faults: list[Fault]) -> Any:
    is_number = isinstance(plain, int | float) and not isinstance(plain, bool)
    if is_number and abs(plain) < 1e300 and math.isfinite(plain):  # an int may not fit
        return float(plain)
    return _fault(faults, at, Text(zh="应是数字", en="must be a number"))


def _words(plain: str, at: str, faults: list[Fault]) -> Any:
    try:
        plain.encode("utf-8")
    except UnicodeEncodeError:
        return _fault(faults, at, Text(zh="含有无法存储的字符", en="holds half a character"))
    if "\0" in plain:
        return _fault(faults, at, Text(zh="含有无法存储的字符", en="holds a null character"))
    return plain


def _under(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _fault(faults: list[Fault], at: str, rule: Text) -> Any:
    faults.append((at, rule))
    return _BAD
