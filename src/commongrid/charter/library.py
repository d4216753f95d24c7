"""The library: rules of other places, put on the units, types and days of this one.

A charter of the library lies in ``library/`` beside the places, rests on the same base and names
no place. It is never adopted as it stands; a rehearsal compares it on the demand of a place.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from commongrid.charter.header import HEADER_FILE, PLACE_KEYS
from commongrid.charter.linter import lint
from commongrid.charter.loader import load_charter
from commongrid.charter.problems import CharterError, Problem
from commongrid.charter.schema import Case, Charter, Limit, Mark, MatterType, Row
from commongrid.charter.tables import TABLES, rows_of
from commongrid.kernel.text import Text

FOLDER = "library"
NOTES = "notes.csv"


@dataclass(frozen=True, slots=True)
class Note:
    """What is known about a charter of the library. ``about``: as the file says."""

    charter: str
    about: str  # takes | open | beyond | refused | staff
    key: str
    text: Text
    source: str
    mark: Mark


def read_notes(root: Path) -> tuple[Note, ...]:
    """The notes on the library under the charters' folder; none where there is no library."""
    path = root / FOLDER / NOTES
    if not path.is_file():
        return ()
    lines = (x for x in path.read_text("utf-8").splitlines() if x and not x.startswith("#"))
    return tuple(
        Note(
            row["charter"],
            row["about"],
            row["key"],
            Text(row["zh"], row["en"]),
            row["source"],
            Mark(row["mark"]),
        )
        for row in csv.DictReader(lines, strict=True)
    )


def list_library_folders(root: Path) -> list[Path]:
    """Folders of the library under the charters' folder, by name."""
    return sorted(path.parent for path in root.glob(f"{FOLDER}/*/{HEADER_FILE}"))


def load_library_charter(folder: Path, place: Charter) -> Charter:
    """A charter of the library as it stands, with the place's code. Raises: CharterError."""
    return load_charter(folder, {key: str(getattr(place, key)) for key in PLACE_KEYS})


def check_library(root: Path, places: Sequence[Charter]) -> dict[str, tuple[Problem, ...]]:
    """What each charter of the library says wrongly on any of the places.

    Warnings about rows of the base and of a place are told there; what the notes call refused
    is known and told there.
    """
    notes = read_notes(root)
    found: dict[str, tuple[Problem, ...]] = {}
    for folder in list_library_folders(root) if places else ():
        known = {n.key for n in notes if n.charter == folder.name and n.about == "refused"}
        try:
            library = load_library_charter(folder, places[0])
            problems = [p for place in places for p in lint(lay_on(library, place))]
        except CharterError as error:
            problems = list(error.problems)
        own = (p for p in problems if p.is_error or p.where.file.startswith(f"{folder.name}/"))
        found[folder.name] = tuple(dict.fromkeys(p for p in own if p.code not in known))
    return found


def own_rows(library: Charter) -> tuple[Row, ...]:
    """What the charter itself says, without its base."""
    rows = (row for table in TABLES.values() for row in rows_of(library, table))
    return tuple(row for row in rows if is_own(row, library))


def is_own(row: Row, library: Charter) -> bool:
    """Whether a row stands in the charter's own folder."""
    return row.where.file.startswith(f"{library.charter_id}/")


def lay_on(library: Charter, place: Charter) -> Charter:
    """The library's rules with the place's code, days, units, duty lists, questions and types.

    Limits are the library's for types it knows, the place's own for the others. Cases a place
    does not have (a town has no hamlet) fall away with the limits that name them.
    """
    cases = _cases(library, place)
    limited = frozenset(row.type for row in library.limits if is_own(row, library))
    types = {code: _type(row, library, limited) for code, row in place.types.items()}
    return replace(
        library,
        place=place.place,
        code_system=place.code_system,
        kind_of_place=place.kind_of_place,
        calendar=place.calendar,
        valid_from=max(library.valid_from, place.valid_from),
        units=place.units,
        duties=place.duties,
        questions=place.questions,
        sorting=place.sorting,
        cases=cases,
        types=types,
        classes={**place.classes, **library.classes},
        milestones={**place.milestones, **library.milestones},
        limits=tuple(_limits(library, place, cases)),
        purposes={**library.purposes, **place.purposes},
        in_charge=tuple(row for row in library.in_charge if row.type in types),
    )


def _cases(library: Charter, place: Charter) -> dict[str, Case]:
    added = {name: row for name, row in library.cases.items() if is_own(row, library)}
    return {**place.cases, **added}


_WITH_LIMIT = {"none": "limit", "type": "both"}


def _type(row: MatterType, library: Charter, limited: frozenset[str]) -> MatterType:
    """The place's type; urgency and proof as the library says, where it says so itself."""
    known = library.types.get(row.code)
    if row.code in limited:
        row = replace(row, sourced=_WITH_LIMIT.get(row.sourced, row.sourced))
    if known is None or not is_own(known, library):
        return row
    return replace(row, urgency=known.urgency, photo=known.photo, proof=known.proof)


def _limits(library: Charter, place: Charter, cases: Mapping[str, Case]) -> Iterable[Limit]:
    for code in place.types:
        rules = library if code in library.types else place
        for row in rules.limits:
            if row.type == code and (not row.case or row.case in cases):
                yield row
