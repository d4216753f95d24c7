"""The measures of a rehearsal as measures.csv defines them, in its order."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from commongrid.kernel.text import Text

BETTER = {"up": 1, "down": -1, "none": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure. ``better``: 1 where more is better, -1 where less is, 0 where neither is."""

    key: str
    unit: str
    better: int
    name: Text
    definition: Text

    @property
    def anchor(self) -> str:
        return f"m-{self.key}"


@cache
def measures() -> tuple[Measure, ...]:
    """All measures. Cost: reads a small file once."""
    file = resources.files("commongrid.bridges.rehearsal") / "measures.csv"
    lines = [row for row in file.read_text("utf-8").splitlines() if not row.startswith("#")]
    return tuple(
        Measure(
            key=row["measure"],
            unit=row["unit"],
            better=BETTER[row["better"]],
            name=Text(row["zh"], row["en"]),
            definition=Text(row["definition_zh"], row["definition_en"]),
        )
        for row in csv.DictReader(lines)
    )


def in_order(keys: object) -> tuple[Measure, ...]:
    """Those of the keys that are measures, in the order of the file."""
    wanted = set(keys)  # type: ignore[call-overload]
    return tuple(measure for measure in measures() if measure.key in wanted)


def measure_of(key: str) -> Measure:
    """The measure of a key. Raises: LookupError for a word that is no measure."""
    for measure in measures():
        if measure.key == key:
            return measure
    message = f"no such measure: {key}"
    raise LookupError(message)
