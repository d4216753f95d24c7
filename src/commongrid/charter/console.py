"""A charter in readable columns: what ``commongrid charter show`` prints.

Chinese characters take two columns of a console, so widths are counted, not lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from commongrid.charter.diff import TABLE_NAMES
from commongrid.charter.schema import Charter, Row
from commongrid.charter.tables import TABLES, Cell, Table, rows_of
from commongrid.charter.vocabulary import guard_text
from commongrid.charter.words import MARKS
from commongrid.kernel.text import Text

WIDEST = 46
_WIDE = frozenset("WF")


def width(text: str) -> int:
    """How many columns of a console the text takes.

    Example:
        >>> width("网格 A01")
        8
    """
    return sum(2 if east_asian_width(symbol) in _WIDE else 1 for symbol in text)


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table; long cells are cut with an ellipsis."""
    cut = [[_cut(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(width, column)) for column in zip(*cut, strict=True)]
    for number, row in enumerate(cut):
        cells = (cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("-" * w for w in widths)


def show_summary(charter: Charter, lang: str) -> Iterator[str]:
    """The header and the size of each table."""
    yield f"{charter.name.in_(lang)}  {charter.charter_id}@{charter.version}"
    signed = charter.signed_by.in_(lang)
    yield f"{charter.place}  {charter.kind_of_place}  {charter.valid_from}  {signed}"
    yield ""
    rows = [
        (name, TABLE_NAMES[name].in_(lang), str(len(rows_of(charter, table))))
        for name, table in TABLES.items()
    ]
    yield from columns(("table", "", "#"), rows)


def show_table(charter: Charter, table: Table, lang: str) -> Iterator[str]:
    """All rows of a table, with the line each stands in."""
    shown = [column for column in table.columns if column.cell is not Cell.CHOICES]
    heads = [*(column.name or column.target for column in shown), "mark", "where"]
    rows = [
        [
            *(_said(getattr(row, c.target), lang) for c in shown),
            MARKS[row.mark].in_(lang),
            str(row.where),
        ]
        for row in rows_of(charter, table)
    ]
    yield from columns(heads, rows)


def show_type(charter: Charter, code: str, lang: str) -> Iterator[str]:
    """One matter type with its limits, units and questions. Raises: KeyError."""
    kind = charter.types[code]
    urgency = charter.classes[kind.urgency]
    yield f"{code}  {kind.name.in_(lang)}  {kind.kind}  {kind.urgency} {urgency.name.in_(lang)}"
    yield f"{_source(kind, lang)}"
    yield ""
    limits = [
        (
            charter.milestones[row.milestone].name.in_(lang),
            charter.cases[row.case].name.in_(lang) if row.case else "",
            str(row.duration),
            _source(row, lang),
        )
        for row in charter.limits
        if row.type == code
    ]
    yield from columns(("milestone", "case", "limit", "source"), limits)
    yield ""
    duties = [
        (row.part, charter.units[row.unit].name.in_(lang), row.place, str(row.where))
        for row in charter.duties
        if row.type == code or (row.type.endswith("*") and code.startswith(row.type[:-1]))
    ]
    yield from columns(("part", "unit", "place", "where"), duties)


def show_action(charter: Charter, action: str, lang: str) -> Iterator[str]:
    """Every step of an action: from where to where, who may, and what its guards say.

    Raises: KeyError.
    """
    row = charter.actions[action]
    yield f"{action}  {row.label.in_(lang)}  {row.told.in_(lang)}"
    for step in (row for row in charter.transitions if row.action == action):
        who = {
            f"{charter.roles[power.role].name.in_(lang)} ({power.scope})"
            for power in charter.powers
            if power.power == step.power
        }
        yield ""
        yield f"{step.rule_id} → {step.to_state}  [{step.where}]"
        yield f"  {', '.join(sorted(who))}"
        for guard in step.guards:
            yield f"  {guard}: {guard_text(guard).in_(lang)}"
        for name, parts in (
            ("clocks", step.clocks),
            ("effects", step.effects),
            ("needs", step.needs),
        ):
            if parts:
                yield f"  {name}: {'; '.join(map(str, parts))}"


def _source(row: Row, lang: str) -> str:
    return f"{row.source} [{MARKS[row.mark].in_(lang)}]"


def _said(value: object, lang: str) -> str:
    if isinstance(value, Text):
        return value.in_(lang)
    if isinstance(value, tuple):
        return "; ".join(str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _cut(text: str) -> str:
    if width(text) <= WIDEST:
        return text
    kept = ""
    for symbol in text:
        if width(kept + symbol) > WIDEST - 1:
            break
        kept += symbol
    return kept + "…"
