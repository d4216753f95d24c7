"""Reading one cell of a charter table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from commongrid.charter.schema import ClockStep
from commongrid.charter.tables import Cell, Column
from commongrid.charter.vocabulary import CLOCK_VERBS
from commongrid.kernel.text import Text
from commongrid.kernel.worktime import Duration, parse_duration

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNT = re.compile(r"\d{1,9}")
_NUMBER = re.compile(r"\d{1,9}(\.\d+)?")
_PLACE = re.compile(r"\*|\d{2,12}")
_CHOICE = re.compile(r"([^=/;]+)=([^/;]+)/([^;]+)")


class CellError(Exception):
    """A cell that cannot be read: the code of the problem and the words to fill in."""

    def __init__(self, *, code: str, **values: str | Text) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


def read_cell(column: Column, text: str) -> object:
    """The value of a filled cell.

    Raises: CellError naming the code of the problem.
    """
    if column.cell is Cell.ENUM:
        return _enum(column, text)
    return _READERS[column.cell](text)


def read_date(text: str) -> date:
    """A date written year-month-day.

    Raises: CellError.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CellError(code="date_bad", value=text)


def split_list(text: str) -> tuple[str, ...]:
    """The parts of a list cell, parted by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _enum(column: Column, text: str) -> object:
    if text not in column.values:
        raise CellError(
            code="enum_bad", value=text, expected=", ".join(v for v in column.values if v)
        )
    return column.kinds(text) if column.kinds else text


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise CellError(code="key_bad", value=text)
    return text


def _duration(text: str) -> Duration:
    try:
        return parse_duration(text)
    except ValueError:
        raise CellError(code="duration_bad", value=text) from None


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise CellError(code="number_bad", value=text, expected=Text("整数", "a whole number"))
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise CellError(code="number_bad", value=text, expected=Text("数", "a number"))
    return float(text)


def _yes(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise CellError(code="yes_no_bad", value=text)
    return text.lower() == "yes"


def _place(text: str) -> str:
    if not _PLACE.fullmatch(text):
        raise CellError(code="place_bad", value=text)
    return text


def _steps(text: str) -> tuple[ClockStep, ...]:
    return tuple(_step(part) for part in split_list(text))


def _step(text: str) -> ClockStep:
    verb, _, clock = text.partition(" ")
    clock = clock.strip()
    if verb not in CLOCK_VERBS or not clock or " " in clock:
        raise CellError(code="step_bad", value=text, expected=", ".join(CLOCK_VERBS))
    return ClockStep(verb=verb, clock=clock)


def _choices(text: str) -> tuple[tuple[str, Text], ...]:
    found = []
    for part in split_list(text):
        match = _CHOICE.fullmatch(part)
        if match is None:
            raise CellError(code="choices_bad", value=part)
        key, zh, en = (group.strip() for group in match.groups())
        found.append((key, Text(zh, en)))
    return tuple(found)


_READERS: Mapping[Cell, Callable[[str], object]] = {
    Cell.KEY: _key,
    Cell.TEXT: str,
    Cell.DATE: read_date,
    Cell.DURATION: _duration,
    Cell.COUNT: _count,
    Cell.NUMBER: _number,
    Cell.YES: _yes,
    Cell.KEYS: split_list,
    Cell.STEPS: _steps,
    Cell.CHOICES: _choices,
    Cell.PLACE: _place,
}
