"""Partial equilibrium by product, against arithmetic written out here and exact demand systems solved by scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import optimize

from paxsilica.analysis.partial import ces_imports, gsim, smart
from paxsilica.errors import InputError

# ---- SMART ------------------------------------------------------------------------------------------------------


def test_smart_of_a_duty_that_goes_equals_arithmetic_by_hand() -> None:
    """100 from the supplier, 300 from rivals, a duty of 25 % goes, demand 1.2, substitution 1.5; rivals pay 25 %."""
    fall = 0.25 / 1.25  # the price falls by a fifth
    creation = 100 * 1.2 * fall  # 24
    diversion = 100 * 300 * 1.5 * fall / (100 + 300 + 100 * 1.5 * fall)  # 9000 / 430
    found = smart(100, 300, 0.25, 0.0, demand=1.2, rivals_tariff=0.25)
    assert creation == pytest.approx(24)
    assert found.creation == pytest.approx(creation)
    assert found.diversion == pytest.approx(diversion)
    assert found.total == pytest.approx(creation + diversion)
    # all duty on the supplier goes, and that on the rivals' lost trade
    assert found.revenue == pytest.approx(-0.25 * 100 - 0.25 * diversion)
    # half the old duty on what is bought more of the supplier, all of it on what rivals sell less
    assert found.welfare == pytest.approx(0.125 * (creation + diversion) - 0.25 * diversion)


def test_smart_of_a_risen_duty_equals_arithmetic_by_hand() -> None:
    rise = 0.5 / 1.1  # from 10 to 60 %
    ratio = 1 - 1.5 * rise
    diversion = 80 * 20 * (ratio - 1) / (20 + 80 * ratio)
    found = smart(80, 20, 0.1, 0.6, demand=0.5)
    assert found.diversion == pytest.approx(diversion)
    assert found.creation == pytest.approx(-80 * 0.5 * rise)
    assert found.revenue == pytest.approx(0.6 * (80 + found.total) - 0.1 * 80)


def test_smart_moves_the_ratio_by_the_elasticity_and_leaves_the_sum() -> None:
    found = smart(70, 50, 0.3, 0.12, demand=0.0, substitution=2.5)
    moved = found.diversion
    assert (70 + moved) / (50 - moved) == pytest.approx(70 / 50 * (1 + 2.5 * 0.18 / 1.3))


def test_smart_slows_creation_where_supply_is_not_endless() -> None:
    """dM/M = eps dp / (1 + eps/mu): demand -eps (dt + dq), supply mu dq, solved for dq."""
    duty, eps, mu = -0.05 / 1.05, 2.0, 3.0
    price = -eps * duty / (mu + eps)
    assert smart(10, 0, 0.05, 0, demand=eps, supply=mu).creation == pytest.approx(10 * mu * price)


amounts = st.floats(0, 1e6)
rates = st.floats(0, 3)


@given(amounts, amounts, rates, rates, st.floats(0, 4), st.floats(0, 12))
def test_smart_never_takes_more_than_there_is(M, R, t, new, demand, substitution) -> None:  # type: ignore[no-untyped-def]
    found = smart(M, R, t, new, demand, substitution)
    slack = 1e-9 * (M + R)
    assert -M - slack <= found.diversion <= R + slack
    assert M + found.total >= -slack


def test_smart_where_all_is_diverted_stops_at_all() -> None:
    found = smart(40, 60, 0.0, 1.0, demand=1.0, substitution=5)
    assert found.diversion == -40
    assert found.creation == 0


@given(st.floats(1, 1e3), st.floats(1, 1e3), rates, st.floats(0.2, 3), st.floats(1.2, 8))
def test_smart_overstates_against_exact_ces(M, R, t, demand, substitution) -> None:  # type: ignore[no-untyped-def]
    """For a small cut by the elasticity of demand times the rivals' share, which is its whole difference from CES."""
    cut = 1e-6 * (1 + t)
    linear, exact = (
        f(M, R, t, t - cut, demand, substitution, rivals_tariff=t)
        for f in (smart_total, ces_imports)
    )
    assert linear - exact == pytest.approx(demand * R / (M + R) * M * 1e-6, rel=1e-3, abs=1e-10 * M)
    assert linear > exact


def smart_total(*given: float, **more: float) -> float:
    return float(smart(*given, **more).total)


def test_ces_imports_equals_demand_solved_by_its_first_order_conditions() -> None:
    """The bundle is minimised by scipy at given prices, and its amount follows the price of the bundle."""
    sigma, eps, t, new = 3.0, 0.8, 0.2, 0.05
    M, R = 30.0, 70.0
    spent = np.array([M * (1 + t), R])
    weight = spent / spent.sum()  # at prices of one, quantities are spending
    prices = np.array([(1 + new) / (1 + t), 1.0])

    def bundle(q: np.ndarray) -> float:
        return float((weight ** (1 / sigma) * q ** (1 - 1 / sigma)).sum() ** (sigma / (sigma - 1)))

    found = optimize.minimize(
        lambda q: prices @ q,
        weight,
        bounds=[(1e-9, None)] * 2,
        constraints={"type": "eq", "fun": lambda q: bundle(q) - 1},
        options={"ftol": 1e-15, "maxiter": 500},
    )
    ours = found.x[0] / weight[0] * found.fun**-eps
    assert ces_imports(M, R, t, new, eps, sigma) == pytest.approx(M * (ours - 1), rel=1e-5)


def test_ces_imports_has_its_limit_at_an_elasticity_of_one() -> None:
    near, at = (ces_imports(3, 5, 0.3, 0.1, 0.7, sigma) for sigma in (1 + 1e-7, 1.0))
    assert at == pytest.approx(float(near), rel=1e-5)


# ---- GSIM -------------------------------------------------------------------------------------------------------


def test_gsim_of_two_regions_equals_arithmetic_by_hand() -> None:
    """A buys 60 of its own and 40 of B's, B buys 100 of A's and 100 of its own; A puts 10 % on B."""
    trade = np.array([[60.0, 40.0], [100.0, 100.0]])
    eps, sigma, mu, T = 1.25, 5.0, 1.5, 0.1
    # shares of spending: A .6/.4, B .5/.5; of sales: of A's 60/160 at home, of B's 40/140 in A
    own_a_in_a, cross_a_in_a = -(0.6 * eps + 0.4 * sigma), 0.4 * (sigma - eps)
    own_a_in_b, cross_a_in_b = -(0.5 * eps + 0.5 * sigma), 0.5 * (sigma - eps)
    own_b_in_a, cross_b_in_a = -(0.4 * eps + 0.6 * sigma), 0.6 * (sigma - eps)
    f, g = 60 / 160, 40 / 140
    # mu p_a = f (own p_a + cross (p_b + T)) + (1 - f) (own p_a + cross p_b), and so of b
    aa = mu - f * own_a_in_a - (1 - f) * own_a_in_b
    ab = -(f * cross_a_in_a + (1 - f) * cross_a_in_b)
    bb = mu - g * own_b_in_a - (1 - g) * own_a_in_b
    ba = -(g * cross_b_in_a + (1 - g) * cross_a_in_b)
    a, b = f * cross_a_in_a * T, g * own_b_in_a * T
    det = aa * bb - ab * ba
    p_a, p_b = (a * bb - ab * b) / det, (aa * b - ba * a) / det
    found = gsim(trade, np.zeros((2, 2)), [[0, T], [0, 0]])
    assert found.price == pytest.approx([p_a, p_b])
    bought = own_b_in_a * (p_b + T) + cross_b_in_a * p_a
    assert found.quantity[0, 1] == pytest.approx(bought)
    assert found.trade[0, 1] == pytest.approx(40 * (1 + p_b) * (1 + bought) - 40)
    assert found.revenue == pytest.approx([T * 40 * (1 + p_b) * (1 + bought), 0])
    assert found.producers == pytest.approx(
        [160 * p_a * (1 + mu * p_a / 2), 140 * p_b * (1 + mu * p_b / 2)]
    )
    mean = 0.6 * p_a + 0.4 * (p_b + T)
    assert found.consumers[0] == pytest.approx(-100 * mean * (1 - eps * mean / 2))


PAPER = np.array(
    [[0, 500, 300, 50], [50, 0, 100, 100], [200, 150, 200, 110], [300, 200, 200, 20]], float
)
"""The example of four regions of Francois and Hall (2003): USA, Japan, EU, rest; rows are importers."""

PAPER_TARIFFS = (
    np.array(
        [
            [1, 1.37, 1.32, 1.57],
            [1.21, 1, 1.36, 1.41],
            [1.41, 1.31, 1, 1.25],
            [1.22, 1.23, 1.18, 1.15],
        ]
    )
    - 1
)


def test_gsim_of_the_papers_four_regions_equals_loops_over_its_equations() -> None:
    """The USA and the EU drop their duties on each other; demand 1.25, supply 1.5, substitution 5."""
    eps, mu, sigma, R = 1.25, 1.5, 5.0, range(4)
    new = PAPER_TARIFFS.copy()
    new[0, 2] = new[2, 0] = 0
    duty = (new - PAPER_TARIFFS) / (1 + PAPER_TARIFFS)
    spent = PAPER * (1 + PAPER_TARIFFS)
    left, right = np.zeros((4, 4)), np.zeros(4)
    for i in R:
        left[i, i] += mu
        for n in R:
            of_sales = PAPER[n, i] / PAPER[:, i].sum()
            for k in R:
                share = spent[n, k] / spent[n].sum()
                slope = share * (sigma - eps) - (sigma if i == k else 0)
                left[i, k] -= of_sales * slope
                right[i] += of_sales * slope * duty[n, k]
    found = gsim(PAPER, PAPER_TARIFFS, new)
    assert found.price == pytest.approx(np.linalg.solve(left, right))
    assert found.trade[0, 2] > 0 > found.trade[0, 1], "the EU takes Japan's sales in the USA"
    assert found.producers[[0, 2]].min() > 0 > found.producers[1]


def exact_ces(trade, tariffs, new, eps, sigma, mu):  # type: ignore[no-untyped-def]
    """Prices that clear the markets of a CES product, by scipy's root finder on the levels."""
    duty, spent = (1 + new) / (1 + tariffs), trade * (1 + tariffs)
    shares = spent / spent.sum(1, keepdims=True)

    def volumes(log_price: np.ndarray) -> np.ndarray:
        paid = np.exp(log_price) * duty
        mean = (shares * paid ** (1 - sigma)).sum(1, keepdims=True) ** (1 / (1 - sigma))
        return trade * paid**-sigma * mean ** (sigma - eps)

    def gap(log_price: np.ndarray) -> np.ndarray:
        return volumes(log_price).sum(0) / trade.sum(0) - np.exp(mu * log_price)

    found = optimize.root(gap, np.zeros(len(trade)), tol=1e-13)
    return np.exp(found.x), volumes(found.x) * np.exp(found.x)


def test_gsim_is_within_a_hundredth_of_exact_ces_at_a_duty_of_one_per_cent() -> None:
    """The change of the trade that pays it, and the world's trade whoever pays it."""
    free = np.zeros((4, 4))
    for payers in (1, slice(None)):
        new = free.copy()
        new[0, payers] = 0.01
        sold = exact_ces(PAPER, free, new, 1.25, 5.0, 1.5)[1]
        found = gsim(PAPER, free, new).trade
        assert found[0, 1] == pytest.approx((sold - PAPER)[0, 1], rel=0.01)
        assert PAPER + found == pytest.approx(sold, rel=0.001)


def test_gsim_errs_by_the_square_of_the_duty() -> None:
    """What the linear form leaves out is of second order: a tenth of the duty, a hundredth of the error."""
    free, errors = np.zeros((4, 4)), []
    for duty in (0.01, 0.001):
        new = free.copy()
        new[0, 1] = duty
        sold = exact_ces(PAPER, free, new, 1.25, 5.0, 1.5)[1]
        found = gsim(PAPER, free, new)
        errors.append(abs(PAPER + found.trade - sold)[0, 1])
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.1)


@pytest.mark.parametrize("duty", [0.01, 0.5, 2.0])
@pytest.mark.parametrize("sigma", [1.0, 5.0])
def test_gsim_exact_equals_exact_ces(duty: float, sigma: float) -> None:
    new = PAPER_TARIFFS.copy()
    new[0, 1] += duty
    found = gsim(PAPER, PAPER_TARIFFS, new, substitution=sigma, exact=True)
    near = sigma if sigma != 1 else 1 + 1e-6
    price, sold = exact_ces(PAPER, PAPER_TARIFFS, new, 1.25, near, 1.5)
    assert found.price == pytest.approx(price - 1, rel=1e-4)
    assert found.trade == pytest.approx(sold - PAPER, rel=1e-4, abs=1e-4)


def test_gsim_exact_surplus_is_the_area_under_supply_and_demand() -> None:
    new = PAPER_TARIFFS.copy()
    new[0] += 0.2
    steps, whole = 400, np.zeros(4)
    for n in range(steps):
        at = PAPER_TARIFFS + (new - PAPER_TARIFFS) * (n + 0.5) / steps
        here = gsim(PAPER, PAPER_TARIFFS, at, exact=True)
        ends = [
            gsim(
                PAPER, PAPER_TARIFFS, PAPER_TARIFFS + (new - PAPER_TARIFFS) * m / steps, exact=True
            )
            for m in (n, n + 1)
        ]
        whole += PAPER.sum(0) * (1 + here.price) ** 1.5 * (ends[1].price - ends[0].price)
    assert gsim(PAPER, PAPER_TARIFFS, new, exact=True).producers == pytest.approx(whole, rel=1e-4)


@given(
    arrays.arrays(float, (3, 3), elements=st.floats(0, 100)),
    arrays.arrays(float, (3, 3), elements=st.floats(0, 0.5)),
)
def test_gsim_exact_clears_every_market(trade: np.ndarray, new: np.ndarray) -> None:
    """What each exporter sells of volume is what its price makes it supply; nobody sells where nobody sold."""
    found = gsim(trade, np.zeros((3, 3)), new, exact=True)
    supplied = trade.sum(0) * (1 + found.price) ** 1.5
    assert (trade * (1 + found.quantity)).sum(0) == pytest.approx(supplied, rel=1e-9, abs=1e-9)
    assert (found.trade[trade == 0] == 0).all()


def test_gsim_of_many_products_is_each_alone() -> None:
    new = PAPER_TARIFFS + 0.1
    both = gsim(np.stack([PAPER, PAPER.T]), PAPER_TARIFFS, new, exact=True)
    for n, one in enumerate((PAPER, PAPER.T)):
        assert both.trade[n] == pytest.approx(gsim(one, PAPER_TARIFFS, new, exact=True).trade)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="imports"):
        smart(-1, 2, 0, 0.1, 1)
    with pytest.raises(InputError, match=r"25 % as 0\.25"):
        smart(1, 2, -1, 0.1, 1)
    with pytest.raises(InputError, match="supply must be positive"):
        gsim(PAPER, 0, 0.1, supply=0)
    with pytest.raises(InputError, match="trade"):
        gsim(PAPER * np.nan, 0, 0.1)
