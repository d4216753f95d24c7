"""Samples of what was closed: how many from where, which, and what they say of the rest."""

from commongrid.engines.sampling.drawing import OTHERS, allocate, draw, merge_small, seed_from
from commongrid.engines.sampling.estimating import (
    SMALL,
    Estimate,
    Stratum,
    StratumEstimate,
    estimate,
)

__all__ = [
    "OTHERS",
    "SMALL",
    "Estimate",
    "Stratum",
    "StratumEstimate",
    "allocate",
    "draw",
    "estimate",
    "merge_small",
    "seed_from",
]
