"""What an economy and a shock accept, refuse and say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import abroad, random_economy

from paxsilica.economy import About, Economy, Note, Source
from paxsilica.errors import EconomyError, LabelError, ShockError
from paxsilica.model import Params, solve
from paxsilica.shock import Shock

FLOWS = np.array([[[10.0, 4.0], [2.0, 1.0]], [[3.0, 1.0], [10.0, 5.0]]])


def economy(**changes) -> Economy:
    given = dict(regions=["NOR", "VNM"], sectors=["C26", "SERV"], flows=FLOWS) | changes
    return Economy.from_flows(**given)


def at(array, where, value):
    changed = np.array(array, dtype=float)
    changed[where] = value
    return changed


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            dict(flows=at(FLOWS, (0, 1, 0), np.nan)),
            r"flows\[importer NOR, exporter VNM, sector C26\] is NaN; give 0",
        ),
        (
            dict(flows=at(FLOWS, (0, 1, 0), -1)),
            r"flows\[importer NOR, exporter VNM, sector C26\] is negative \(-1, 2.9 % of all flows\)",
        ),
        (dict(flows=at(FLOWS, (0, 1, 0), np.inf)), "is infinite"),
        (
            dict(flows=at(FLOWS, (slice(None), slice(None), 0), 0)),
            "sector C26 is produced by nobody; drop it or merge",
        ),
        (
            dict(flows=at(FLOWS, (slice(None), 1), 0)),
            "region VNM produces nothing; drop it or merge",
        ),
        (dict(flows=FLOWS[0]), r"flows has shape \(2, 2\), expected \(2, 2, 2\)"),
        (dict(flows="many"), "flows must be numbers"),
        (dict(tariffs=-1.0), "tariffs.* is -100 % or less"),
        (
            dict(inputs=at(np.zeros((2, 2, 2)), (0, 1, 0), 14.0)),
            "does not balance: sector C26 of NOR buys inputs for 14",
        ),
        (
            dict(inputs=at(np.zeros((2, 2, 2)), (0, 1, 0), 10.0)),
            "does not balance: inputs exceed purchases by",
        ),
        (
            dict(trade_elasticity=[4.0, 0.0]),
            "trade_elasticity of sector SERV must be a number from 0.01 to 1000",
        ),
        (
            dict(trade_elasticity=1001.0),
            "trade_elasticity of sector C26 must be a number from 0.01 to 1000.*not 1001",
        ),
        (dict(trade_elasticity=np.nan), "trade_elasticity of sector C26 must be a number"),
        (
            dict(flows=at(FLOWS, (0, 1, 0), 1e300)),
            r"flows\[importer NOR, exporter VNM, sector C26\] is above 1e\+30",
        ),
        (
            dict(tariffs=at(0 * FLOWS, (0, 1, 0), 1e5)),
            "exporter VNM, sector C26.* is above 1000000%; a tariff is",
        ),
        (
            dict(tariffs=at(0 * FLOWS, (1, 1, 0), 0.1)),
            r"tariffs\[importer VNM, exporter VNM, sector C26\] taxes what a region sells to itself; .*: give 0",
        ),
        (
            dict(
                inputs=at(
                    np.zeros((2, 2, 2)), (1, slice(None), slice(None)), [[6.0, 0.0], [6.0, 6.0]]
                )
            ),
            "region VNM has no value added: its inputs take up all of its output; correct inputs",
        ),
        (
            dict(
                regions=["NOR", "VNM"],
                sectors=["C26"],
                flows=[[[900.0], [0.0]], [[0.0], [5.0]]],
                inputs=[[[0.0]], [[5.0]]],
            ),
            "region VNM has no value added",
        ),
        (
            dict(
                regions=["NOR", "VNM"],
                sectors=["C26"],
                flows=[[[900.0], [9.0]], [[0.0], [5.0]]],
                inputs=[[[0.0]], [[5.0]]],
            ),
            "region VNM has no final spending: its inputs take up all of its purchases; correct flows or inputs",
        ),
        (
            dict(
                regions=["NOR", "VNM"],
                sectors=["C26"],
                flows=[[[900.0], [9.0]], [[0.0], [5.0]]],
                inputs=[[[0.0]], [[6.0]]],
            ),
            "region VNM has no final spending",
        ),
        (dict(regions=["NOR", " "]), "regions entry 2 is blank; give every one a label"),
        (
            dict(sectors=["C26", "SE\nRV"]),
            r"sectors entry 2, 'SE\\nRV', has a line break, a control character",
        ),
        (dict(regions=["NOR", "VNM\x1b"]), "regions entry 2, .* write plain text in one line"),
        (
            dict(about=About(region_names={"NOR": "Nor\nway"})),
            "the name of region 'NOR' is 'Nor.*; write plain text",
        ),
        (
            dict(sectors=["C26", "x" * 201]),
            "sectors entry 2, .* has 201 characters; write at most 200",
        ),
        (
            dict(about=About(title="x" * 200_000)),
            "the name of baseline 'title' has 200,000 characters; write at most 200",
        ),
        (dict(about=About(title="a\x1b]0;b")), "the name of baseline 'title' is 'a.x1b"),
        (
            dict(notes=[Note("mine", "a \u202e b")]),
            "the note 'mine: a .u202e b' has a line break or a control character",
        ),
        (dict(regions=["NOR", "NOR"]), "regions holds NOR more than once"),
        (dict(regions=[], flows=np.zeros((0, 0, 2))), "regions is empty"),
    ],
)
def test_a_table_that_is_no_economy_is_refused_with_the_place(changes, message):
    with pytest.raises(EconomyError, match=message) as refused:
        economy(**changes)
    assert all(line.strip() for line in str(refused.value).split("\n"))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_accounts_close(seed):
    e = random_economy(seed, zeros=True)
    world = e.income.sum()
    np.testing.assert_allclose(e.shares.sum(1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(e.final_shares.sum(1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(e.input_shares.sum(1) + e.value_added_share, 1.0, rtol=1e-12)
    np.testing.assert_allclose(e.final.sum(1), e.income, rtol=1e-12)
    assert abs(e.deficit.sum()) <= 1e-12 * world
    imports_less_exports = e.flows.sum((1, 2)) - e.flows.sum((0, 2))
    np.testing.assert_allclose(e.deficit, imports_less_exports, atol=1e-11 * world)
    assert e.baseline_residual < 1e-12


def test_arrays_are_copied_and_frozen():
    flows = FLOWS.copy()
    e = economy(flows=flows)
    flows[0, 0, 0] = 99
    assert e.flows[0, 0, 0] == 10
    with pytest.raises(ValueError, match="read-only"):
        e.flows[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        e.shares[0, 0, 0] = 1


def test_the_digest_follows_every_number_and_label_and_not_the_notes():
    inputs = np.full((2, 2, 2), 0.5)
    one = economy(inputs=inputs)
    assert one.digest == economy(inputs=inputs, notes=[Note("n", "text")]).digest
    changes = dict(
        regions=["NOR", "SWE"],
        sectors=["C26", "C27"],
        flows=at(FLOWS, (0, 1, 0), 2.1),
        tariffs=at(0 * FLOWS, (0, 1, 0), 0.1),
        inputs=at(inputs, (0, 1, 0), 0.6),
        trade_elasticity=[4.0, 4.1],
    )
    others = {economy(**{"inputs": inputs, name: value}).digest for name, value in changes.items()}
    assert len(others | {one.digest}) == 1 + len(changes)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_gdp_is_what_is_earned_and_what_is_spent_less_what_is_lent(seed):
    """Two sides of the national accounts: pay and tariffs; final spending, exports less imports."""
    e = random_economy(seed, zeros=True)
    pay = (e.output - e.inputs.sum(1)).sum(1)
    tariffs = (e.flows * e.tariffs).sum((1, 2))
    assert tariffs.min() > 0
    np.testing.assert_allclose(e.gdp, pay + tariffs, rtol=1e-12)
    np.testing.assert_allclose(e.gdp, e.labour_income + e.tariff_revenue, rtol=1e-15)
    net_exports = e.flows.sum((0, 2)) - e.flows.sum((1, 2))
    np.testing.assert_allclose(e.gdp, e.final.sum(1) + net_exports, rtol=1e-11)


def packaged_like() -> Economy:
    """An economy that says where each of its arrays comes from."""
    sources = [
        Source(f"about {of}", "p", "l", "d", of=tuple(of.split()))
        for of in ("flows inputs", "tariffs", "trade_elasticity", "")
    ]
    about = About(
        name="base",
        title="A base",
        year=2022,
        sources=tuple(sources),
        elasticities="a_set",
        not_modelled=("quotas", "tariffs since 2021"),
        not_modelled_by={"tariffs": ("tariffs since 2021",)},
    )
    notes = [
        Note("from_customs", "t", of=("tariffs",)),
        Note("estimated", "t", of=("inputs",)),
        Note("stored", "t", of=("flows", "inputs")),
        Note("caveat", "t"),
    ]
    return economy(about=about, notes=notes, inputs=np.full((2, 2, 2), 0.5))


def test_notes_and_sources_go_with_the_array_that_is_replaced():
    base, own = packaged_like(), at(0 * FLOWS, (0, 1, 0), 0.03)
    mine = base.replace(tariffs=own)
    assert mine.about.name == "base with own tariffs"
    assert mine.about.title == "A base with own tariffs"
    assert [note.name for note in mine.notes] == ["estimated", "stored", "caveat", "own_tariffs"]
    assert mine.notes[-1].text == "tariffs are the user's own, in place of those of base"
    assert [s.title for s in mine.about.sources] == [
        "about flows inputs",
        "about trade_elasticity",
        "about ",
    ]
    assert mine.about.not_modelled == ("quotas",)
    assert (mine.about.year, mine.about.elasticities) == (2022, "a_set")


def test_more_arrays_replaced_one_after_another_leave_no_stale_word():
    mine = packaged_like().replace(tariffs=at(0 * FLOWS, (0, 1, 0), 0.03))
    mine = mine.replace(trade_elasticity=5.0)
    assert mine.about.name == "base with own tariffs, trade elasticity"
    assert mine.about.elasticities == "given"
    mine = mine.replace(flows=2 * FLOWS)
    assert mine.about.year is None
    assert "about flows inputs" in [s.title for s in mine.about.sources]
    mine = mine.replace(inputs=0.0)
    assert mine.about.name == "base with own flows, tariffs, inputs, trade elasticity"
    assert [s.title for s in mine.about.sources] == ["about "]
    kept = {note.name for note in mine.notes}
    assert kept == {"caveat", "own_flows", "own_tariffs", "own_inputs", "own_trade_elasticity"}


def test_replacing_an_array_by_itself_changes_nothing():
    base = packaged_like()
    assert base.replace(tariffs=base.tariffs).notes == base.notes
    assert base.replace(notes=()).about == base.about


def test_an_array_handed_over_stays_the_users_to_write():
    own = at(0 * FLOWS, (0, 1, 0), 0.03)
    packaged_like().replace(tariffs=own)
    own[0, 1, 0] = 0.04


@pytest.mark.parametrize(
    ("label", "hint"),
    [
        ("NO", "valid ones begin"),
        ("Viet Nam", r"did you mean VNM \(Viet Nam\)"),
        ("nor", "NOR"),
        ("NORR", "did you mean NOR"),
        ("VN", "valid ones begin"),
        ("IRN", "valid ones begin"),
        ("zzz", "valid ones begin"),
    ],
)
def test_an_unknown_region_gets_the_nearest(label, hint):
    e = economy(about=About(region_names={"NOR": "Norway", "VNM": "Viet Nam"}))
    with pytest.raises(LabelError, match=hint):
        e.region_indices([label])


def test_groups_stand_for_their_members():
    e = economy(about=About(sector_groups={"goods": ("C26",)}))
    assert e.sector_indices(["goods"]) == [0]
    assert e.region_indices(["both"], {"both": ["VNM", "NOR"]}) == [0, 1]
    with pytest.raises(LabelError, match="'XXX' in group both"):
        e.region_indices(["both"], {"both": ["XXX"]})


OFF = np.array([[[1.0, 1.0], [0.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]]])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            dict(trade_cost=OFF),
            r"trade_cost\[importer NOR, exporter VNM, sector C26\] must be positive",
        ),
        (
            dict(trade_cost=np.full(FLOWS.shape, np.inf)),
            "bans or taxes what a region sells to itself",
        ),
        (dict(trade_cost=np.nan), "must be positive"),
        (dict(tariffs=np.full(FLOWS.shape, 0.1)), "bans or taxes what a region sells to itself"),
        (
            dict(tariffs=at(np.zeros(FLOWS.shape), (0, 1, 0), -1)),
            "must be a finite number above -100 %",
        ),
        (
            dict(tariffs=at(np.zeros(FLOWS.shape), (0, 1, 0), np.inf)),
            "must be a finite number above -100 %",
        ),
        (dict(productivity=0.0), r"productivity\[region NOR, sector C26\] must be positive"),
        (dict(productivity=np.ones(3)), r"productivity has shape \(3,\)"),
        (dict(permitted=np.full(FLOWS.shape, 1.5)), "must lie between 0"),
        (dict(permitted=np.zeros(FLOWS.shape)), "bans or taxes what a region sells to itself"),
        (dict(export_tax=at(np.zeros(FLOWS.shape), (0, 1, 0), -2)), "export_tax.* above -100 %"),
        (
            dict(subsidy=1.0),
            r"subsidy\[region NOR, sector C26\] must be a finite number below 100 %",
        ),
    ],
)
def test_a_shock_the_model_cannot_take_is_refused(changes, message):
    with pytest.raises(ShockError, match=message):
        Shock(economy(), **changes)


def test_gdp_is_value_added_and_the_duties_collected():
    """Norway sells 13 + 5 for 6 of inputs and takes 50 % on 2 + 1 from Viet Nam."""
    tariffs = np.zeros((2, 2, 2))
    tariffs[0, 1] = 0.5
    inputs = np.zeros((2, 2, 2))
    inputs[0, 0, 0] = 6.0
    found = economy(tariffs=tariffs, inputs=inputs)
    np.testing.assert_allclose(found.gdp, [13 + 5 - 6 + 1.5, 2 + 1 + 10 + 5])
    np.testing.assert_allclose(found.gdp + found.deficit, found.final.sum(1))


def test_other_trade_elasticities_share_every_account_and_nothing_else():
    """As if the economy had been built with them, whatever had been worked out before."""
    first = random_economy(4)
    _ = solve(first), first.digest
    theta = 2 * first.trade_elasticity
    second = first.with_theta(theta, (Note("why", "twice as high"),), first.about)
    fresh = Economy.from_flows(
        first.regions, first.sectors, first.flows, first.tariffs, first.inputs, theta
    )
    assert second.shares is first.shares
    assert second.digest == fresh.digest != first.digest
    tariffs = first.tariffs + 0.3 * abroad(first)
    exact = Params(tolerance=1e-13)
    after = [solve(e, Shock(e, tariffs=tariffs), exact).real_income for e in (second, fresh)]
    np.testing.assert_allclose(*after, rtol=1e-12)
    with pytest.raises(EconomyError, match="trade_elasticity of sector S0"):
        first.with_theta(-theta, (), first.about)
