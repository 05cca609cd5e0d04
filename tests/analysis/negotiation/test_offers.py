"""The negotiation list against the law, the packaged tables by pandas, hand computation and exact solves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from policy_world import small_world, world_with_inputs

from paxsilica.analysis.negotiation.offer_ways import Way, notes_on, ways_between
from paxsilica.analysis.negotiation.offers import (
    Offers,
    negotiation_list,
    partial_numbers,
    solved_cuts,
)
from paxsilica.analysis.negotiation.product_trade import known_by_line
from paxsilica.conditions import Quota
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError, ShockError
from paxsilica.findings import Findings
from paxsilica.model import Outcome, Params, solve
from paxsilica.names import Names
from paxsilica.policy.law import book, law_of
from paxsilica.policy.law.duties import beyond_mfn
from paxsilica.policy.law.tables import MEMBERS, TABLES, detailed, mfn
from paxsilica.policy.products import line_name
from paxsilica.policy.trade_file import TradeFile
from paxsilica.shock import Shock

NOVEMBER = date(2025, 11, 1)


def standing(economy: Economy | None = None, **levels: np.ndarray) -> Outcome:
    e = economy or small_world()
    return solve(e, Shock(e, **levels), Params())


def listed(
    one: str = "USA", two: str = "IND", before: Outcome | None = None, **asked: object
) -> Offers:
    before = before or standing()
    return negotiation_list(before, Names(before.economy), one, two, **asked)  # type: ignore[arg-type]


def ways(before: Outcome, one: str, two: str, day: date | None = None) -> tuple[Way, Way]:
    return ways_between(before, Names(before.economy), one, two, day, None, ())


@cache
def packaged() -> Outcome:
    """The packaged baseline where nothing has changed."""
    e = load_economy("icio2022")
    one, spent = np.ones((len(e.regions), 1)), e.expenditure
    return Outcome(e, Shock(e), Params(), 0, one, np.ones(spent.shape), spent)


@cache
def india_sells() -> pd.DataFrame:
    """What India sells the United States by customs line."""
    products = ways(packaged(), "IND", "USA", NOVEMBER)[0].products
    columns = {"code": products.code, "trade": products.trade, "rivals": products.rivals}
    columns |= {
        "then": products.duty[0],
        "now": products.duty[1],
        "others": products.rivals_duty[1],
    }
    return pd.DataFrame(columns).set_index("code")


# ---- duties, margins and shares ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "mfn_rate", "beyond"),
    [
        ("7102390050", 0.0, 50.0),  # diamonds: 25 reciprocal, 25 for Russian oil
        ("6302600020", 9.1, 50.0),  # towels
        ("0306170041", 0.0, 50.0),  # shrimp
        ("8517130000", 0.0, 0.0),  # smartphones, on no list
        ("3004909215", 0.0, 0.0),  # medicines, Annex II
        ("7222403065", 0.0, 50.0),  # steel: Section 232 alone
    ],
)
def test_the_duty_of_a_line_is_that_of_the_orders(
    code: str, mfn_rate: float, beyond: float
) -> None:
    line = pd.read_parquet(TABLES / "us_lines.parquet").set_index("hs10").loc[code]
    assert 100 * line.mfn == pytest.approx(mfn_rate)
    assert 100 * india_sells().now[code] == pytest.approx(mfn_rate + beyond, abs=0.05)


def test_what_lines_add_up_to_is_the_law_of_the_sector() -> None:
    products = ways(packaged(), "IND", "USA", NOVEMBER)[0].products
    added = (products.duty[1] - products.duty[0]) * products.trade
    of_law = law_of(NOVEMBER).rates(["IND"], packaged().economy.sectors)[0]
    known = products.by_code
    means = np.bincount(products.sector[known], added[known], len(of_law))
    means /= np.maximum(
        np.bincount(products.sector[known], products.trade[known], len(of_law)), 1e-9
    )
    assert np.flatnonzero(means).size > 20
    assert means == pytest.approx(np.where(means != 0, of_law, 0.0), rel=1e-5)


def test_margins_and_shares_are_those_of_the_packaged_table() -> None:
    rows = pd.read_parquet(TABLES / "us_imports_2024.parquet")
    flows, read = detailed(), book.book("effective")
    rows["duty"] = mfn(flows) + beyond_mfn(flows, read, NOVEMBER)  # rows stand in the table's order
    rows = rows[~rows.partner.isin(MEMBERS)]
    ours = india_sells()
    for code in ("8517130000", "8471300100", "0306170041", "8541430010", "0713314000"):
        of_line = rows[rows.hs10 == code]
        mine, rest = of_line[of_line.partner == "IND"], of_line[of_line.partner != "IND"]
        assert ours.trade[code] == pytest.approx(mine.usd.sum() / 1e6)
        assert ours.rivals[code] == pytest.approx(rest.usd.sum() / 1e6, rel=1e-6)
        mean = np.average(rest.duty, weights=rest.usd)
        assert ours.others[code] == pytest.approx(mean, rel=1e-6), code
    assert np.isnan(ours.others["0713601000"])  # nobody else sells pigeon peas for sowing
    found = Findings(listed("IND", "USA", day=NOVEMBER, products=["8541430010"]).blocks)
    row = rows[rows.hs10 == "8541430010"].assign(own=lambda x: x.partner == "IND")
    usd = row.groupby("own").usd.sum()
    duty = row.groupby("own").apply(lambda x: np.average(x.duty, weights=x.usd))
    of = {"region": "IND", "partner": "USA", "item": "offensive", "product": "8541430010"}
    assert found.value("offer_share", **of) == pytest.approx(100 * usd[True] / usd.sum())
    assert found.value("offer_margin", **of) == pytest.approx(100 * (duty[False] - duty[True]))
    assert found.value("offer_year", **of) == 2024


def test_without_a_day_the_duty_is_that_of_the_sector() -> None:
    before = standing(tariffs=raised(small_world(), "USA", "IND", "C26", 0.4))
    products = ways(before, "IND", "USA")[0].products
    electronics = products.sector == 1
    assert products.duty[0] == pytest.approx(0.1)
    assert products.rivals_duty[1] == pytest.approx(0.1)
    assert products.duty[1][electronics] == pytest.approx(0.4)
    assert products.duty[1][~electronics] == pytest.approx(0.1)


def test_a_table_with_sectors_of_its_own_knows_no_customs_lines() -> None:
    e = small_world()
    mine = replace(e, sectors=("farms", "works", "SERV"), about=replace(e.about, sector_groups={}))
    way = ways(standing(mine), "IND", "USA", NOVEMBER)[0]
    assert set(way.products.code) == {"farms", "works", "SERV"}
    assert way.trade == pytest.approx(3.0)
    assert (way.known, way.special) == (0.0, 0.0)


def test_a_sector_without_customs_lines_in_one_list_them() -> None:
    e, products = packaged().economy, ways(packaged(), "IND", "USA", NOVEMBER)[0].products
    at = products.code.tolist().index("B09")
    flow = e.flows[e.regions.index("USA"), e.regions.index("IND"), e.sectors.index("B09")]
    assert products.trade[at] == pytest.approx(flow)
    assert set(products.code[~products.by_line]) == {"B09"}


def test_a_union_is_a_partner_of_customs_and_its_member_alone_is_not() -> None:
    before = packaged()
    e, names = before.economy, Names(before.economy)
    union = ways_between(before, names, "EU", "USA", NOVEMBER, None, ())[0]
    rows = pd.read_parquet(TABLES / "us_imports_2024.parquet")
    sold = rows[rows.partner == "EU"].usd.sum() / 1e6
    assert union.products.trade[union.products.by_line].sum() + union.special == pytest.approx(sold)
    alone = ways_between(before, names, "DEU", "USA", NOVEMBER, None, ())[0]
    assert alone.known == 0
    assert set(alone.products.code) <= set(e.sectors)
    goods = e.flows[e.regions.index("USA"), e.regions.index("DEU"), e.goods]
    assert alone.products.trade.sum() == pytest.approx(goods.sum())
    assert 0.97 < known_by_line() < 1


# ---- partial equilibrium -------------------------------------------------------------------------------------


def test_partial_numbers_by_hand() -> None:
    """Norway's farms in Germany: home sells 50, four others 1 each under 10 %, theta 4."""
    before = standing()
    way = ways(before, "NOR", "DEU")[0]
    at = way.products.code.tolist().index("A01")
    found = {key: x[at] for key, x in partial_numbers(before, way, 1.0).items()}
    home = 50 / (50 + 4 * 1.1)
    sigma, eps, down = 5.0, 1 + 4 * home, 1 / 1.1
    rest = way.products.trade[at]
    ours, theirs = rest * 1.1, way.products.rivals[at] * 1.1
    share = ours / (ours + theirs)
    index = (share * down ** (1 - sigma) + 1 - share) ** (1 / (1 - sigma))
    won = rest * (down**-sigma * index ** (sigma - eps) - 1)
    lost = way.products.rivals[at] * (index ** (sigma - eps) - 1)
    assert found["offer_won"] == pytest.approx(won)
    assert found["offer_surge"] == pytest.approx(won + lost)
    assert found["offer_created"] == pytest.approx(rest * eps * 0.1 / 1.1)
    pull = sigma * 0.1 / 1.1
    other = way.products.rivals[at]
    assert found["offer_diverted"] == pytest.approx(
        rest * other * pull / (rest + other + rest * pull)
    )
    assert found["offer_smart"] == found["offer_created"] + found["offer_diverted"]


def test_a_small_cut_moves_trade_as_the_nest_of_the_model_does() -> None:
    """With spending and suppliers' prices held, value before duty moves by -(1 + theta) + theta pi."""
    before, cut = standing(), 1e-5
    way = ways(before, "NOR", "DEU")[0]
    e, products = before.economy, way.products
    won = partial_numbers(before, way, cut)["offer_won"]
    n, i = e.regions.index("DEU"), e.regions.index("NOR")
    for code in ("A01", "C26"):
        at, j = products.code.tolist().index(code), e.sectors.index(code)
        part = products.trade[at] / e.flows[n, i, j]  # raw materials may stand apart
        if part < 1:
            continue
        theta, pi = e.trade_elasticity[j], e.shares[n, i, j]
        slope = -(1 + theta) + theta * pi
        assert won[at] / products.trade[at] == pytest.approx(slope * -cut * 0.1 / 1.1, rel=1e-4)


def test_trade_is_taken_to_the_duties_that_stand_and_a_cut_brings_it_back() -> None:
    """From 10 to 40 % and back to 10: what stands and what a cut of three quarters wins are the trade of the year."""
    e = small_world()
    before = standing(tariffs=raised(e, "IND", "NOR", "C26", 0.4))
    way = ways(before, "NOR", "IND")[0]
    found = partial_numbers(before, way, 0.75)
    at = way.products.code.tolist().index("C26")
    assert found["offer_trade_now"][at] < 0.3 * way.products.trade[at]
    back = found["offer_trade_now"][at] + found["offer_won"][at]
    assert back == pytest.approx(way.products.trade[at], rel=1e-9)


def test_no_duty_wins_nothing_and_stands_in_no_list() -> None:
    e = small_world()
    free = np.array(e.tariffs)
    free[e.regions.index("IND"), e.regions.index("NOR")] = 0.0
    before = standing(tariffs=free)
    way = ways(before, "NOR", "IND")[0]
    assert partial_numbers(before, way, 1.0)["offer_won"] == pytest.approx(0.0, abs=1e-12)
    found = Findings(listed("NOR", "IND", before).blocks)
    lists = {(r["region"], r["item"]) for r in found.select("offer_won").rows()}
    assert lists == {("IND", "offensive"), ("NOR", "defensive")}
    line = india_sells().loc["8517130000"]
    assert line.now == 0.0


def test_lists_are_sorted_by_what_is_won_and_confined_to_a_number() -> None:
    found = Findings(listed("IND", "USA", day=NOVEMBER, most=7).blocks)
    won = [r["value"] for r in found.select("offer_won", region="IND", item="offensive").rows()]
    assert len(won) == 7
    assert won == sorted(won, reverse=True)
    assert won[-1] > 0
    rise = [r["value"] for r in found.select("offer_surge", region="USA", item="defensive").rows()]
    assert len(rise) == 7
    assert rise == sorted(rise, reverse=True)


# ---- the equilibrium -----------------------------------------------------------------------------------------


def raised(e: Economy, buyer: str, seller: str, sector: str, level: float) -> np.ndarray:
    tariffs = np.array(e.tariffs)
    at = e.regions.index(buyer), e.regions.index(seller), e.sectors.index(sector)
    tariffs[at] = level
    return tariffs


def test_a_cut_by_sector_is_an_exact_solve_against_what_stands() -> None:
    e = world_with_inputs()
    before = standing(e, tariffs=raised(e, "IND", "USA", "C26", 0.4))
    after = solve(e, Shock(e, tariffs=raised(e, "IND", "USA", "C26", 0.2)), Params())
    found = Findings(listed("USA", "IND", before, cut=0.5).blocks)
    us, india, j = e.regions.index("USA"), e.regions.index("IND"), 1
    change = 100 * (after.real_income / before.real_income - 1)
    of = {"sector": "C26", "product": None}
    lists = (("USA", "IND", "offensive", us), ("IND", "USA", "defensive", india))
    for region, partner, item, n in lists:
        its = {"region": region, "partner": partner, "item": item, **of}
        assert found.value("offer_income", **its) == pytest.approx(change[n], rel=1e-6)
        money = change[n] / 100 * before.income[n]
        assert found.value("offer_income_money", **its) == pytest.approx(money, rel=1e-6)
        sold = after.flows[india, us, j] - before.flows[india, us, j]
        assert found.value("offer_exports", **its) == pytest.approx(sold, rel=1e-6)
        made = after.output / after.gate_price / (before.output / before.gate_price)
        assert found.value("offer_output", **its) == pytest.approx(
            100 * (made[india, j] - 1), rel=1e-6
        )
        assert found.value("offer_duty", **its) == pytest.approx(40.0)


def test_first_order_is_the_slope_of_the_exact_numbers() -> None:
    e = world_with_inputs()
    before = standing(e, tariffs=raised(e, "IND", "USA", "A01", 0.3))
    cut = 1e-4
    found = Findings(listed("USA", "IND", before, cut=cut).blocks)
    for item, region in (("offensive", "USA"), ("defensive", "IND")):
        of = {"item": item, "region": region, "product": None}
        first = found.along("offer_first_order", "sector", **of)
        exact = found.along("offer_income", "sector", **of)
        assert set(first) == {"A01", "C26"}
        for sector, value in first.items():
            assert value == pytest.approx(exact[sector], rel=2e-3)


def test_a_group_moves_together() -> None:
    """Both of BRICS cut their duty on Norway: income of the group is its money over its income."""
    e = world_with_inputs()
    before = standing(e)
    way = ways(before, "NOR", "BRICS")[0]
    found = solved_cuts(before, way, 1.0)["defensive"]
    tariffs = np.array(e.tariffs)
    box = e.region_indices(["IND", "CHN"])
    tariffs[box, e.regions.index("NOR"), 0] = 0.0
    after = solve(e, Shock(e, tariffs=tariffs), Params())
    money = ((after.real_income / before.real_income - 1) * before.income)[box].sum()
    assert found["offer_income_money"][0] == pytest.approx(money, rel=1e-6)
    assert found["offer_income"][0] == pytest.approx(100 * money / before.income[box].sum())


def test_the_band_is_the_range_over_sets() -> None:
    e = small_world()
    weak = e.with_theta(e.trade_elasticity / 2, (), replace(e.about, elasticities="half"))
    found = Findings(listed("NOR", "IND", standing(e), others=[weak]).blocks)
    alone = Findings(listed("NOR", "IND", standing(weak)).blocks)
    for key, of in (
        ("offer_won", {"product": "C26"}),
        ("offer_income", {"sector": "C26", "product": None}),
    ):
        its = {"region": "NOR", "item": "offensive", **of}
        row, other = found.row(key, **its), alone.value(key, **its)
        assert sorted([row["value"], other]) == pytest.approx([row["low"], row["high"]])
        assert row["low"] < row["high"]


# ---- tables of one's own, and what is refused ----------------------------------------------------------------


def test_products_of_a_table_of_ones_own(tmp_path: Path) -> None:
    """India buys electronics of Norway, three quarters of them computers; of Germany chips alone."""
    path = tmp_path / "mine.csv"
    path.write_text(
        "importer,exporter,product,value\nIND,NOR,847130,75\nIND,NOR,854231,25\nIND,DEU,854231,10\n"
    )
    found = Findings(listed("NOR", "IND", trade=TradeFile(file=str(path))).blocks)
    of = {"region": "NOR", "item": "offensive"}
    trade = found.along("offer_trade", "product", **of)
    assert trade["847130"] == pytest.approx(0.75)
    assert trade["854231"] == pytest.approx(0.25)
    share = found.along("offer_share", "product", **of)
    chips_of_all = 0.25 / (
        0.25 + 1.0 + 2 * 35 / 110
    )  # USA and China sell as everybody does: 35 of 110
    assert share["854231"] == pytest.approx(100 * chips_of_all)
    coverage = found.value("offer_coverage", item="offensive", region="NOR")
    assert coverage == pytest.approx(50.0, abs=2)


def test_a_table_of_ones_own_tells_of_those_whom_us_customs_do_not(tmp_path: Path) -> None:
    """Germany is no partner of US customs by line; the table says that half of its electronics is computers."""
    path = tmp_path / "mine.csv"
    path.write_text(
        "importer,exporter,product,value\nUSA,DEU,847130,5\nUSA,DEU,854231,5\nUSA,IND,854231,9\n"
    )
    file, before = TradeFile(file=str(path)), standing()
    of = ways_between(before, Names(before.economy), "DEU", "USA", None, file, ())[0].products
    trade = dict(zip(of.code.tolist(), of.trade.tolist(), strict=True))
    assert (trade["847130"], trade["854231"]) == pytest.approx((0.5, 0.5))
    at = of.code.tolist().index("854231")
    assert of.rivals[at] == pytest.approx(1.0 + 2 * 14 / 19)  # India; China and Norway as everybody
    india = ways_between(before, Names(before.economy), "IND", "USA", None, file, ())[0].products
    assert "8517130000" in india.code.tolist()  # of India customs tell more


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"one": "IND", "two": "India"}, "India: on both sides; nobody negotiates with itself"),
        ({"one": "CHN", "two": "BRICS"}, "China: on both sides"),
        ({"most": 0}, "0 products a list: give one product or more"),
        ({"cut": 0.0}, "a cut of 0 %: give one product or more, and a cut above 0"),
        ({"cut": 1.2}, "a cut of 120 %"),
        ({"day": date(2020, 1, 1)}, "the US law of 2020-01-01 is not known"),
        ({"products": ["871200"], "one": "NOR"}, "871200: Norway and India trade none of it"),
        ({"products": ["SERV"]}, "SERV: the United States and India trade none of it"),
        ({"products": ["123456"]}, "no code 123456"),
    ],
)
def test_what_is_refused_says_so_in_a_line(asked: dict[str, object], said: str) -> None:
    with pytest.raises((InputError, LabelError)) as caught:
        listed(**asked)  # type: ignore[arg-type]
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sides_that_trade_nothing_are_refused() -> None:
    e = small_world()
    flows = np.array(e.flows)
    nor, ind = e.regions.index("NOR"), e.regions.index("IND")
    flows[nor, ind] = flows[ind, nor] = 0.0
    before = standing(e.replace(flows=flows))
    with pytest.raises(InputError, match="Norway and India trade no goods; name sides that do"):
        listed("NOR", "IND", before)


def test_notes_say_what_is_known_and_what_stands_in() -> None:
    offers = listed(day=NOVEMBER)
    assert [source.publisher for source in offers.sources] == [
        "US Census Bureau",
        "The Budget Lab at Yale",
    ]
    notes = {note.name: note.text for note in offers.notes}
    assert "overstates" in notes["smart_overstates"]
    assert "US imports by customs line are of 2024" in notes["offers.customs"]
    assert "% of the goods that India sells the United States" in notes["offers.known.IND"]
    assert "agriculture and computers and electronics" in notes["offers.alike.IND"]


def test_a_law_that_does_not_stand_is_told() -> None:
    """The baseline of 2022 alone stands, and the law of November 2025 charges India 50 points on most goods."""
    e = packaged().economy
    tariffs = np.array(e.tariffs)
    tariffs[e.regions.index("USA")] += law_of(NOVEMBER).rates(e.regions, e.sectors)
    stands = replace(packaged(), shock=Shock(e, tariffs=tariffs))
    told = []
    for before in (packaged(), stands):
        both = ways_between(before, Names(e), "IND", "USA", NOVEMBER, None, ())
        notes = {note.name: note.text for note in notes_on(both, Names(e), NOVEMBER, None)}
        told.append(notes.get("offers.other_world.USA", ""))
    lines = india_sells()[lambda x: x.index.str.len() == 10]
    mean = 100 * np.average(lines.now, weights=lines.trade)
    assert told[0].startswith(f"the US law of 2025-11-01 charges {mean:.1f} % on what India sells")
    assert told[1] == ""


def test_products_named_leave_the_coverage_of_all() -> None:
    every, some = (
        Findings(listed("IND", "USA", day=NOVEMBER, products=named).blocks)
        for named in ((), ("8541", "A01"))
    )
    of = {"region": "IND", "item": "offensive"}
    assert some.value("offer_coverage", **of) == every.value("offer_coverage", **of)
    codes = some.along("offer_won", "product", **of)
    sectors = {row["sector"] for row in some.select("offer_won", **of).rows()}
    assert all(code.startswith("8541") for code in codes) or "A01" in sectors


def test_names_of_lines_are_those_of_the_raw_table(shared: Path) -> None:
    raw = pd.read_csv(shared / "us_tariffs" / "hs10_gtap_crosswalk.csv", dtype=str)
    texts = raw.set_index("hs10").description
    for code in ("7102390050", "0306170041", "8517130000", "6109100012"):
        heading, *below = line_name(code).split(": ")
        assert texts[code].startswith(heading)
        assert all(text.casefold() in texts[code].casefold() for text in below)
    assert line_name("710812") == "Gold (unwrought)"
    assert line_name("000000") == ""


def test_a_duty_that_the_equilibrium_decides_is_not_cut() -> None:
    e = small_world()
    quota = Quota("steel", (np.array([0]), np.array([1]), np.array([0])), np.ones(1), 0.0, 0.5, 1.0)
    with pytest.raises(ShockError, match="steel follows from the equilibrium; give the rate"):
        listed(before=solve(e, Shock(e).under(quota)))
