"""Student's t against the printed tables and its closed forms."""

from __future__ import annotations

from math import atan, pi, sqrt, tan
from statistics import NormalDist

import pytest

from commongrid.engines.contrast import t_beyond, t_quantile

TABLE = {
    # two-sided share: {freedom: value}, as printed in statistical tables
    0.90: {1: 6.314, 2: 2.920, 5: 2.015, 10: 1.812, 30: 1.697, 120: 1.658},
    0.95: {
        1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 9: 2.262, 10: 2.228, 19: 2.093,
        29: 2.045, 30: 2.042, 60: 2.000, 120: 1.980,
    },
    0.99: {1: 63.657, 2: 9.925, 5: 4.032, 9: 3.250, 10: 3.169, 30: 2.750, 60: 2.660, 120: 2.617},
    0.999: {1: 636.619, 2: 31.599, 5: 6.869, 10: 4.587, 30: 3.646, 120: 3.373},
}  # fmt: skip
ROWS = [(share, free, value) for share, row in TABLE.items() for free, value in row.items()]


@pytest.mark.parametrize(("share", "freedom", "value"), ROWS)
def test_it_is_what_the_tables_print(share: float, freedom: int, value: float) -> None:
    assert t_quantile(share, freedom) == pytest.approx(value, abs=0.00051)


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.3, 1.0, 7.0, 1e4, 1e9])
def test_one_and_two_degrees_have_closed_forms(value: float) -> None:
    assert t_beyond(value, 1) == pytest.approx(1 - 2 * atan(value) / pi, rel=1e-6, abs=1e-13)
    assert t_beyond(value, 2) == pytest.approx(1 - value / sqrt(2 + value**2), rel=1e-6, abs=1e-13)


def test_the_far_tail_is_not_lost() -> None:
    assert t_beyond(1e9, 1) == pytest.approx(2 / pi * 1e-9, rel=1e-9)
    assert t_quantile(1 - 1e-6, 1) == pytest.approx(tan(pi / 2 * (1 - 1e-6)), rel=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.95, 0.9999])
def test_with_many_degrees_it_is_normal(share: float) -> None:
    normal = NormalDist().inv_cdf(0.5 + share / 2)
    assert t_quantile(share, 10_000_000) == pytest.approx(normal, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("freedom", [1, 2, 3, 8, 31, 200, 999])
@pytest.mark.parametrize("share", [0.001, 0.5, 0.95, 0.99916])
def test_the_quantile_undoes_the_tail(share: float, freedom: int) -> None:
    assert t_beyond(t_quantile(share, freedom), freedom) == pytest.approx(1 - share, rel=1e-10)


def test_what_has_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        t_beyond(1.0, 0)
    for share in (1.0, -0.1):
        with pytest.raises(ValueError, match="share"):
            t_quantile(share, 5)
