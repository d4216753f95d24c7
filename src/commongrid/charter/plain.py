"""A charter as plain JSON values and back, so that a version can be stored and checked for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from commongrid.charter.calendars import read_hours, shared_calendar, written_hours
from commongrid.charter.schema import Charter, ClockStep, Mark, Row, Where
from commongrid.charter.tables import TABLES, Cell, Column, Table, mapping_key, rows_of
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.kernel.worktime import WorkCalendar, parse_duration

FORMAT = 1
_HEADER = ("charter_id", "version", "place", "code_system", "kind_of_place")
_HEADER_TEXTS = ("name", "note", "signed_by")


def to_plain(charter: Charter) -> dict[str, Any]:
    """Everything the charter says, in strings, numbers, lists and objects.

    ``where`` is kept, so a rule of a stored version still names the line it was written in.
    """
    plain: dict[str, Any] = {name: getattr(charter, name) for name in _HEADER}
    plain |= {name: _plain_text(getattr(charter, name)) for name in _HEADER_TEXTS}
    plain["format"] = FORMAT
    plain["valid_from"] = charter.valid_from.isoformat()
    plain["calendar"] = _plain_calendar(charter.calendar)
    plain["tables"] = {
        name: [_plain_row(table, row) for row in rows_of(charter, table)]
        for name, table in TABLES.items()
    }
    return plain


def from_plain(plain: Mapping[str, Any]) -> Charter:
    """The charter that ``to_plain`` wrote.

    Raises: ValueError for a format this version does not know.
    """
    if plain.get("format") != FORMAT:
        message = f"charter format {plain.get('format')!r}: this version reads format {FORMAT}"
        raise ValueError(message)
    held: dict[str, Any] = {}
    for name, table in TABLES.items():
        stored = plain["tables"]  # a version stored before a table was known has none of its rows
        written_rows = stored.get(name, []) if table.optional else stored[name]
        rows = [_row(table, written) for written in written_rows]
        held[name] = {mapping_key(table, r): r for r in rows} if table.keyed else tuple(rows)
    header = {name: plain[name] for name in _HEADER}
    texts: dict[str, Any] = {name: _text(plain[name]) for name in _HEADER_TEXTS}
    return Charter(
        **header,
        **texts,
        **held,
        valid_from=date.fromisoformat(plain["valid_from"]),
        calendar=_calendar(plain["calendar"]),
    )


def charter_digest(charter: Charter) -> str:
    """The SHA-256 of what the charter says; moving a row to another line does not change it."""
    plain = to_plain(charter)
    for rows in plain["tables"].values():
        for row in rows:
            del row["where"]
    return digest(plain)


def _plain_row(table: Table, row: Row) -> dict[str, Any]:
    written: dict[str, Any] = {
        column.target: _written(getattr(row, column.target)) for column in table.columns
    }
    written["source"] = row.source
    written["mark"] = row.mark.value
    written["valid_from"] = row.valid_from.isoformat()
    written["valid_until"] = row.valid_until.isoformat() if row.valid_until else None
    written["where"] = [row.where.file, row.where.line]
    return written


def _written(value: object) -> object:
    """One field in plain values."""
    if isinstance(value, Text):
        return _plain_text(value)
    if isinstance(value, tuple):
        return [_written(part) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)  # text, enumerations, durations and clock steps all write themselves


def _row(table: Table, written: Mapping[str, Any]) -> Row:
    values = {column.target: _value(column, written[column.target]) for column in table.columns}
    file, line = written["where"]
    until = written["valid_until"]
    return table.row(
        **values,
        source=written["source"],
        mark=Mark(written["mark"]),
        valid_from=date.fromisoformat(written["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
        where=Where(file, line),
    )


def _value(column: Column, written: Any) -> object:
    if written is None:
        return None
    if column.kinds is not None:
        return column.kinds(written)
    read = _READERS.get(column.cell)
    return read(written) if read else written


def _step(written: str) -> ClockStep:
    verb, _, clock = written.partition(" ")
    return ClockStep(verb=verb, clock=clock)


def _plain_text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _text(written: Mapping[str, str]) -> Text:
    return Text(written["zh"], written["en"])


_READERS: Mapping[Cell, Callable[[Any], object]] = {
    Cell.WORDS: _text,
    Cell.DURATION: parse_duration,
    Cell.KEYS: tuple,
    Cell.STEPS: lambda steps: tuple(_step(step) for step in steps),
    Cell.CHOICES: lambda choices: tuple((key, _text(words)) for key, words in choices),
}


def _plain_calendar(calendar: WorkCalendar) -> dict[str, Any]:
    covers = calendar.covers
    return {
        "timezone": calendar.tz,
        "week": sorted(calendar.week),
        "hours": [written_hours(hours) for hours in calendar.hours],
        "exceptions": {
            day.isoformat(): worked for day, worked in sorted(calendar.exceptions.items())
        },
        "covers": [day.isoformat() for day in covers] if covers else None,
    }


def _calendar(plain: Mapping[str, Any]) -> WorkCalendar:
    covers = plain["covers"]
    days = plain["exceptions"].items()
    return shared_calendar(
        plain["timezone"],
        frozenset(plain["week"]),
        frozenset((date.fromisoformat(day), worked) for day, worked in days),
        tuple(read_hours(hours) for hours in plain["hours"]),
        (date.fromisoformat(covers[0]), date.fromisoformat(covers[1])) if covers else None,
    )
