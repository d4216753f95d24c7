"""The figures as data: names, categories, definitions and the query behind each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from commongrid.kernel.text import Text

BY_TYPE = ("raised", "answer", "solution")  # figures that are also shown by type
PROFILE = ("answer", "solution")  # what the tables by type show besides how many
WAITS = ("wait_answer", "wait_solution")
RECURS_WITHIN_DAYS = 30
SETTLE_DAYS = 10  # a month is published this long after its end, once
WAIT_EDGES_H = (4.0, 24.0, 72.0, 168.0, 360.0, 720.0)


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a figure; ``part``: share, rest or unknown."""

    key: str
    part: str
    name: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its categories never overlap and add up to what was raised."""

    key: str
    name: Text
    definition: Text
    query: str
    categories: tuple[Category, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(category.key for category in self.categories)


@cache
def figures() -> tuple[Figure, ...]:
    """All figures in the order of the file."""
    text = (resources.files("commongrid.rooms.oversight") / "figures.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return tuple(
        Figure(
            key=row["figure"],
            name=Text(zh=row["zh"], en=row["en"]),
            definition=Text(zh=row["definition_zh"], en=row["definition_en"]),
            query=row["query"],
            categories=tuple(
                Category(part["category"], part["part"], Text(zh=part["zh"], en=part["en"]))
                for part in rows
                if part["figure"] == row["figure"] and part["category"]
            ),
        )
        for row in rows
        if not row["category"]
    )
