"""Load a charter from its folder: read, merge with the base, check every cell and reference.

All problems are gathered before any is raised, so an author mends a file in one round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from commongrid.charter.cells import CellError, read_cell, read_date
from commongrid.charter.header import HEADER_FILE, Header, folders_of, read_header
from commongrid.charter.problems import CharterError
from commongrid.charter.reading import Findings, RawRow, label_of, merged_rows
from commongrid.charter.references import check_references
from commongrid.charter.schema import Charter, Mark, Row, Where
from commongrid.charter.tables import TABLES, Cell, Column, Table, mapping_key
from commongrid.kernel.text import Text

_SOMETHING = Text("内容", "something")


def load_charter(folder: Path, place: Mapping[str, str] | None = None) -> Charter:
    """The charter of a place: its base with the place's rows laid over it.

    ``place``: code, system and kind for a charter of the library, which names no place.
    Raises: CharterError with every problem found.
    Cost: some thousand rows, well under a second.
    """
    findings = Findings()
    if not folder.is_dir():
        findings.add("folder_missing", Where(folder.name, 1), folder.name)
        raise CharterError(findings.problems)
    folders = folders_of(folder, findings)
    header = read_header(folders, findings, place)
    _check_files(folders, findings)
    raw = {name: _raw_table(table, folders, findings) for name, table in TABLES.items()}
    rows = {name: _built(TABLES[name], raw[name], findings) for name in TABLES}
    check_references(rows, raw, findings)
    if header is None or findings.problems:
        raise CharterError(_in_order(findings))
    return _charter(header, rows)


def list_charter_folders(root: Path) -> list[Path]:
    """Folders of places under the charters' folder; bases, which name no place, are left out."""
    found = []
    for path in sorted(root.glob(f"*/{HEADER_FILE}")):
        if any(line.startswith("place:") for line in path.read_text("utf-8").splitlines()):
            found.append(path.parent)
    return found


def _raw_table(table: Table, folders: Sequence[Path], findings: Findings) -> list[RawRow]:
    rows = merged_rows(table, folders, findings)
    if rows is None and not table.optional:
        where = Where(label_of(folders[-1] / table.file), 1)
        findings.add("file_missing", where, table.file, file=table.file)
    return rows or []


def _check_files(folders: Sequence[Path], findings: Findings) -> None:
    """A misspelt file name would silently leave its rules out."""
    known = {table.file for table in TABLES.values()}
    for folder in folders:
        for path in sorted(folder.glob("*.csv")):
            if path.name not in known and not path.name.startswith("holidays"):
                where, expected = Where(label_of(path), 1), ", ".join(sorted(known))
                findings.add("file_unknown", where, path.name, file=path.name, expected=expected)


def _built(table: Table, raw: list[RawRow], findings: Findings) -> list[Row]:
    built = (_build_row(table, row, findings) for row in raw)
    return [row for row in built if row is not None]


def _build_row(table: Table, raw: RawRow, findings: Findings) -> Row | None:
    """The typed row, or None when a cell of it is a finding."""
    before = len(findings.problems)
    values: dict[str, Any] = {}
    for column in table.columns:
        read = _read_words if column.cell is Cell.WORDS else _read_value
        values[column.target] = read(column, raw, findings)
    common = _read_common(raw, findings)
    if len(findings.problems) > before:
        return None
    return table.row(**values, **common, where=raw.where)


def _read_value(column: Column, raw: RawRow, findings: Findings) -> object:
    text = raw.cells.get(column.name, "")
    if not text:
        may_be_empty = column.name == "from" and "from" in raw.cells  # raising comes from nowhere
        if column.required and not may_be_empty and column.name in raw.cells:
            _missing(column, raw, findings)
        return column.default
    try:
        return read_cell(column, text)
    except CellError as error:
        findings.add(error.code, raw.where, column.name, **error.values)
        return column.default


def _missing(column: Column, raw: RawRow, findings: Findings) -> None:
    expected = ", ".join(value for value in column.values if value) or _SOMETHING
    where, name = raw.where, column.name
    findings.add("cell_missing", where, name, column=name, expected=expected)


def _read_words(column: Column, raw: RawRow, findings: Findings) -> Text:
    zh_name, en_name = column.headers
    zh, en = raw.cells.get(zh_name, ""), raw.cells.get(en_name, "")
    if column.required or zh or en:
        for code, name, words in (("zh", zh_name, zh), ("en", en_name, en)):
            if not words and name in raw.cells:
                findings.add(f"text_missing_{code}", raw.where, name, column=name)
    return Text(zh, en)


def _read_common(raw: RawRow, findings: Findings) -> Mapping[str, Any]:
    """Source, mark and validity, which every row carries."""
    if "source" in raw.cells and not raw.cells["source"]:
        findings.add("source_missing", raw.where, "source")
    mark = raw.cells.get("mark", "")
    if "mark" in raw.cells and mark not in tuple(Mark):
        findings.add("mark_bad", raw.where, "mark", value=mark)
    valid_from = _read_day("valid_from", raw, findings)
    valid_until = _read_day("valid_until", raw, findings)
    if "valid_from" in raw.cells and not raw.cells["valid_from"]:
        expected = Text("日期", "a date")
        findings.add(
            "cell_missing", raw.where, "valid_from", column="valid_from", expected=expected
        )
    if valid_from and valid_until and valid_until <= valid_from:
        values = {"value": str(valid_until), "expected": str(valid_from)}
        findings.add("until_before_from", raw.where, "valid_until", **values)
    return {
        "source": raw.cells.get("source", ""),
        "mark": Mark(mark) if mark in tuple(Mark) else Mark.PROPOSAL,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }


def _read_day(name: str, raw: RawRow, findings: Findings) -> date | None:
    text = raw.cells.get(name, "")
    if not text:
        return None
    try:
        return read_date(text)
    except CellError as error:
        findings.add(error.code, raw.where, name, **error.values)
        return None


def _in_order(findings: Findings) -> list[Any]:
    """By file and line, each said once."""
    unique = dict.fromkeys(findings.problems)
    return sorted(unique, key=lambda found: (found.where.file, found.where.line, found.key))


def _charter(header: Header, rows: Mapping[str, list[Row]]) -> Charter:
    held: dict[str, Any] = {}
    for name, table in TABLES.items():
        if table.keyed:
            held[name] = {mapping_key(table, row): row for row in rows[name]}
        else:
            held[name] = tuple(rows[name])
    return Charter(
        charter_id=header.charter_id,
        version=header.version,
        name=header.name,
        place=header.place,
        code_system=header.code_system,
        kind_of_place=header.kind_of_place,
        note=header.note,
        signed_by=header.signed_by,
        valid_from=header.valid_from,
        calendar=header.calendar,
        **held,
    )
