"""The programme over time against closed forms, the static programme, and the conservation of stocks."""

import dataclasses
from math import inf

import numpy as np
import pytest
from chain_worlds import by_id, chain_of, draw_chain, draw_cuts, stage
from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.analysis.chain import Input, Outage, over_time, supply
from paxsilica.errors import InputError

seeds = st.integers(0, 10**9).map(np.random.default_rng)
ALL = [Outage(("CHN",))]


def test_everything_lost_leaves_the_stock() -> None:
    """A stock of 75 days in steps of 30: two full periods, half of the third, then nothing."""
    path = over_time(chain_of(stage("magnets", (), {"CHN": 1.0}, stock=75.0)), ALL, days=150)
    assert path.output == pytest.approx([1, 1, 0.5, 0, 0])
    assert path.stock == pytest.approx(np.array([[45, 15, 0, 0, 0]]), abs=1e-5)
    assert path.cover == 60
    assert by_id(path.in_use.chain, path.cover_by_stage) == {"magnets": 75}
    assert path.lost == pytest.approx(75)


@given(st.floats(0, 200), st.floats(0.05, 1), st.sampled_from([5, 15, 30]))
@settings(max_examples=25)
def test_one_scarce_input(stock: float, lost: float, step: int) -> None:
    """Ore loses q: a stock of S lasts S / q days, after which 1 - q is left; early output first, period by period."""
    chain = chain_of(
        stage("ore", (), {"CHN": lost}, stock=stock), stage("magnets", ["ore"], {"JPN": 0.5})
    )
    path = over_time(chain, ALL, days=300, step=step)
    full = np.clip(stock / lost - path.days, 0, step) / step
    assert path.output == pytest.approx(1 - lost * (1 - full), abs=1e-6)
    assert by_id(path.in_use.chain, path.cover_by_stage)["ore"] == pytest.approx(stock / lost)
    assert by_id(path.in_use.chain, path.cover_by_stage)["magnets"] == pytest.approx(0)


@given(seeds)
@settings(max_examples=20)
def test_without_stocks_every_period_is_the_static_one(rng: np.random.Generator) -> None:
    chain = draw_chain(rng)
    bare = tuple(dataclasses.replace(s, stock=None, rebuild=None) for s in chain.stages)
    chain = dataclasses.replace(chain, stages=bare)
    cuts = draw_cuts(rng, chain)
    path = over_time(chain, cuts, days=90)
    assert path.output == pytest.approx(np.full(3, supply(chain, cuts).output), abs=1e-7)
    assert not path.stock.any()


@given(seeds)
@settings(max_examples=15)
def test_nothing_cut_is_exactly_normal_for_ever(rng: np.random.Generator) -> None:
    chain = draw_chain(rng)
    path = over_time(chain, (), days=120)
    assert (path.output == 1.0).all()
    assert path.cover == inf
    assert path.lost == 0
    assert path.stock == pytest.approx(np.array([[s.stock] * 4 for s in chain.stages]), abs=1e-5)


@given(seeds)
@settings(max_examples=20)
def test_more_stock_and_earlier_plants_never_lose_more(rng: np.random.Generator) -> None:
    chain = draw_chain(rng)
    cuts = draw_cuts(rng, chain)
    path = over_time(chain, cuts, days=360, step=60)
    better = tuple(
        dataclasses.replace(
            s, stock=s.stock + float(rng.integers(0, 90)), rebuild=s.rebuild * float(rng.random())
        )
        for s in chain.stages
    )
    assert (
        over_time(dataclasses.replace(chain, stages=better), cuts, days=360, step=60).lost
        <= path.lost + 1e-5
    )
    assert path.lost <= 360 * (1 - path.at_once.output) + 1e-5
    assert (path.stock <= np.array([[s.stock] for s in chain.stages]) + 1e-7).all()
    assert (path.stock >= -1e-9).all()


def test_a_plant_yields_from_the_first_period_after_it_is_built() -> None:
    chain = chain_of(stage("magnets", (), {"CHN": 0.6}, rebuild=31.0))
    assert over_time(chain, ALL, days=120).output == pytest.approx([0.4, 0.4, 1, 1])


def test_plants_elsewhere_replace_sales_that_a_ban_bars() -> None:
    chain = chain_of(
        stage("ore", (), {"CHN": 1.0}, rebuild=60.0), stage("magnets", ["ore"], {"JPN": 0.5})
    )
    path = over_time(chain, [Outage(("CHN",), ("ore",), ("JPN",))], days=120)
    assert path.output == pytest.approx([0.5, 0.5, 1, 1])


def test_a_stock_is_drawn_and_rebuilt_from_spare_capacity_only() -> None:
    """30 days are drawn in the month without ore; 20 % of spare capacity put back 6 days a month, and no more."""
    chain = chain_of(
        stage("ore", (), {"CHN": 1.0}, rebuild=30.0, stock=30.0, spare=0.2),
        stage("magnets", ["ore"], {"JPN": 1.0}),
    )
    path = over_time(chain, ALL, days=240)
    assert (path.output == 1.0).all()
    assert path.stock[0] == pytest.approx([0, 6, 12, 18, 24, 30, 30, 30], abs=1e-6)


def test_stocks_are_conserved() -> None:
    """What is used of ore in a period is at most what was made and what was drawn; magnets need one ore each."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        lost, spare, stock = (
            float(rng.random()),
            float(rng.choice([0, 0.1])),
            float(rng.integers(0, 100)),
        )
        chain = chain_of(
            stage("ore", (), {"CHN": lost}, stock=stock, spare=spare, rebuild=90.0),
            stage("magnets", ["ore"], {"JPN": 0.5}),
        )
        path = over_time(chain, ALL, days=240)
        made = (1 + spare) * np.where(path.days >= 90, 1.0, 1 - lost)
        drawn = -np.diff(path.stock[0], prepend=stock) / path.step
        assert (path.output <= made + drawn + 1e-6).all()


def test_users_go_on_with_the_machines_that_they_have() -> None:
    """All makers of scanners are lost, and a fifth of the wafers: in the long run nothing, for now 80 %."""
    chain = chain_of(
        stage("scanners", (), {"NLD": 1.0}, capital=True),
        stage("wafers", (), {"JPN": 0.2}),
        stage("chips", ["scanners", "wafers"], {"USA": 0.5}),
    )
    path = over_time(chain, [Outage(("NLD", "JPN"))], days=90)
    assert path.at_once.output == 0.0
    assert path.in_use.output == pytest.approx(0.8)
    assert path.output == pytest.approx([0.8, 0.8, 0.8])
    assert by_id(path.in_use.chain, path.cover_by_stage) == {
        "scanners": inf,
        "wafers": 0.0,
        "chips": 0.0,
    }
    (capital,) = (note.text for note in path.notes if note.name == "capital goods")
    assert capital.startswith("Users keep these for years: scanners.")
    assert not any(
        "scanners" in note.text for note in path.notes if note.name.endswith("not known")
    )


@given(seeds)
@settings(max_examples=10)
def test_capital_goods_are_inputs_that_the_chain_can_do_without_for_now(
    rng: np.random.Generator,
) -> None:
    """Against the same chain with no such input at all."""
    chain = draw_chain(rng)
    cuts, tools = (
        draw_cuts(rng, chain),
        stage("tools", (), {"CHN": 0.9}, capital=True, stock=0.0, rebuild=0.0),
    )
    user = chain.stages[-1]
    using = dataclasses.replace(user, inputs=(*user.inputs, Input("tools")))
    with_tools = dataclasses.replace(chain, stages=(tools, *chain.stages[:-1], using))
    path, bare = over_time(with_tools, cuts, days=90), over_time(chain, cuts, days=90)
    assert path.output == pytest.approx(bare.output, abs=1e-6)
    assert path.at_once.output <= bare.at_once.output + 1e-8


def test_what_is_not_known_is_said() -> None:
    texts = [
        note.text
        for note in over_time(chain_of(stage("ore", (), {"CHN": 0.5})), ALL, days=30).notes
    ]
    assert texts == [
        "No stock is known for ore: counted as none.",
        "No time to rebuild is known for ore: what is lost there stays lost.",
    ]


@pytest.mark.parametrize(("days", "step"), [(100, 30), (0, 30), (30, 0), (30, 60), (401, 1)])
def test_periods_that_do_not_fit_are_refused(days: int, step: int) -> None:
    with pytest.raises(InputError, match="are not a whole number of periods from 1 to 400"):
        over_time(chain_of(stage("ore", (), {"CHN": 0.5})), ALL, days, step)
