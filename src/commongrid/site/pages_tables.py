"""Tables of the /-/ pages: plain values that one template shows, wide or as cards on a phone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commongrid.charter.schema import Mark, Row
from commongrid.charter.words import MARKS


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: the document, how far it is to be trusted, file and line."""

    words: str
    mark: str
    is_proposal: bool
    where: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cell, with what stands small behind it and where that comes from."""

    words: str
    small: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: lines of words, a key in code letters, or a source."""

    lines: tuple[Line, ...] = ()
    code: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title; ``rows`` pair every cell with the head of its column."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, Cell], ...], ...]


def words(*lines: str | Line, code: str = "") -> Cell:
    """A cell of words; empty lines are left out."""
    kept = (Line(line) if isinstance(line, str) else line for line in lines if line)
    return Cell(lines=tuple(kept), code=code)


def source_of(row: Row, lang: str) -> Source:
    """The source of a rule; a proposal of our own is called one."""
    return Source(
        words=row.source,
        mark=MARKS[row.mark].in_(lang),
        is_proposal=row.mark is Mark.PROPOSAL,
        where=str(row.where),
    )


def sourced(row: Row, lang: str) -> Cell:
    """A cell that holds the source of a rule."""
    return Cell(source=source_of(row, lang))


def table(title: str, heads: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Table:
    """A table of rows as long as its heads."""
    heads = tuple(heads)
    paired = tuple(tuple(zip(heads, row, strict=True)) for row in rows)
    return Table(title=title, heads=heads, rows=paired)
