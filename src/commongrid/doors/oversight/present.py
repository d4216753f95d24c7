"""How an estimate is said: shares as whole numbers in a hundred, never without their interval."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from commongrid.bridges import sampling
from commongrid.doors.oversight.overseeing import lang


@dataclass(frozen=True, slots=True)
class LineView:
    """One stratum as it is drawn."""

    name: str
    whole: int
    drawn: int
    told: int
    false: int
    share: str


@dataclass(frozen=True, slots=True)
class EstimateView:
    """An estimate as it is drawn. ``share`` is "" where nothing could be told."""

    made: sampling.SampleEstimate
    share: str
    interval: str
    bounds: str
    lines: tuple[LineView, ...]


def view_of(made: sampling.SampleEstimate | None) -> EstimateView | None:
    """The words of an estimate; None before the sample is drawn."""
    if made is None:
        return None
    lines = tuple(
        LineView(
            one.name.in_(lang()), one.whole, one.drawn, one.told, one.false,
            _between(one.low, one.high) if one.told else _("nothing told yet"),
        )
        for one in made.lines
    )  # fmt: skip
    return EstimateView(
        made=made,
        share="" if made.share is None else percent(made.share),
        interval=_between(made.low, made.high),
        bounds=_between(made.least, made.most),
        lines=lines,
    )


def percent(share: float) -> str:
    """A share in a hundred; what is little and not nothing is said so.

    Example:
        >>> percent(0.0), percent(0.004), percent(0.126), percent(1.0)
        ('0%', '<1%', '13%', '100%')
    """
    if 0 < share < 0.01:
        return "<1%"
    return f"{round(share * 100)}%"


def _between(low: float, high: float) -> str:
    return _("%(low)s to %(high)s") % {"low": percent(low), "high": percent(high)}
