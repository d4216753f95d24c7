"""What re-checks found to the engine's strata, and its answer to lines of a page."""

from __future__ import annotations

from dataclasses import dataclass

from commongrid.engines import sampling
from commongrid.kernel.text import Text
from commongrid.rooms.findings import face as findings

NO_NAME = Text("未分", "not told")


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumLine:
    """One stratum. Units: shares 0-1; None where nothing was told."""

    name: Text
    whole: int
    drawn: int
    told: int
    false: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEstimate:
    """What a sample says of all that was closed. Units: shares 0-1.

    ``waiting``: drawn and not re-checked yet; ``open``: of which it could not be told.
    ``least`` and ``most``: the interval's ends whatever is true of both.
    """

    whole: int
    drawn: int
    told: int
    false: int
    waiting: int
    open: int
    share: float | None
    low: float
    high: float
    least: float
    most: float
    is_small: bool
    lines: tuple[StratumLine, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every drawn matter has been told of."""
        return not self.waiting and not self.open


def estimate_sample(card: findings.SampleCard) -> SampleEstimate | None:
    """The estimate of a drawn sample; None before. Cost: none, but arithmetic."""
    if card.state is not findings.SampleState.DRAWN:
        return None
    keys = sorted(card.strata)
    strata = [_stratum(card, key) for key in keys]
    made = sampling.estimate(strata)
    lines = tuple(
        StratumLine(
            name=card.names.get(key, NO_NAME), whole=stratum.whole,
            drawn=stratum.told + stratum.unknown, told=stratum.told, false=stratum.false,
            share=one.share, low=one.low, high=one.high,
        )
        for key, stratum, one in zip(keys, strata, made.strata, strict=True)
    )  # fmt: skip
    return SampleEstimate(
        whole=sum(s.whole for s in strata), drawn=len(card.drawn), told=made.told,
        false=sum(s.false for s in strata),
        waiting=sum(one.found is None for one in card.drawn),
        open=sum(one.found is findings.Found.CANNOT_TELL for one in card.drawn),
        share=made.share, low=made.low, high=made.high, least=made.least, most=made.most,
        is_small=made.is_small, lines=lines,
    )  # fmt: skip


def _stratum(card: findings.SampleCard, key: str) -> sampling.Stratum:
    found = [one.found for one in card.drawn if one.stratum == key]
    false = found.count(findings.Found.NOT_SOLVED)
    told = false + found.count(findings.Found.SOLVED)
    return sampling.Stratum(card.strata[key], told, false, len(found) - told)
