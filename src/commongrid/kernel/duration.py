"""How long a promise may take, as the charter writes it: `0.5h`, `4wh`, `7d`, `5wd`, `1mo`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

Unit = Literal["h", "wh", "d", "wd", "mo"]
"""Real hours, working hours, calendar days, working days, calendar months."""
UNITS: tuple[Unit, ...] = get_args(Unit)
HOUR_UNITS = frozenset({"h", "wh"})

_SHAPE = re.compile(r"(?P<amount>[0-9]{1,4}(?:\.[0-9]{1,3})?)(?P<unit>[a-z]+)")


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of one unit of time; what it means on a clock is decided by `worktime`.

    Raises: ValueError naming the rule that is broken.
    """

    amount: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            message = f"unit {self.unit!r}: must be one of {', '.join(UNITS)}"
            raise ValueError(message)
        if not self.amount.is_finite() or self.amount < 0:
            message = f"amount {self.amount}: must be zero or more"
            raise ValueError(message)
        if self.unit not in HOUR_UNITS and self.amount != self.amount.to_integral_value():
            message = (
                f"amount {self.amount}{self.unit}: days and months end at midnight or at the close "
                "of office hours, so only whole ones are allowed; use h or wh for parts"
            )
            raise ValueError(message)

    def __str__(self) -> str:
        amount = self.amount.normalize() if self.amount else Decimal(0)
        return f"{amount:f}{self.unit}"

    @property
    def whole(self) -> int:
        """The amount of days or months."""
        return int(self.amount)

    @property
    def microseconds(self) -> int:
        """The amount of hours in microseconds, the grain of every instant."""
        return round(self.amount * 3_600_000_000)


def parse_duration(text: str) -> Duration:
    """Read a duration of the charter.

    Raises: ValueError naming the rule that is broken.
    Source: matters.csv, "Durations": decimals are allowed for hours.

    Example:
        >>> parse_duration("0.5h")
        Duration(amount=Decimal('0.5'), unit='h')
        >>> str(parse_duration("10wd"))
        '10wd'
    """
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        message = (
            f"duration {text!r}: expected a number of at most four digits, with at most three "
            f"decimals, followed by one of {', '.join(UNITS)}; for example 0.5h or 5wd"
        )
        raise ValueError(message)
    unit = next((known for known in UNITS if known == match["unit"]), None)
    if unit is None:
        message = f"duration {text!r}: unit {match['unit']!r} is not one of {', '.join(UNITS)}"
        raise ValueError(message)
    return Duration(Decimal(match["amount"]), unit)
