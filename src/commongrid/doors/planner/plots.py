"""Plots of a rehearsal, drawn by the server: no script, and no colour without a letter or a dash.

Alternatives are lettered; each letter has its own colour, mark and dash, on all plots alike. A
table with the same numbers stands beside every plot. The same drawings go into the PDF.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 360, 200
START, END, TOP, FOOT = 42, 22, 12, 34
KINDS = 6  # colours, marks and dashes; more alternatives begin again


Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Dot:
    """A value of one alternative with its interval, and its words."""

    place: int
    letter: str
    value: float
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """Dots that share a name and a scale."""

    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A line of one alternative with its band; empty bands are not drawn."""

    place: int
    letter: str
    at: tuple[float, ...]
    value: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticks:
    """Marks of an axis: where, and what is written. The last is the axis' end."""

    until: float
    rows: tuple[tuple[float, str], ...]


def intervals(key: str, title: str, told: str, groups: Sequence[Group]) -> SafeString:
    """A name, and a dot with its interval for each alternative; each name has its own scale."""
    parts, y = [], 4
    for group in groups:
        ends = [end for dot in group.dots for end in (dot.low, dot.high)]
        low, high = min(ends), max(ends)
        room = (high - low) * 0.06 or 1.0
        scale = _scale(low - room, high + room, 20, WIDTH - 84)
        y += 11
        parts.append(_text(0, y, group.name, "start", strong=True))
        for dot in group.dots:
            y += 15
            parts.append(_dot_row(dot, y, scale))
        y += 8
    return _framed(key, title, told, parts, height=y)


def bars(key: str, title: str, told: str, groups: Sequence[Group]) -> SafeString:
    """A name, and a bar from nothing for each alternative, its interval as a line."""
    most = max((dot.high for group in groups for dot in group.dots), default=0) or 1
    scale, parts, y = _scale(0, most, 20, WIDTH - 84), [], 4
    for group in groups:
        y += 11
        parts.append(_text(0, y, group.name, "start", strong=True))
        for dot in group.dots:
            y += 15
            parts.append(
                format_html(
                    '<rect class="pl-bar pl-{}" x="20" y="{}" width="{}" height="8"/>',
                    dot.place % KINDS, y - 9, _n(max(scale(dot.value) - 20, 0.5)),
                )
            )  # fmt: skip
            parts.append(_reach(dot, y - 5, scale))
            parts += [_text(6, y - 1, dot.letter, "middle"), _words(dot, y)]
        y += 8
    return _framed(key, title, told, parts, height=y)


def lines(
    key: str, title: str, told: str, paths: Sequence[Path], *, across: Ticks, up: Ticks
) -> SafeString:
    """Lines over time, each with its band and its letter at the end."""
    x = _scale(0, across.until, START, WIDTH - END)
    y = _scale(0, up.until, HEIGHT - FOOT, TOP)
    parts = [_ground(across, up, x, y)]
    shown = [_cut(path, across.until) for path in paths]
    parts += [_band(path, x, y) for path in shown if path.low]
    parts += [_line(path, x, y) for path in shown]
    return _framed(key, title, told, [*parts, *_ends(shown, x, y)])


def _ends(paths: Sequence[Path], x: Scale, y: Scale) -> Iterator[SafeString]:
    """Letters at the ends of lines, moved apart where they would lie on each other."""
    wanted = sorted((y(path.value[-1]), path.place, path) for path in paths if path.value)
    last = -1e9
    for at, _, path in wanted:
        last = max(at, last + 11)
        yield _text(
            min(x(path.at[-1]) + 4, WIDTH - END + 4), last + 4, path.letter, "start", strong=True
        )


def _cut(path: Path, until: float) -> Path:
    """The path up to the axis' end; the last piece is cut where the axis ends."""
    keep = sum(at <= until for at in path.at)
    if keep == len(path.at) or not keep:
        return path

    def shorter(values: tuple[float, ...]) -> tuple[float, ...]:
        if not values:
            return values
        a, b = path.at[keep - 1], path.at[keep]
        part = (until - a) / (b - a)
        return (*values[:keep], values[keep - 1] + part * (values[keep] - values[keep - 1]))

    return Path(
        path.place, path.letter, (*path.at[:keep], until),
        shorter(path.value), shorter(path.low), shorter(path.high),
    )  # fmt: skip


def mark(place: int, x: float, y: float) -> SafeString:
    """The sign of an alternative: circle, square, triangle, diamond ..."""
    kind = place % KINDS
    if kind == 0:
        shape = format_html('<circle class="pl-mark pl-0" cx="{}" cy="{}" r="3.6"/>', _n(x), _n(y))
    else:
        shape = format_html(
            '<path class="pl-mark pl-{}" d="M{} {}{}"/>', kind, _n(x), _n(y), MARKS[kind - 1]
        )
    return shape


MARKS = (
    "m-3.4-3.4h6.8v6.8h-6.8z",  # square
    "m0-4.4l4.2 7.8h-8.4z",  # triangle
    "m0-4.6l4.4 4.6l-4.4 4.6l-4.4-4.6z",  # diamond
    "m0 4.4l4.2-7.8h-8.4z",  # triangle upside down
    "m-4-1.3h2.7v-2.7h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7z",  # cross
)


def sign(place: int) -> SafeString:
    """The same sign beside a name in the page."""
    return format_html(
        '<svg class="pl-sign" viewBox="0 0 12 12" aria-hidden="true">{}</svg>', mark(place, 6, 6)
    )


def steps_up_to(most: float, *, count: int = 4) -> tuple[float, ...]:
    """Round numbers from nothing to at least ``most``."""
    raw = (most or 1) / count
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n >= raw * 0.999)
    found, at = [0.0], 0.0
    while at < (most or 1) * 0.999:
        at += step
        found.append(round(at, 10))
    return tuple(found)


def _dot_row(dot: Dot, y: float, scale: Scale) -> SafeString:
    return format_html(
        '<line class="pl-rule" x1="20" x2="{}" y1="{}" y2="{}"/>{}{}{}{}',
        WIDTH - 84, _n(y - 4), _n(y - 4), _reach(dot, y - 4, scale),
        mark(dot.place, scale(dot.value), y - 4), _text(6, y, dot.letter, "middle"), _words(dot, y),
    )  # fmt: skip


def _words(dot: Dot, y: float) -> SafeString:
    return _text(WIDTH, y, dot.words, "end")


def _reach(dot: Dot, y: float, scale: Scale) -> SafeString:
    return format_html(
        '<line class="pl-reach" x1="{}" x2="{}" y1="{}" y2="{}"/>',
        _n(scale(dot.low)), _n(scale(dot.high)), _n(y), _n(y),
    )  # fmt: skip


def _ground(across: Ticks, up: Ticks, x: Scale, y: Scale) -> SafeString:
    levels = format_html_join(
        "",
        '<line class="pl-rule" x1="{}" x2="{}" y1="{}" y2="{}"/>{}',
        (
            (START, WIDTH - END, _n(y(at)), _n(y(at)), _text(START - 5, y(at) + 4, said, "end"))
            for at, said in up.rows
        ),
    )
    foot = HEIGHT - FOOT
    marks = format_html_join(
        "",
        '<line class="pl-rule" x1="{}" x2="{}" y1="{}" y2="{}"/>{}',
        (
            (_n(x(at)), _n(x(at)), foot, foot + 4, _text(x(at), foot + 17, said, "middle"))
            for at, said in across.rows
        ),
    )
    return format_html("{}{}", levels, marks)


def _line(path: Path, x: Scale, y: Scale) -> SafeString:
    points = " ".join(f"{_n(x(a))},{_n(y(v))}" for a, v in zip(path.at, path.value, strict=True))
    return format_html('<polyline class="pl-line pl-{}" points="{}"/>', path.place % KINDS, points)


def _band(path: Path, x: Scale, y: Scale) -> SafeString:
    there = [f"{_n(x(a))},{_n(y(v))}" for a, v in zip(path.at, path.high, strict=True)]
    back = [f"{_n(x(a))},{_n(y(v))}" for a, v in zip(path.at, path.low, strict=True)]
    return format_html(
        '<polygon class="pl-band pl-{}" points="{}"/>',
        path.place % KINDS, " ".join([*there, *reversed(back)]),
    )  # fmt: skip


def _framed(
    key: str, title: str, told: str, parts: Sequence[SafeString], *, height: float = HEIGHT
) -> SafeString:
    return format_html(
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        WIDTH, _n(height), key, key, key, title, key, told,
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _text(x: float, y: float, said: str, anchor: str, *, strong: bool = False) -> SafeString:
    return format_html(
        '<text class="pl-text{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        " pl-strong" if strong else "", _n(x), _n(y), anchor, said,
    )  # fmt: skip


def _scale(low: float, high: float, begin: float, end: float) -> Scale:
    size = (high - low) or 1.0
    return lambda value: begin + (value - low) / size * (end - begin)


def _n(value: float) -> str:
    """A number as SVG reads it, in every language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


PAPER_COLOURS = ("#0b5568", "#b35900", "#6a3d9a", "#1c6e3d", "#b3261e", "#3a454e")
PAPER_DASHES = ("none", "6 3", "2 3", "8 3 2 3", "4 4", "1 3")


def on_paper(drawn: SafeString, font: str) -> str:
    """The drawing as a file of its own, with its colours inside: for the PDF."""
    rules = [
        f".pl-text{{font-family:'{font}';font-size:11px;fill:#333}}.pl-strong{{font-weight:bold}}",
        ".pl-rule{stroke:#d5dade}.pl-reach{stroke:#77848f;stroke-width:2}",
        ".pl-line{fill:none;stroke-width:1.8}.pl-band{opacity:.16}",
    ]
    for place, (colour, dash) in enumerate(zip(PAPER_COLOURS, PAPER_DASHES, strict=True)):
        rules.append(f".pl-mark.pl-{place},.pl-bar.pl-{place},.pl-band.pl-{place}{{fill:{colour}}}")
        rules.append(f".pl-line.pl-{place}{{stroke:{colour};stroke-dasharray:{dash}}}")
    head = f'<svg xmlns="http://www.w3.org/2000/svg"><style>{"".join(rules)}</style>'
    size = str(drawn).split('viewBox="', 1)[1].split('"', 1)[0]
    body = str(drawn).split(">", 1)[1]
    return head.replace("<svg ", f'<svg viewBox="{size}" ', 1) + body
