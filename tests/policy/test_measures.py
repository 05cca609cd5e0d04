"""The arithmetic of every op and ban against its closed form, and the table they all come from."""

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_world import HEAD, small_world

from paxsilica.economy import Economy
from paxsilica.policy import KINDS, Scenario, measure_table, parse_scenario
from paxsilica.policy.measures import AnyMeasure
from paxsilica.policy.values import parse_percent, show_percent
from paxsilica.shock import INSTRUMENTS, Shock

WORLD = small_world()
USA, IND, NOR, CHN, DEU = range(5)
A01, C26, SERV = range(3)

percents = st.integers(-99_99, 300_00).map(lambda n: n / 100)
positive = st.integers(1, 300_00).map(lambda n: n / 100)


def compiled(*bodies: str) -> Shock:
    lines = "".join(f"  - {{id: m{at}, {body}}}\n" for at, body in enumerate(bodies))
    return parse_scenario(f"{HEAD}measures:\n{lines}", "s.yaml").compile(WORLD)


def tariff(*steps: tuple[str, float]) -> float:
    """The US tariff on Indian electronics, 10 % in the baseline, after some ops; per cent."""
    where = "kind: tariff, importer: [USA], exporter: [IND], sector: [C26]"
    return 100 * float(
        compiled(*(f"{where}, op: {op}, rate: {rate}%" for op, rate in steps)).tariffs[
            USA, IND, C26
        ]
    )


def cost(*steps: tuple[str, float]) -> float:
    """The trade cost factor of the same flow, 1 in the baseline."""
    where = "kind: trade_cost, importer: [USA], exporter: [IND], sector: [C26]"
    return float(
        compiled(*(f"{where}, op: {op}, rate: {rate}%" for op, rate in steps)).trade_cost[
            USA, IND, C26
        ]
    )


def output(*steps: tuple[str, float]) -> float:
    """The productivity factor of Indian electronics, 1 in the baseline."""
    where = "kind: productivity, region: [IND], sector: [C26]"
    return float(
        compiled(*(f"{where}, op: {op}, rate: {rate}%" for op, rate in steps)).productivity[
            IND, C26
        ]
    )


def export_tax(*steps: tuple[str, float]) -> float:
    """The Indian export tax on electronics to the United States, nothing in the baseline; per cent."""
    where = "kind: export_tax, importer: [USA], exporter: [IND], sector: [C26]"
    return 100 * float(
        compiled(*(f"{where}, op: {op}, rate: {rate}%" for op, rate in steps)).export_tax[
            USA, IND, C26
        ]
    )


def subsidy(*steps: tuple[str, float]) -> float:
    """The subsidy on Indian electronics, nothing in the baseline; per cent."""
    where = "kind: subsidy, region: [IND], sector: [C26]"
    return 100 * float(
        compiled(*(f"{where}, op: {op}, rate: {rate}%" for op, rate in steps)).subsidy[IND, C26]
    )


@pytest.mark.parametrize("rate", [export_tax, subsidy])
@given(
    x=st.integers(-99_99, 99_99).map(lambda n: n / 100),
    y=st.integers(1, 49_99).map(lambda n: n / 100),
)
def test_rates_that_begin_at_nothing(rate: Callable[..., float], x: float, y: float) -> None:
    assert rate(("set", x)) == pytest.approx(x, abs=1e-9)
    assert rate(("add", y), ("add", y)) == pytest.approx(2 * y)
    assert rate(("at_least", x), ("at_least", y)) == pytest.approx(max(x, y))
    assert rate(("multiply", 50)) == 0
    assert rate(("set", y), ("multiply", 50)) == pytest.approx(y / 2)


@given(percents, positive, positive)
def test_tariff_ops(x: float, y: float, z: float) -> None:
    assert tariff(("set", x)) == pytest.approx(x, abs=1e-9)
    assert tariff(("add", y)) == pytest.approx(10 + y)
    assert tariff(("at_least", x)) == pytest.approx(max(10, x))
    assert tariff(("multiply", y)) == pytest.approx(10 * y / 100)
    assert tariff(("set", y), ("add", z), ("multiply", 50)) == pytest.approx((y + z) / 2)
    assert tariff(("multiply", 50), ("set", y), ("add", -y / 2)) == pytest.approx(y / 2)


@pytest.mark.parametrize("factor", [cost, output])
@given(x=percents, y=positive, z=positive)
def test_factor_ops(factor: Callable[..., float], x: float, y: float, z: float) -> None:
    assert factor(("set", x)) == pytest.approx(1 + x / 100)
    assert factor(("add", y), ("add", z)) == pytest.approx(1 + (y + z) / 100)
    assert factor(("set", y), ("at_least", x)) == pytest.approx(1 + max(x, y) / 100)
    assert factor(("set", y), ("multiply", z)) == pytest.approx((1 + y / 100) * z / 100)


@given(st.integers(1, 99_99).map(lambda n: n / 100))
def test_partial_ban_leaves_the_share_that_is_not_banned(share: float) -> None:
    shock = compiled(f"kind: export_ban, exporter: [IND], importer: [USA], share: {share}%")
    assert shock.permitted[USA, IND] == pytest.approx(1 - share / 100)
    assert shock.permitted.sum() == pytest.approx(shock.permitted.size - 3 * share / 100)


@pytest.mark.parametrize("kind", ["export_ban", "import_ban"])
def test_full_ban_permits_exactly_nothing_and_only_there(kind: str) -> None:
    shock = compiled(f"kind: {kind}, importer: [USA], exporter: [IND, CHN], sector: [C26]")
    banned = np.zeros((5, 5, 3), dtype=bool)
    banned[USA, [IND, CHN], C26] = True
    assert (shock.permitted == ~banned).all()
    assert (shock.banned == banned).all()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("kind: tariff, importer: [USA], op: set, rate: 5%", "tariffs"),
        ("kind: export_tax, exporter: [USA], op: set, rate: 5%", "export_tax"),
        ("kind: trade_cost, importer: [USA], op: set, rate: 5%", "trade_cost"),
        ("kind: import_ban, importer: [USA]", "permitted"),
        ("kind: subsidy, region: [USA], op: set, rate: 5%", "subsidy"),
        ("kind: productivity, region: [USA], op: set, rate: 5%", "productivity"),
    ],
)
def test_a_measure_touches_one_array_of_the_shock(body: str, name: str) -> None:
    assert {other for other in INSTRUMENTS if compiled(body).changes(other)} == {name}


def test_bans_stack_as_shares_of_what_is_left() -> None:
    body = "kind: export_ban, exporter: [IND], importer: [USA], sector: [C26]"
    assert compiled(f"{body}, share: 50%", f"{body}, share: 50%").permitted[USA, IND, C26] == 0.25
    assert compiled(f"{body}, share: 50%", body).permitted[USA, IND, C26] == 0


def test_a_trade_cost_does_not_lift_a_ban() -> None:
    where = "importer: [USA], exporter: [IND], sector: [C26]"
    shock = compiled(f"kind: import_ban, {where}", f"kind: trade_cost, {where}, op: set, rate: 0%")
    assert np.argwhere(shock.banned).tolist() == [[USA, IND, C26]]


@pytest.mark.parametrize(
    "body",
    [
        "kind: tariff, op: set, rate: 80%",
        "kind: import_ban",
        "kind: trade_cost, op: add, rate: 5%",
        "kind: export_tax, op: set, rate: 5%",
    ],
)
def test_a_dimension_left_out_means_all_but_domestic(body: str) -> None:
    shock = compiled(body)
    changed = (shock.tariffs != WORLD.tariffs) | (shock.trade_cost != 1)
    changed |= (shock.permitted != 1) | (shock.export_tax != 0)
    home = np.broadcast_to(np.eye(5, dtype=bool)[:, :, None], changed.shape)
    assert (changed == ~home).all()


def test_a_group_on_both_sides_means_its_internal_trade(world: Economy) -> None:
    shock = compiled(
        "kind: trade_cost, importer: [BRICS], exporter: [BRICS], sector: [services], op: set, rate: 5%"
    )
    assert np.argwhere(shock.trade_cost != 1).tolist() == [[IND, CHN, SERV], [CHN, IND, SERV]]


def test_external_tariff_of_a_union_as_the_docs_write_it() -> None:
    """The second measure gives trade inside the union its own tariff back."""
    where = "kind: tariff, importer: [BRICS], sector: [goods], op: set"
    tariffs = compiled(f"{where}, rate: 30%", f"{where}, exporter: [BRICS], rate: 10%").tariffs
    assert tariffs[IND, [USA, NOR, DEU], C26] == pytest.approx(0.3)
    assert tariffs[[IND, CHN], [CHN, IND], C26] == pytest.approx(0.1)


def test_order_matters() -> None:
    assert tariff(("add", 20), ("multiply", 50)) == pytest.approx(15)
    assert tariff(("multiply", 50), ("add", 20)) == pytest.approx(25)


# ---- percentages -----------------------------------------------------------------------------------------------


@given(st.integers(-10_000_000, 10_000_000).map(lambda n: n / 1000))
def test_percentages_read_back(value: float) -> None:
    assert parse_percent(f"{value} %") == pytest.approx(value / 100)
    assert parse_percent(show_percent(value / 100)) == pytest.approx(value / 100)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("25%", 0.25),
        ("12.5 %", 0.125),
        (" +5% ", 0.05),
        ("-.5%", -0.005),
        ("\N{MINUS SIGN}5%", -0.05),
        ("\N{EN DASH}5\N{NO-BREAK SPACE}%", -0.05),
        ("5\N{NARROW NO-BREAK SPACE}%", 0.05),
        ("5\N{FULLWIDTH PERCENT SIGN}", 0.05),
    ],
)
def test_percentages_as_people_write_them(text: str, value: float) -> None:
    assert parse_percent(text) == value


@given(st.integers(0, 10**7), st.integers(1, 4))
def test_a_comma_is_answered_with_the_number_meant(thousandths: int, digits: int) -> None:
    """Both customs of the world; a comma before three digits may be either."""
    value = round(thousandths / 1000, digits)
    english, german = f"{value:,.{digits}f}", f"{value:,.{digits}f}".translate({44: 46, 46: 44})
    for written in {english, german} - {f"{value:.{digits}f}"}:
        with pytest.raises(ValueError, match="has a comma; write ") as refused:
            parse_percent(written + "%")
        better = str(refused.value).split("write ")[1].split(" or ")
        assert any(parse_percent(one) == pytest.approx(value / 100) for one in better)


# ---- the table -------------------------------------------------------------------------------------------------


def test_the_table_has_every_kind_and_every_field() -> None:
    members = get_args(get_args(AnyMeasure)[0])
    models = {
        kind: member
        for member in members
        for kind in get_args(member.model_fields["kind"].annotation)
    }
    assert {name: kind.model for name, kind in KINDS.items()} == models
    rows = measure_table()
    for name, kind in KINDS.items():
        fields = {row["field"].split(" ")[0] for row in rows if row["kind"] == name}
        assert fields == {info.alias or key for key, info in kind.model.model_fields.items()}
        assert {row["field"] for row in rows if row["kind"] == name and "(" in row["field"]} == {
            f"rate ({op})" for op in kind.ops
        }


def test_the_table_is_plain_text() -> None:
    rows = measure_table()
    assert all(value and isinstance(value, str) for row in rows for value in row.values())
    share = next(row for row in rows if row["kind"] == "export_ban" and row["field"] == "share")
    assert (share["unit"], share["range"], share["default"]) == ("%", "above 0% to 100%", "100%")


def test_measures_are_frozen(measures: Callable[..., Scenario]) -> None:
    measure = measures("id: a, kind: export_ban, exporter: [USA]").measures[0]
    with pytest.raises(ValueError, match="frozen"):
        measure.id = "b"
