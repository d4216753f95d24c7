"""Codes of divisions and grids: what the digits say, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

DIVISION_DIGITS = 12


class CodeSystem(StrEnum):
    """Who gave the code; the same digits may mean different places in different systems."""

    NBS = "nbs"  # the list of the National Bureau of Statistics
    MAP_PROVIDER = "map_provider"  # adcodes of a map service
    LOCAL = "local"  # codes a place made for itself


Level = Literal["city", "county", "township", "village"]
TownshipKind = Literal["subdistrict", "town", "township", "township_like"]

_TOWNSHIP_KINDS: dict[str, TownshipKind] = {
    "0": "subdistrict",
    "1": "town",
    "2": "township",
    "4": "township_like",
}


@dataclass(frozen=True, slots=True)
class DivisionCode:
    """A division: county part of 6 digits (GB/T 2260), township part of 3, village part of 3.

    Zeros at the end stand for "the whole of it", so the digits tell the level. A township is a
    sumu in pasture areas; township-like units are farms, pastures and forest stations.
    """

    digits: str
    system: CodeSystem

    def __str__(self) -> str:
        return self.digits

    @property
    def level(self) -> Level:
        """City, county (district or banner), township (subdistrict, town, sumu) or village."""
        if self.digits[9:] != "000":
            return "village"
        if self.digits[6:9] != "000":
            return "township"
        return "county" if self.digits[4:6] != "00" else "city"

    @property
    def township_kind(self) -> TownshipKind | None:
        """What the first digit of the township part says; None above and for unlisted digits.

        Source: domain.md section 2, list of the National Bureau of Statistics.
        """
        if self.level in ("city", "county"):
            return None
        return _TOWNSHIP_KINDS.get(self.digits[6])

    @property
    def parent(self) -> DivisionCode | None:
        """The division one level up; None for a city."""
        kept = {"village": 9, "township": 6, "county": 4, "city": 0}[self.level]
        if not kept:
            return None
        return DivisionCode(self.digits[:kept].ljust(DIVISION_DIGITS, "0"), self.system)

    def is_within(self, other: DivisionCode) -> bool:
        """Whether this is the other division or lies below it, in the same code system."""
        kept = {"village": 12, "township": 9, "county": 6, "city": 4}[other.level]
        return self.system == other.system and self.digits[:kept] == other.digits[:kept]


def parse_division_code(text: str, system: CodeSystem = CodeSystem.NBS) -> DivisionCode:
    """Read a division code of 12 digits, or of 6 or 9 that mean zeros behind.

    Raises: ValueError naming the part that is wrong and the rule.

    Example:
        >>> code = parse_division_code("150522100")
        >>> str(code), code.level, code.township_kind, str(code.parent)
        ('150522100000', 'township', 'town', '150522000000')
    """
    found = text.strip()
    if not re.fullmatch(r"[0-9]{6}(?:[0-9]{3}){0,2}", found):
        message = f"division code {text!r}: must have 12 digits, or the first 6 or 9 of them"
        raise ValueError(message)
    digits = found.ljust(DIVISION_DIGITS, "0")
    if digits[0] == "0" or digits[2:4] == "00":
        message = f"division code {text!r}: county part {digits[:6]} must name a city or a county"
        raise ValueError(message)
    if digits[6:9] == "000" and digits[9:] != "000":
        message = f"division code {text!r}: village part {digits[9:]} given without a township part"
        raise ValueError(message)
    return DivisionCode(digits, system)


def parent(code: DivisionCode) -> DivisionCode | None:
    """The division one level up; None for a city."""
    return code.parent


GridKind = Literal["comprehensive", "exclusive", "emergency"]

_GRID_RANGES: tuple[tuple[GridKind, int, int], ...] = (
    ("comprehensive", 1, 599),
    ("exclusive", 601, 899),
    ("emergency", 900, 999),
)
_GRID_SHAPE = re.compile(r"(?P<division>[0-9]{12})(?P<number>[0-9]{3})(?:-(?P<micro>.*))?")


@dataclass(frozen=True, slots=True)
class GridCode:
    """A grid in a village or community, or one of its micro-grids.

    Raises: ValueError naming the field that is wrong and the rule.
    Source: domain.md section 2, "Ours": 001-599 comprehensive, 601-899 exclusive, 9xx emergency.
    """

    division: DivisionCode
    number: int
    micro: int | None = None

    def __post_init__(self) -> None:
        if self.division.level != "village":
            message = (
                f"division {self.division}: a grid belongs to one village or community, "
                f"never straight to a {self.division.level}"
            )
            raise ValueError(message)
        if not any(low <= self.number <= high for _, low, high in _GRID_RANGES):
            message = (
                f"number {self.number:03d}: must be 001-599 (comprehensive), 601-899 (exclusive) "
                "or 900-999 (emergency)"
            )
            raise ValueError(message)
        if self.micro is not None and not 1 <= self.micro <= 99:
            message = f"micro {self.micro}: a micro-grid has a number from 01 to 99"
            raise ValueError(message)

    def __str__(self) -> str:
        grid = f"{self.division}{self.number:03d}"
        return grid if self.micro is None else f"{grid}-{self.micro:02d}"

    @property
    def kind(self) -> GridKind:
        """What the number says the grid is for."""
        return next(kind for kind, low, high in _GRID_RANGES if low <= self.number <= high)

    @property
    def grid(self) -> GridCode:
        """The grid itself, without the micro-grid."""
        return GridCode(self.division, self.number)


def parse_grid_code(text: str, system: CodeSystem = CodeSystem.NBS) -> GridCode:
    """Read a grid code, with or without a micro-grid.

    Raises: ValueError naming the field that is wrong and the rule.

    Example:
        >>> code = parse_grid_code("150502001001003-07")
        >>> code.kind, code.micro, str(code.grid)
        ('comprehensive', 7, '150502001001003')
    """
    match = _GRID_SHAPE.fullmatch(text.strip())
    if match is None:
        message = f"grid code {text!r}: must have 12 digits of division and 3 of number"
        raise ValueError(message)
    micro = match["micro"]
    if micro is not None and not re.fullmatch(r"[0-9]{2}", micro):
        message = f"grid code {text!r}: micro {micro!r} must have two digits"
        raise ValueError(message)
    try:
        division = parse_division_code(match["division"], system)
        return GridCode(division, int(match["number"]), None if micro is None else int(micro))
    except ValueError as error:
        message = f"grid code {text!r}: {error}"
        raise ValueError(message) from error
