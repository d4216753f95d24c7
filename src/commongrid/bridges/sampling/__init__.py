"""From closed matters to a sample, and from re-checks to an estimate."""

from commongrid.bridges.sampling.drawing import draw_sample
from commongrid.bridges.sampling.estimating import SampleEstimate, StratumLine, estimate_sample

__all__ = ["SampleEstimate", "StratumLine", "draw_sample", "estimate_sample"]
