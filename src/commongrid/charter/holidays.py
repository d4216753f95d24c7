"""Reading holiday files: single days that are worked or free against the plain week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from commongrid.charter.reading import Findings, RawRow, read_rows
from commongrid.charter.schema import Where
from commongrid.kernel.holidays import parse_holidays

COLUMNS = ("first_on", "last_on", "kind")


def read_holidays(
    names: Sequence[str], folders: Sequence[Path], where: Where, findings: Findings
) -> dict[date, bool]:
    """Days that differ from the week: True where it is worked, False where it is free.

    A file is looked for in the place's folder first, then in those of its base. Columns beside
    those needed (the name of the day, the notice it rests on) are for readers.
    """
    found: dict[date, tuple[bool, Where]] = {}
    for name in names:
        path = next((f / name for f in reversed(folders) if (f / name).is_file()), None)
        if path is None:
            findings.add("file_missing", where, "calendar.holidays", file=name)
        else:
            _read_file(path, found, findings)
    return {day: worked for day, (worked, _) in found.items()}


def _read_file(path: Path, found: dict[date, tuple[bool, Where]], findings: Findings) -> None:
    sheet = read_rows(path, findings)
    missing = [name for name in COLUMNS if name not in sheet.header]
    for name in missing:
        where, expected = sheet.where, ", ".join(COLUMNS)
        findings.add("column_missing", where, name, column=name, expected=expected)
    for row in () if missing else sheet.rows:
        _read_days(row, found, findings)


def _read_days(row: RawRow, found: dict[date, tuple[bool, Where]], findings: Findings) -> None:
    try:
        days = parse_holidays([row.cells])
    except ValueError:
        value = ",".join(row.cells.get(name, "") for name in COLUMNS)
        findings.add("holiday_bad", row.where, COLUMNS[0], value=value)
        return
    for day, worked in days.items():
        if day in found and found[day][0] is not worked:
            values = {"value": str(day), "expected": str(found[day][1])}
            findings.add("holiday_twice", row.where, COLUMNS[0], **values)
        else:
            found.setdefault(day, (worked, row.where))
