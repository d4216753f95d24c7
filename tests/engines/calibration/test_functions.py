"""The special functions against sums and integrals that leave nothing to believe."""

from math import exp, lgamma, log

import numpy as np
import pytest

from commongrid.engines.calibration import functions


@pytest.mark.parametrize("x", [1e-3, 0.5, 1.0, 1.5, 7.99, 8.0, 123.4, 1e6])
def test_log_gamma_is_that_of_the_language(x):
    assert float(functions.log_gamma(x)) == pytest.approx(lgamma(x), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("shape", [0.5, 1.0, 3.7, 40.0, 900.0])
@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_a_gamma_quantile_holds_its_share_by_adding_up(shape, share):
    quantile = functions.gamma_quantile(shape, 1.0, share)
    # Substituting x = y**2 takes the pole at 0 away from shapes below one.
    y = (np.arange(400_000) + 0.5) * quantile**0.5 / 400_000
    density = np.exp((2 * shape - 1) * np.log(y) - y * y - lgamma(shape)) * 2
    assert density.sum() * quantile**0.5 / 400_000 == pytest.approx(share, abs=2e-6)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1.0, 1.0), (2.5, 30.0), (300.0, 7.0)])
@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_a_beta_quantile_holds_its_share_by_adding_up(a, b, share):
    quantile = functions.beta_quantile(a, b, share)
    angle = (np.arange(400_000) + 0.5) * np.arcsin(quantile**0.5) / 400_000
    front = lgamma(a + b) - lgamma(a) - lgamma(b)
    logs = front + (2 * a - 1) * np.log(np.sin(angle)) + (2 * b - 1) * np.log(np.cos(angle))
    area = 2 * np.exp(logs).sum() * np.arcsin(quantile**0.5) / 400_000
    assert area == pytest.approx(share, abs=2e-6)


def test_rates_and_shares_turn_over_at_their_ends():
    assert functions.gamma_quantile(0.0, 1.0, 0.9) == 0.0
    assert functions.beta_quantile(0.0, 2.0, 0.9) == 0.0
    assert functions.beta_quantile(2.0, 0.0, 0.9) == 1.0
    assert functions.beta_share(2.0, 3.0, 0.3) + functions.beta_share(
        3.0, 2.0, 0.7
    ) == pytest.approx(1.0)


def test_the_maximum_is_found_beside_a_lower_hill():
    def hills(x):
        return exp(-((log(x) - 2) ** 2)) + 1.5 * exp(-(((log(x) - 9) / 0.5) ** 2))

    assert log(functions.strongest(hills, 1e-2, 1e6)) == pytest.approx(9.0, abs=1e-3)
