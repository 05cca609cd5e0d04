"""Export potential and density against arithmetic and loops over their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from paxsilica.analysis.diversification.potential import advantage, density, potential, unrealised


def test_potential_of_two_markets_and_products_by_hand():
    """The exporter has 30 of 100 of the world's A and 10 of 50 of its B."""
    sold = np.array([[20.0, 4.0], [10.0, 6.0]])
    demand = np.array([[40.0, 20.0], [60.0, 30.0]])
    supply = 30 / 100, 10 / 50
    ease_1 = 24 / (supply[0] * 40 + supply[1] * 20)  # 24 / 16
    ease_2 = 16 / (supply[0] * 60 + supply[1] * 30)  # 16 / 24
    found = potential(sold, demand)
    assert found[0] == pytest.approx([12 * ease_1, 4 * ease_1])  # 18, 6
    assert found[1] == pytest.approx([18 * ease_2, 6 * ease_2])  # 12, 4
    assert unrealised(sold, potential(sold, demand)) == pytest.approx(
        np.array([[0, 2.0], [2.0, 0]])
    )


tables = arrays.arrays(float, (4, 3), elements=st.floats(0, 1e4))


@given(tables, tables)
def test_potential_sums_to_what_is_sold_to_a_market(sold, others):
    """Ease takes care of the pair, whatever the products: Decreux and Spies' normalisation."""
    found = potential(sold, sold + others)
    assert found.sum(1) == pytest.approx(sold.sum(1), rel=1e-9, abs=1e-9)
    assert (unrealised(sold, potential(sold, sold + others)) >= 0).all()


def test_potential_of_one_product_is_what_is_sold():
    sold = np.array([[3.0], [0.0], [5.0]])
    assert potential(sold, sold + 7) == pytest.approx(sold)


def by_definition(exports, i):
    """Hidalgo and others (2007), supplement, with loops: conditional probabilities counted one by one."""
    countries, products = exports.shape
    share = exports.sum(0) / exports.sum()
    has = [
        [
            exports[c].sum() > 0
            and share[k] > 0
            and exports[c, k] / exports[c].sum() / share[k] > 1
            for k in range(products)
        ]
        for c in range(countries)
    ]

    def given_other(k, m):
        with_m = [c for c in range(countries) if has[c][m]]
        return sum(has[c][k] for c in with_m) / len(with_m) if with_m else 0.0

    found = []
    for k in range(products):
        near = [
            min(given_other(k, m), given_other(m, k)) if m != k else 0.0 for m in range(products)
        ]
        whole = sum(near)
        found.append(
            sum(near[m] for m in range(products) if has[i][m]) / whole if whole else np.nan
        )
    return found


@pytest.mark.parametrize("seed", range(6))
def test_density_equals_loops_over_its_definition(seed):
    exports = np.random.default_rng(seed).lognormal(0, 2, (7, 5))
    exports[2] = 0.0
    exports[:, 4] *= seed % 2
    for i in range(7):
        assert density(exports, i) == pytest.approx(
            by_definition(exports, i), nan_ok=True, rel=1e-6
        )


def test_advantage_by_hand():
    """A country with half its exports in what is a quarter of the world's has an advantage of two."""
    exports = np.array([[1.0, 1.0], [1.0, 5.0]])
    assert advantage(exports)[0, 0] == pytest.approx(0.5 / 0.25)
    # weighted by the exporters' shares of a product, one over advantages has the mean one
    world = exports.sum(0) / exports.sum()
    assert (advantage(exports) * world).sum(1) == pytest.approx([1, 1])


def test_what_nobody_sells_has_no_advantage_and_no_density():
    exports = np.array([[1.0, 0.0], [2.0, 0.0]])
    assert np.isnan(advantage(exports)[:, 1]).all()
    assert np.isnan(density(exports, 0)[1])
