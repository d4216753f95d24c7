"""What a code says about a place: level, kind and the place above it."""

from __future__ import annotations

from dataclasses import dataclass

from commongrid.kernel.codes import (
    CodeSystem,
    DivisionCode,
    parse_division_code,
    parse_grid_code,
)
from commongrid.rooms.places.domain.words import KINDS_OF, Kind, Level

PRIMARY_SYSTEM = CodeSystem.NBS
"""Paths are written in codes of this system; codes of another carry its name in the path."""

_TOWNSHIP_KINDS = {
    "subdistrict": Kind.SUBDISTRICT,
    "town": Kind.TOWN,
    "township": Kind.TOWNSHIP,
    "township_like": Kind.FARM,
}


@dataclass(frozen=True, slots=True)
class PlaceCode:
    """A code read for what it says. ``parent_code`` is "" for a city."""

    code: str
    system: CodeSystem
    level: Level
    kind: Kind
    parent_code: str

    @property
    def segment(self) -> str:
        """The part of a path that stands for this place.

        The same digits name other places in other systems, so only one system goes without its
        name: a path of one never begins with a path of another.
        """
        return self.code if self.system is PRIMARY_SYSTEM else f"{self.system}:{self.code}"


def read_place_code(text: str, system: CodeSystem = PRIMARY_SYSTEM) -> PlaceCode:
    """Read the code of a division, a grid or a micro-grid.

    Raises: ValueError naming the part that is wrong.

    Example:
        >>> found = read_place_code("150502004001601")
        >>> found.level.value, found.kind.value, found.parent_code
        ('grid', 'exclusive', '150502004001')
    """
    plain = text.strip()
    if len(plain) <= 12:
        return _read_division(parse_division_code(plain, system))
    grid = parse_grid_code(plain, system)
    if grid.micro is not None:
        kind = KINDS_OF[Level.MICRO_GRID][0]
        return PlaceCode(str(grid), system, Level.MICRO_GRID, kind, str(grid.grid))
    return PlaceCode(str(grid), system, Level.GRID, Kind(grid.kind), str(grid.division))


def _read_division(division: DivisionCode) -> PlaceCode:
    level = Level(division.level)
    kind = KINDS_OF[level][0]
    if level is Level.TOWNSHIP and division.township_kind:
        kind = _TOWNSHIP_KINDS[division.township_kind]
    parent = division.parent
    return PlaceCode(str(division), division.system, level, kind, str(parent) if parent else "")


def path_below(parent_path: str, code: PlaceCode) -> str:
    """The path of a place under the path of its parent ("" for a city)."""
    return f"{parent_path or '/'}{code.segment}/"


def code_in_segment(segment: str) -> str:
    """The code that a path segment stands for."""
    return segment.rpartition(":")[2]
