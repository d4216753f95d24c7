"""The chapters of the power ledger: how its page is parted, in a fixed order."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from commongrid.kernel.text import Text

LAST = "rule"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter with its powers in their order."""

    key: str
    name: Text
    powers: tuple[str, ...]


@cache
def chapters() -> Mapping[str, Chapter]:
    """All chapters in the order of the file."""
    folder = resources.files("commongrid.rooms.publications.domain")
    text = (folder / "chapters.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return {
        row["chapter"]: Chapter(
            row["chapter"],
            Text(zh=row["zh"], en=row["en"]),
            tuple(r["power"] for r in rows if r["chapter"] == row["chapter"] and r["power"]),
        )
        for row in rows
        if not row["power"]
    }


def in_chapters(powers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """These powers by chapter, in the fixed order; unknown ones last, by name.

    Example:
        >>> found = in_chapters(["take", "zzz", "offer"])
        >>> found["dispatch"], found["rule"]
        (('offer', 'take'), ('zzz',))
    """
    known = set(powers)
    found = {
        key: tuple(power for power in chapter.powers if power in known)
        for key, chapter in chapters().items()
    }
    placed = {power for row in found.values() for power in row}
    found[LAST] = (*found[LAST], *sorted(known - placed))
    return found
