"""How a rehearsal's numbers are written: shares, hours, minutes, counts, days and moments.

A number on a page stands in ``<data value>`` with all its digits, so that a program, or a doubtful
reader, finds the same number in report.json.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from commongrid.bridges.rehearsal.reports import Figure

LABEL = "模拟 · simulated"  # in both languages on every page and sheet, whoever it is handed to
DAY_S, HOUR_S = 86_400, 3_600
LARGE, SMALL = 100, 0.1  # from here on no decimals; below it two
RARE, TINY = 0.1, 0.001  # shares said with two decimals: themselves, and their differences


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and how it is said."""

    value: float | int
    text: str

    @property
    def html(self) -> SafeString:
        """The number in a page."""
        return format_html('<data value="{}">{}</data>', repr(self.value), self.text)

    def __html__(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with numbers in it. ``words`` has ``{names}`` of the parts."""

    words: str
    parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def html(self) -> SafeString:
        """The sentence in a page."""
        return (
            format_html(self.words, **self.parts) if self.parts else format_html("{}", self.words)
        )

    def __html__(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.words.format(**{name: str(part) for name, part in self.parts.items()})


def language() -> str:
    return get_language() or "zh-hans"


def amount(value: float, unit: str) -> Number:
    """A value in the unit of its measure."""
    if unit == "share":
        return bare(value, unit)
    return Number(value, f"{_counted(value)} {unit_name(unit)}")


def bare(value: float, unit: str) -> Number:
    """The same without its unit, for a column that names it."""
    if unit == "share":
        return Number(value, f"{_plain(100 * value, _share_places(value))} %")
    return Number(value, _counted(value))


def reach(figure: Figure, unit: str) -> Said:
    """An interval: its two ends, the unit once."""
    ends = (figure.low, figure.high)
    if unit == "share":
        places = max(_share_places(figure.mean), *map(_share_places, ends))
        low, high = (Number(x, _plain(100 * x, places)) for x in ends)
        return Said("{low}–{high} %", {"low": low, "high": high})
    places = _places_of(ends)
    low, high = (Number(x, _plain(x, places)) for x in ends)
    return Said("{low}–{high}", {"low": low, "high": high})


def change(value: float, unit: str) -> Number:
    """A difference with its sign; of shares in points."""
    if unit == "share":
        said = _signed(100 * value, _point_places((value,)))
        return Number(value, gettext("%(number)s points") % {"number": said})
    return Number(value, _signed(value, _places(value)))


def change_reach(figure: Figure, unit: str) -> Said:
    """The interval of a difference."""
    ends = (figure.low, figure.high)
    if unit == "share":
        places = _point_places((*ends, figure.mean))
        low, high = (Number(x, _signed(100 * x, places)) for x in ends)
    else:
        places = _places_of(ends)
        low, high = (Number(x, _signed(x, places)) for x in ends)
    return Said(pgettext("interval", "{low} to {high}"), {"low": low, "high": high})


def unit_name(unit: str) -> str:
    """What a number of this unit counts; a word of the charter or the model stays as it is."""
    return {
        "share": pgettext("unit", "share"),
        "matters": pgettext("unit", "matters"),
        "hours": pgettext("unit", "hours"),
        "minutes": pgettext("unit", "minutes"),
        "seconds": pgettext("unit", "seconds"),
        "persons": pgettext("unit", "persons"),
        "money": pgettext("unit", "units of money"),
        "a_year": pgettext("unit", "matters a year"),
        "matters a year": pgettext("unit", "matters a year"),
    }.get(unit, unit)


def count(value: int) -> Number:
    return Number(value, formats.number_format(value, use_l10n=True, force_grouping=True))


def span(seconds: float) -> str:
    """A time in minutes, hours or days."""
    if seconds < 2 * HOUR_S:
        value, unit = seconds / 60, pgettext("short", "min")
    elif seconds < 2 * DAY_S:
        value, unit = seconds / HOUR_S, pgettext("short", "h")
    else:
        value, unit = seconds / DAY_S, pgettext("short", "d")
    return f"{_trimmed(value)} {unit}"


def estimate(value: float, unit: str) -> Number:
    """A given number: seconds are said as a time."""
    if unit in ("seconds", "s"):
        return Number(value, span(value))
    return amount(value, unit)


def estimate_reach(figure: Figure, unit: str) -> Said:
    """The interval of a given number."""
    if unit not in ("seconds", "s"):
        return reach(figure, unit)
    low, high = (Number(x, span(x)) for x in (figure.low, figure.high))
    return Said("{low}–{high}", {"low": low, "high": high})


def day(iso: str) -> str:
    return formats.date_format(date.fromisoformat(iso), pgettext("day format", "j F Y"))


def last_day(iso: str) -> str:
    """The last day before an exclusive end."""
    return day((date.fromisoformat(iso) - timedelta(days=1)).isoformat())


def moment_at(micros: int) -> str:
    """An instant to the minute, local."""
    at = datetime.fromtimestamp(micros / 1e6, tz=UTC)
    return formats.date_format(timezone.localtime(at), pgettext("date format", "j M Y, H:i"))


def letter(place: int) -> str:
    """The sign of an alternative: A, B, C ..."""
    return chr(ord("A") + place % 26)


def html(value: object) -> SafeString:
    """Whatever it is, as it stands in a page."""
    return format_html("{}", value)


def _counted(value: float) -> str:
    return _plain(value, _places(value))


def _share_places(share: float) -> int:
    """A rare share is said more exactly, or its interval would have no width."""
    return 1 if abs(share) >= RARE or not share else 2


def _point_places(ends: Sequence[float]) -> int:
    """Decimals of points: where any of them is small, all are said more exactly."""
    return 2 if any(0 < abs(end) < TINY for end in ends) else 1


def _places_of(ends: Sequence[float]) -> int:
    """Both ends of an interval alike."""
    return max(map(_places, ends)) if max(map(abs, ends)) < LARGE else 0


def _places(value: float) -> int:
    """Decimals that say something."""
    if abs(value) >= LARGE or value == int(value):
        return 0
    return 2 if abs(value) < SMALL else 1


def _plain(value: float, places: int) -> str:
    rounded = round(value, places)
    if rounded == 0:
        rounded = 0.0  # never "-0.0"
    said = formats.number_format(abs(rounded), places, use_l10n=True, force_grouping=True)
    return f"−{said}" if math.copysign(1, rounded) < 0 and rounded else said


def _signed(value: float, places: int) -> str:
    said = _plain(value, places)
    return f"+{said}" if round(value, places) > 0 else said


def _trimmed(value: float) -> str:
    places = 0 if value >= 10 or value == int(value) else 1
    return formats.number_format(round(value, places), places, use_l10n=True, force_grouping=True)
