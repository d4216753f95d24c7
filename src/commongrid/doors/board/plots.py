"""Plots drawn by the server: small SVG, no script, no colour without a shape or a word.

Every plot has a title and a description, and a table with the same numbers stands beside it.
Colours come from the style sheet by class, so that a dark page has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 360, 190
START, END, TOP, FOOT = 40, 10, 12, 34


@dataclass(frozen=True, slots=True)
class Mark:
    """One place on a plot. ``value`` None: hidden or nothing, drawn as a gap."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


def share_bar(share: float, low: float, high: float) -> SafeString:
    """A share in a row of a table: a bar, and its interval as a line. The numbers stand beside."""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="12"/>'
        '<rect class="bar-share" width="{}" height="12"/>'
        '<rect class="bar-reach" x="{}" y="4.5" width="{}" height="3"/></svg>',
        _n(100 * share),
        _n(100 * low),
        _n(max(100 * (high - low), 0.6)),
    )


def count_bar(count: int, most: int) -> SafeString:
    """A count in a row of a table, against the largest of its level."""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="12"/>'
        '<rect class="bar-count" width="{}" height="12"/></svg>',
        _n(100 * count / most if most else 0),
    )


def month_shares(key: str, title: str, told: str, marks: Sequence[Mark]) -> SafeString:
    """Shares through the months: a dot each, its interval as a line. The axis is 0 to 100 %."""
    parts = [_grid([(0.0, "0"), (0.5, "50"), (1.0, "100 %")])]
    for place, mark in enumerate(marks):
        x = _x(place, len(marks))
        parts.append(_month(x, mark.label, place, len(marks)))
        if mark.value is None or mark.low is None or mark.high is None:
            parts.append(_gap(x))
            continue
        parts.append(
            format_html(
                '<line class="plot-reach" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
                '<circle class="plot-dot" cx="{0}" cy="{3}" r="4"/>',
                _n(x),
                _n(_y(mark.low)),
                _n(_y(mark.high)),
                _n(_y(mark.value)),
            )
        )
    return _framed(key, title, told, parts)


def month_counts(key: str, title: str, told: str, marks: Sequence[Mark]) -> SafeString:
    """Counts through the months: a bar each, from nothing."""
    most = max((mark.value or 0 for mark in marks), default=0) or 1
    parts = [_grid([(0.0, "0"), (1.0, f"{most:.0f}")])]
    wide = min(36.0, 0.7 * (WIDTH - START - END) / max(len(marks), 1))
    for place, mark in enumerate(marks):
        x = _x(place, len(marks))
        parts.append(_month(x, mark.label, place, len(marks)))
        if mark.value is None:
            parts.append(_gap(x))
            continue
        y = _y(mark.value / most)
        parts.append(
            format_html(
                '<rect class="plot-bar" x="{}" y="{}" width="{}" height="{}"/>',
                _n(x - wide / 2),
                _n(y),
                _n(wide),
                _n(_y(0) - y),
            )
        )
    return _framed(key, title, told, parts)


def named_bars(key: str, title: str, told: str, marks: Sequence[Mark]) -> SafeString:
    """A bar for each name, the name above it; its interval as a line. Bars begin at nothing."""
    most = max((mark.high or mark.value or 0 for mark in marks), default=0) or 1
    wide, step = WIDTH - END - START, 30
    parts = []
    for place, mark in enumerate(marks):
        y, value = TOP + place * step, mark.value or 0
        parts.append(
            format_html(
                '<text class="plot-text" x="0" y="{}">{}</text>'
                '<rect class="plot-bar" x="0" y="{}" width="{}" height="9"/>'
                '<text class="plot-text" x="{}" y="{}" text-anchor="end">{}</text>',
                y,
                mark.label,
                y + 4,
                _n(wide * value / most),
                WIDTH,
                y + 12,
                _n(round(value, 1)),
            )
        )
        if mark.low is not None and mark.high is not None:
            parts.append(
                format_html(
                    '<line class="plot-reach" x1="{}" x2="{}" y1="{}" y2="{}"/>',
                    _n(wide * mark.low / most),
                    _n(wide * mark.high / most),
                    y + 8.5,
                    y + 8.5,
                )
            )
    return _framed(key, title, told, parts, height=TOP + len(marks) * step)


def still_waiting(key: str, title: str, told: str, marks: Sequence[Mark]) -> SafeString:
    """The share still waiting after each interval, as a stair with its bounds."""
    parts = [_grid([(0.0, "0"), (0.5, "50"), (1.0, "100 %")])]
    wide = (WIDTH - START - END) / max(len(marks), 1)
    before = 1.0
    for place, mark in enumerate(marks):
        left = START + place * wide
        value = before if mark.value is None else mark.value
        low, high = mark.low or 0.0, mark.high or 0.0
        if mark.value is not None:
            parts.append(
                format_html(
                    '<rect class="plot-band" x="{}" y="{}" width="{}" height="{}"/>',
                    _n(left),
                    _n(_y(high)),
                    _n(wide),
                    _n(max(_y(low) - _y(high), 0)),
                )
            )
        parts.append(
            format_html(
                '<path class="plot-stair" d="M{0} {2} V{3} H{1}"/>',
                _n(left),
                _n(left + wide),
                _n(_y(before)),
                _n(_y(value)),
            )
        )
        parts.append(_label(left + wide / 2, mark.label))
        before = value
    return _framed(key, title, told, parts)


def _framed(
    key: str, title: str, told: str, parts: Sequence[SafeString], *, height: int = HEIGHT
) -> SafeString:
    return format_html(
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        WIDTH,
        height,
        key,
        key,
        key,
        title,
        key,
        told,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _grid(lines: Sequence[tuple[float, str]]) -> SafeString:
    return format_html_join(
        "",
        '<line class="plot-line" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="plot-text" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (START, WIDTH - END, _n(_y(at)), _n(_y(at)), START - 5, _n(_y(at) + 4), words)
            for at, words in lines
        ),
    )


def _month(x: float, label: str, place: int, count: int) -> SafeString:
    """A month's name; where many stand together, every second or third."""
    every = 1 + count // 8
    return _label(x, label) if (count - 1 - place) % every == 0 else SafeString("")


def _label(x: float, label: str) -> SafeString:
    return format_html(
        '<text class="plot-text" x="{}" y="{}" text-anchor="middle">{}</text>',
        _n(x),
        HEIGHT - FOOT + 16,
        label,
    )


def _gap(x: float) -> SafeString:
    return format_html(
        '<text class="plot-text" x="{}" y="{}" text-anchor="middle">?</text>', _n(x), _n(_y(0) - 6)
    )


def _x(place: int, count: int) -> float:
    wide = (WIDTH - START - END) / max(count, 1)
    return START + (place + 0.5) * wide


def _y(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - FOOT)


def _n(value: float) -> str:
    """A number as SVG reads it, in every language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
