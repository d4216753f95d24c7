"""Reading the files of a charter folder into raw rows, and laying a place over its base.

Nothing is judged here but the shape of the files: encoding, header, cells. A raw row keeps its
file and line, so every later problem can point at it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from commongrid.charter.problems import Problem
from commongrid.charter.schema import Kind, Where
from commongrid.charter.tables import OPTIONAL_HEADERS, Table
from commongrid.charter.wordings import loader_problem
from commongrid.kernel.text import Text

EVERY = "*"
NEW = "new"  # how ``from`` is written for raising


@dataclass(frozen=True, slots=True)
class RawRow:
    """One line of a table: cells as written, by column name."""

    where: Where
    cells: dict[str, str]

    @property
    def is_drop(self) -> bool:
        """Whether the row only takes a row of the base away."""
        return self.cells.get("drop", "").lower() == "yes"


@dataclass(slots=True)
class Sheet:
    """A CSV file as read: its column names, where they stand, and its rows."""

    where: Where
    header: list[str]
    rows: list[RawRow]


@dataclass(slots=True)
class Findings:
    """Problems gathered on the way; reading goes on after each."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, where: Where, key: str, **values: str | Text) -> None:
        """Note one problem of the loader."""
        self.problems.append(loader_problem(code, where, key, **values))


def label_of(path: Path) -> str:
    """How a file is named in problems: its folder and its name."""
    return f"{path.parent.name}/{path.name}"


def read_text(path: Path, findings: Findings) -> str | None:
    """The text of a file, or None when it is not UTF-8 (which is then a finding)."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = Where(label_of(path), content[: error.start].count(b"\n") + 1)
        if _is_gbk(content):
            findings.add("encoding_gbk", where, path.name)
        else:
            findings.add("encoding_unknown", where, path.name, byte=str(error.start + 1))
    return None


def read_rows(path: Path, findings: Findings) -> Sheet:
    """The rows of a CSV file; blank lines and lines that begin with # are skipped.

    A cell has no line break in it, so each line of the file is one row.
    """
    text = read_text(path, findings)
    sheet = Sheet(Where(label_of(path), 1), [], [])
    for number, line in enumerate((text or "").splitlines(), start=1):
        where = Where(label_of(path), number)
        cells = _cells(line, where, findings)
        if cells is None:
            continue
        if not sheet.header:
            sheet.where, sheet.header = where, cells
        elif len(cells) > len(sheet.header):
            values = {"count": str(len(cells)), "expected": str(len(sheet.header))}
            findings.add("cells_too_many", where, sheet.header[-1], **values)
        else:
            sheet.rows.append(RawRow(where, dict(zip(sheet.header, cells, strict=False))))
    return sheet


def merged_rows(table: Table, folders: Sequence[Path], findings: Findings) -> list[RawRow] | None:
    """The rows of one table, base first, each override in the place of the row it replaces.

    Returns: None when no folder has the file.
    """
    merged: dict[tuple[str, ...], RawRow] = {}
    paths = [folder / table.file for folder in folders if (folder / table.file).is_file()]
    for path in paths:
        _lay_over(merged, table, _table_rows(table, path, findings), findings)
    return list(merged.values()) if paths else None


def _table_rows(table: Table, path: Path, findings: Findings) -> list[RawRow]:
    sheet = read_rows(path, findings)
    if not sheet.header:
        if not any(found.where.file == label_of(path) for found in findings.problems):
            expected = ",".join(table.headers)
            findings.add("file_empty", sheet.where, path.name, expected=expected)
        return []
    _check_header(table, sheet.header, sheet.where, findings)
    return [part for row in sheet.rows for part in _expanded(table, row)]


def _check_header(table: Table, header: list[str], where: Where, findings: Findings) -> None:
    expected = ", ".join(table.headers)
    optional = {name for column in table.columns if not column.required for name in column.headers}
    for name in table.headers:
        if name not in header and name not in optional:
            findings.add("column_missing", where, name, column=name, expected=expected)
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            findings.add("column_twice", where, name, column=name)
        if name not in table.headers and name not in OPTIONAL_HEADERS:
            findings.add("column_unknown", where, name, column=name, expected=expected)


def _expanded(table: Table, row: RawRow) -> Iterator[RawRow]:
    """A row that speaks of several flows (``*``) or states (``a|b``) as one row each."""
    if table.name not in ("transitions", "states"):
        yield row
        return
    flow = row.cells.get("flow", "")
    flows = [kind.value for kind in Kind] if flow == EVERY else flow.split("|")
    for one_flow in flows:
        for state in row.cells.get("from", "").split("|"):
            cells = {**row.cells, "flow": one_flow.strip()}
            if "from" in row.cells:
                cells["from"] = "" if state.strip() == NEW else state.strip()
            yield RawRow(row.where, cells)


def _lay_over(
    merged: dict[tuple[str, ...], RawRow], table: Table, rows: list[RawRow], findings: Findings
) -> None:
    """Lay one file over what stands already: replace, add or drop by key."""
    seen: dict[tuple[str, ...], Where] = {}
    for row in rows:
        key = tuple(row.cells.get(name, "") for name in table.key)
        shown = "/".join(part for part in key if part)
        if key in seen:
            line = str(seen[key].line)
            findings.add("duplicate_key", row.where, shown, value=shown, line=line)
            continue
        seen[key] = row.where
        if not row.is_drop:
            merged[key] = row
        elif merged.pop(key, None) is None:
            findings.add("drop_unknown", row.where, shown, value=shown)
        else:
            _check_drop(table, row, findings)


def _check_drop(table: Table, row: RawRow, findings: Findings) -> None:
    for column in table.columns:
        for name in column.headers:
            if row.cells.get(name) and name not in table.key:
                findings.add("drop_with_content", row.where, name, column=name)


def _cells(line: str, where: Where, findings: Findings) -> list[str] | None:
    """The cells of one line, or None for a blank, a comment and a line that cannot be read."""
    if not line.strip(", \t") or line.lstrip().startswith("#"):
        return None
    try:
        (cells,) = csv.reader([line], strict=True)
    except csv.Error:
        findings.add("csv_syntax", where, line.split(",", 1)[0])
        return None
    return [cell.strip() for cell in cells]


def _is_gbk(content: bytes) -> bool:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return any("\u4e00" <= symbol <= "\u9fff" for symbol in text)
