"""Tables that are well formed and cannot be true are refused, or lead the report; odd ones that are real load."""

from __future__ import annotations

import numpy as np
import pytest

from paxsilica.economy import Economy
from paxsilica.errors import EconomyError

R, S = ("JPN", "BRA", "ZAF"), ("C20", "C28")
FLOWS = np.array(
    [
        [[310, 420], [7, 2], [3, 1]],
        [[9, 24], [150, 90], [2, 1]],
        [[4, 13], [5, 3], [60, 40]],
    ],
    dtype=float,
)
HOME = np.arange(3)


def changed(values, *changes):
    """A copy of an array with some entries set: (where, value) pairs."""
    copy = np.array(values, dtype=float)
    for where, value in changes:
        copy[where] = value
    return copy


def leading(**given) -> list[str]:
    economy = Economy.from_flows(R, S, **({"flows": FLOWS} | given))
    return [note.name for note in economy.notes if note.leads]


def refusal(regions=R, sectors=S, **given) -> str:
    with pytest.raises(EconomyError) as refused:
        Economy.from_flows(regions, sectors, **({"flows": FLOWS} | given))
    return str(refused.value)


def test_an_ordinary_table_raises_no_doubt():
    assert leading() == []


# ---- sales at home -------------------------------------------------------------------------------


def test_a_table_of_trade_alone_is_refused():
    said = refusal(flows=changed(FLOWS, ((HOME, HOME), 0)))
    assert said.startswith("no region sells anything at home")
    assert "add rows importer = exporter (output less exports)" in said


def test_home_sales_of_one_region_alone_are_refused_too():
    said = refusal(flows=changed(FLOWS, ((0, 0), 0), ((1, 1), 0)))
    assert said.startswith("JPN and BRA sell nothing at home")


def test_one_sector_without_home_sales_loads_without_a_doubt():
    assert leading(flows=changed(FLOWS, ((HOME, HOME, 1), 0))) == []


def test_one_region_that_sells_one_sector_only_abroad_loads_without_a_doubt():
    assert leading(flows=changed(FLOWS, ((0, 0, 0), 0))) == []


def test_a_small_region_without_home_sales_leads_the_report():
    assert leading(flows=changed(FLOWS, ((2, 2), 0))) == ["no_home_sales"]


def test_home_sales_that_are_next_to_nothing_lead_the_report():
    assert leading(flows=changed(FLOWS, ((HOME, HOME), 0.5))) == ["few_home_sales"]


# ---- totals --------------------------------------------------------------------------------------


def with_total(flows, members, *, home=False, diagonal=None):
    """The table with one more region: the sum of members, whose own sales count among partners where `home`."""
    N, _, J = flows.shape
    larger = np.zeros((N + 1, N + 1, J))
    larger[:N, :N] = flows
    for n in range(N):
        partners = [i for i in members if home or i != n]
        larger[n, N] = flows[n, partners].sum(0)
        larger[N, n] = flows[partners, n].sum(0)
    larger[N, N] = flows[members, members].sum(0) if diagonal is None else diagonal
    return larger


@pytest.mark.parametrize("home", [False, True])
@pytest.mark.parametrize("diagonal", [None, 0.0])
@pytest.mark.parametrize("scale", [1.0, 0.37])
def test_a_total_of_all_others_is_refused_by_name(home, diagonal, scale):
    flows = scale * with_total(FLOWS, [0, 1, 2], home=home, diagonal=diagonal)
    said = refusal([*R, "WLD"], flows=flows)
    assert "WLD is a total" in said
    assert "the sum of the other regions" in said
    assert "drop WLD" in said


def countries(N=9, J=3, seed=4):
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(3, 1, (N, N, J))
    flows[np.arange(N), np.arange(N)] *= 30
    return flows


def test_a_union_beside_its_members_is_refused_whatever_its_name():
    names = [f"R{n}" for n in range(9)]
    flows = with_total(countries(), [1, 4, 6])
    said = refusal([*names, "EUU"], "xyz", flows=flows)
    assert "EUU is a total: its purchases and sales are the sum of R1, R4 and R6" in said
    flows[9, [1, 4, 6]] = flows[[1, 4, 6], 9] = 0.0
    assert "the sum of R1, R4 and R6" in refusal([*names, "own"], "xyz", flows=flows)


def test_a_union_that_has_no_trade_with_its_many_members_is_refused():
    """Fewer outsiders than members: the members are those with which it does not trade."""
    flows = with_total(countries(), list(range(7)))
    flows[9, :7] = flows[:7, 9] = 0.0
    said = refusal([*(f"R{n}" for n in range(9)), "U"], "xyz", flows=flows)
    assert "U is a total: its purchases and sales are the sum of R0, R1, R2, R3 and 3 more" in said


def test_a_union_and_the_world_are_refused_in_one_answer():
    flows = with_total(countries(), [1, 4, 6])
    world = with_total(flows[:9, :9], list(range(9)))
    both = np.zeros((11, 11, 3))
    both[:10, :10] = flows
    both[10, :9], both[:9, 10], both[10, 10] = world[9, :9], world[:9, 9], world[9, 9]
    both[10, 9], both[9, 10] = flows[:9, 9].sum(0), flows[9, :9].sum(0)
    said = refusal([*(f"R{n}" for n in range(9)), "EU", "WLD"], "xyz", flows=both).split("\n")
    assert len(said) == 2
    assert said[0].startswith("EU is a total")
    assert said[1].startswith("WLD is a total")


def test_rounding_does_not_hide_a_total():
    flows = with_total(countries(), list(range(9)))
    said = refusal([f"R{n}" for n in range(10)], "xyz", flows=np.round(flows))
    assert "R9 is a total" in said


def test_a_total_among_exporters_alone_is_named_before_what_follows_from_it():
    flows = with_total(FLOWS, [0, 1, 2], diagonal=0.0)
    flows[3] = 0.0
    said = refusal([*R, "WLD"], flows=flows).split("\n")
    assert said[0].startswith("WLD is a total")
    assert any("WLD has no final spending" in line for line in said)


@pytest.mark.parametrize("N", [2, 3, 4, 5])
@pytest.mark.parametrize("bias", [0.0, 1.0, 2.0, 9.0])
def test_equal_countries_are_no_totals(N, bias):
    flows = np.ones((N, N, 2))
    flows[np.arange(N), np.arange(N)] += bias
    Economy.from_flows([f"R{n}" for n in range(N)], S, flows)


def test_sizes_that_add_up_without_any_barrier_are_no_totals():
    """Without trade costs all buy alike; one country may then be as large as two others together."""
    size = np.array([1.0, 2.0, 3.0, 4.0])
    flows = size[:, None, None] * size[None, :, None] * np.array([0.2, 0.3, 0.5])
    Economy.from_flows("ABCD", "xyz", flows)


def test_a_total_among_sectors_is_refused_by_name():
    flows = np.concatenate([countries(), countries().sum(2, keepdims=True)], axis=2)
    names = [f"R{n}" for n in range(9)]
    said = refusal(names, ["x", "y", "z", "TOTAL"], flows=flows)
    assert "sector TOTAL is a total: its flows are the sum of the other sectors" in said
    flows = np.concatenate([countries(), countries()[:, :, :2].sum(2, keepdims=True)], axis=2)
    assert "the sum of x and y" in refusal(names, ["x", "y", "z", "goods"], flows=flows)


# ---- units ---------------------------------------------------------------------------------------


def rates(*charged):
    return changed(np.zeros_like(FLOWS), *charged)


PER_CENT = rates(((1, 0), 7.5), ((2, 0), 5.0), ((0, 1), 2.0))


def test_tariffs_in_per_cent_are_refused():
    said = refusal(tariffs=PER_CENT)
    assert said.startswith("tariffs look like per cent")
    assert "0.05 for 5 %" in said
    with pytest.raises(EconomyError, match="tariffs look like per cent"):
        Economy.from_flows(R, S, FLOWS).replace(tariffs=PER_CENT)


def test_tariffs_as_factors_are_refused():
    factors = 1 + PER_CENT / 100
    said = refusal(tariffs=factors)
    assert said.split("\n")[0].startswith("tariffs look like factors")
    factors[HOME, HOME] = 0.0
    assert refusal(tariffs=factors).startswith("tariffs look like factors")


@pytest.mark.parametrize("peak", [3.0, 8.5])
def test_single_peaks_of_several_hundred_per_cent_load(peak):
    """Japan's rice, Norway's cheese: single rates, beside ordinary ones."""
    tariffs = rates(((1, 0), 0.1), ((0, 1), 0.03), ((2, 0, 0), peak))
    economy = Economy.from_flows(R, S, FLOWS, tariffs)
    assert economy.tariffs[2, 0, 0] == peak
    assert leading(tariffs=rates(((2, 0, 0), peak))) == ["tariffs_above_100_percent"]


def test_high_duties_on_one_partner_among_low_ones_lead_the_report_and_load():
    """Half of one country's imports come from the partner it taxes at 250 %; its other duties are 10 %."""
    names = [f"R{n}" for n in range(9)]
    flows, tariffs = countries(), 0.1 * np.ones((9, 9, 3))
    tariffs[np.arange(9), np.arange(9)] = 0.0
    flows[0, 1], tariffs[0, 1] = flows[0, 2:].sum(0), 2.5
    economy = Economy.from_flows(names, "xyz", flows, tariffs)
    assert [note.name for note in economy.notes if note.leads] == ["tariffs_above_100_percent"]


INPUTS = 0.22 * np.array(FLOWS.sum(0)[:, None, :] * np.ones((3, 2, 1)))


def test_inputs_in_another_unit_than_flows_are_refused():
    assert leading(inputs=INPUTS) == []
    said = refusal(inputs=INPUTS / 1000)
    assert "flows and inputs seem to differ in unit" in said
    assert "value added is above 95 % of output in every sector" in said
    said = refusal(inputs=INPUTS * 1000)
    assert said.startswith("inputs are 440 times output: flows and inputs differ in unit")


def test_one_region_whose_inputs_are_in_another_unit_leads_the_report():
    inputs = INPUTS.copy()
    inputs[1] /= 1000
    assert leading(inputs=inputs) == ["hardly_any_inputs"]


def test_elasticities_as_their_inverse_are_refused():
    said = refusal(trade_elasticity=[0.12, 0.2])
    assert "these look like 1 / theta; give 8.33 and 5" in said


def test_elasticities_below_one_load():
    """Lashkaripour and Lugovskyy (2023): 0.64 for refined petroleum."""
    assert leading(trade_elasticity=[0.64, 5.0]) == []
    assert leading(trade_elasticity=0.64) == ["elasticities_below_one"]
    assert leading(trade_elasticity=[0.4, 0.8]) == ["elasticities_below_one"]


def test_a_published_minus_says_what_to_write():
    said = refusal(trade_elasticity=[-5.4, -4.1]).split("\n")
    assert said[0] == (
        "trade_elasticity of sector C20 is negative (-5.4); write its size, 5.4: theta; "
        "a published -5.4 is that of trade, and sigma is then 6.4"
    )
    assert "write its size, 4.1" in said[1]


def test_everything_wrong_with_a_table_comes_in_one_answer():
    said = refusal(
        [*R, "WLD"],
        flows=changed(with_total(FLOWS, [0, 1, 2]), ((2, 2, 0), -0.4)),
        trade_elasticity=[0.12, -1.0],
        tariffs=with_total(PER_CENT, [0, 1], diagonal=0.0),
    ).split("\n")
    for part in ("WLD is a total", "look like per cent", "flows[importer ZAF", "sector C28 is neg"):
        assert any(part in line for line in said), part
